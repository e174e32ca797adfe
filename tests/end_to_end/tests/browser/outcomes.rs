//! How a login in the locked browser ends: with the meeting's link, with a proof, or with a plain reason why not.

use anyhow::{Result, bail};
use end_to_end::site::{Authority, Site};
use kit_agent::meeting::browser::{self, BrowserEvent, Outcome, ProofTarget, Purpose, Remains};
use secrecy::ExposeSecret as _;

use crate::world::{World, crash, ended, on_tap, shown, tapped};

#[tokio::test]
async fn the_meetings_link_is_caught_before_anybody_follows_it() -> Result<()> {
    let world = World::new().await?;
    let link = world.link();
    world.portal.put("/redirect", format!("-> {link}"));
    world.portal.put(
        "/link",
        format!("<a href='{link}' style='display:block;height:100vh'>Till mötet</a>"),
    );
    world
        .portal
        .put("/popup", on_tap(&format!("window.open('{link}')")));
    world
        .portal
        .put("/frame", format!("<iframe src='{link}'></iframe>"));
    for (start, taps) in [
        ("/redirect", false),
        ("/link", true),
        ("/popup", true),
        ("/frame", false),
    ] {
        let mut browser = world.open(start, world.portal_login())?;
        let outcome = if taps {
            shown(&mut browser).await?;
            match tapped(&world, &mut browser).await? {
                BrowserEvent::Ended(outcome, remains) => {
                    assert_eq!(remains, Remains::Nothing);
                    outcome
                }
                other => bail!("{start}: {other:?}"),
            }
        } else {
            ended(&mut browser).await?
        };
        match outcome {
            Outcome::Link(caught, _) => assert_eq!(caught.expose_secret(), link, "{start}"),
            other => bail!("{start}: {other:?}"),
        }
        world.nothing_is_left()?;
    }
    world.nobody_went_elsewhere();
    Ok(())
}

#[tokio::test]
async fn a_forbidden_meeting_a_dead_portal_and_a_dead_browser_are_told_plainly() -> Result<()> {
    let world = World::new().await?;
    let forbidden = format!(
        "https://127.0.0.3:{}/webapp3/m/rum",
        world.elsewhere.address.port()
    );
    world.portal.put("/forbidden", format!("-> {forbidden}"));
    world
        .portal
        .put("/led-astray", format!("-> {}/page", world.elsewhere.origin));
    world.portal.put("/", on_tap(""));

    let mut browser = world.open("/forbidden", world.portal_login())?;
    let outcome = ended(&mut browser).await?;
    assert!(matches!(outcome, Outcome::LinkRefused(_)), "{outcome:?}");

    let mut browser = world.open("/led-astray", world.portal_login())?;
    let outcome = ended(&mut browser).await?;
    assert!(matches!(outcome, Outcome::Misled), "{outcome:?}");
    world.nobody_went_elsewhere();

    let mut browser = world.open("/", world.portal_login())?;
    shown(&mut browser).await?;
    let home = world.home()?;
    crash(&home)?;
    let outcome = ended(&mut browser).await?;
    assert!(matches!(outcome, Outcome::Crashed), "{outcome:?}");
    world.nothing_is_left()?;

    // A browser that nobody ended, as after a crash of the agent, goes when the next agent begins.
    let mut browser = world.open("/", world.portal_login())?;
    shown(&mut browser).await?;
    assert_eq!(browser::sweep(&home), Remains::Nothing);
    world.nothing_is_left()?;
    drop(browser);

    let World {
        portal,
        display,
        elsewhere,
        folder,
    } = world;
    let gone = portal.origin.clone();
    drop(portal);
    let authority = Authority::new()?;
    let world = World {
        portal: Site::start(&authority, "127.0.0.1").await?,
        display,
        elsewhere,
        folder,
    };
    let mut browser = world.open("/", world.portal_login())?;
    // The new portal's certificate is not trusted, the old one's port is closed: neither is shown.
    let outcome = ended(&mut browser).await?;
    assert!(matches!(outcome, Outcome::Unreachable), "{outcome:?} {gone}");
    world.nothing_is_left()
}

#[tokio::test]
async fn a_proof_of_the_meetings_login_is_caught_in_both_of_its_ways() -> Result<()> {
    let world = World::new().await?;
    let node = url::Url::parse(&world.portal.origin)?;
    let target = ProofTarget::new(&node);
    let there = target.for_node().replace("__pexip-sso-token__", "proof%2B1");
    world.portal.put("/redirect", format!("-> {there}"));
    let message =
        |said: &str| format!("<script>window.opener.postMessage({said}, '*'); window.close()</script>");
    world
        .portal
        .put("/message", message("{ result: 'success', token: 'proof+1' }"));
    world
        .portal
        .put("/forbidden", message("{ result: 'forbidden', code: 403 }"));
    for start in ["/redirect", "/message"] {
        let mut browser = world.open(start, Purpose::MeetingLogin(target.clone()))?;
        match ended(&mut browser).await? {
            Outcome::Proof(proof) => assert_eq!(proof.expose_secret(), "proof+1", "{start}"),
            other => bail!("{start}: {other:?}"),
        }
    }
    let mut browser = world.open("/forbidden", Purpose::MeetingLogin(target))?;
    let outcome = ended(&mut browser).await?;
    assert!(matches!(outcome, Outcome::LoginRefused(_)), "{outcome:?}");
    world.nobody_went_elsewhere();
    world.nothing_is_left()
}
