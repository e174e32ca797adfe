//! Way B, whole: the patient logs in at the lab's portal on the kit's own screen, by a phone that reads the code from that
//! screen's pixels, and the kit joins natively. Nothing is typed on the kit: there are taps, and nothing else.

mod town;

use anyhow::Result;
use end_to_end::processes::until;
use end_to_end::visit::SOON;
use lab::portal::{EId, Way};
use serde_json::{Value, json};

use town::{Town, anybody_lives_in};

#[tokio::test]
async fn by_the_portal_and_the_meetings_own_login_to_far_end_sound() -> Result<()> {
    let town = Town::new(Way::Link, 2).await?;
    town.begin().await?;
    town.save("portal").await?;
    town.tap_portal_login().await?;
    town.save("code").await?;
    town.scan().await?;
    town.to_the_meeting().await?;
    assert!(
        !town.place.browser_home()?.exists(),
        "no browser once the link is caught"
    );

    town.place.kit.shows("tile", SOON).await?;
    town.place.pass_gates_from(1).await?;
    let from = town.place.kit.now()?;
    town.place.join().await?;
    town.place.kit.shows("portal", SOON).await?;
    town.place.page_shown(from).await?;
    town.save("second-login").await?;
    town.scan().await?;
    town.place.kit.shows("meeting", SOON).await?;
    town.place.both_see_and_hear().await?;
    assert!(!town.place.browser_home()?.exists(), "no browser in the meeting");

    town.place.leave().await?;
    town.place.rate_and_wipe().await?;
    town.place.receipt_at_server().await?;
    town.nothing_is_left().await
}

#[tokio::test]
async fn by_the_portal_alone_the_meeting_begins() -> Result<()> {
    let town = Town::new(Way::Redirect, 1).await?;
    town.begin().await?;
    town.tap_portal_login().await?;
    town.scan().await?;
    town.to_the_meeting().await?;
    town.place.kit.shows("tile", SOON).await?;
    town.place.pass_gates_from(1).await?;
    town.place.join().await?;
    town.place.kit.shows("meeting", SOON).await?;
    town.place.both_see_and_hear().await
}

#[tokio::test]
async fn who_logged_in_by_freja_is_known_by_freja_and_not_by_bankid() -> Result<()> {
    let town = Town::with_e_id(Way::Link, 1, EId::Freja).await?;
    town.begin().await?;
    town.tap_portal_login().await?;
    town.scan().await?;
    town.to_the_meeting().await?;
    let by_freja = json!({ "Portal": "Freja" });
    let identified = |line: &Value| line["data"]["Answered"][0]["Identity"] == by_freja;
    town.place
        .kit
        .until("who the patient is", 0, SOON, identified)
        .await?;
    town.place.pass_gates_from(1).await?;
    town.place.join().await?;
    town.place.kit.shows("meeting", SOON).await?;
    town.place.leave().await?;
    let attended = |line: &Value| {
        let attended = &line["data"]["Attended"];
        attended["role"] == "Patient" && attended["known"] == by_freja
    };
    town.place
        .kit
        .until("the log of who was here", 0, SOON, attended)
        .await?;
    town.place.rate_and_wipe().await?;
    town.place.receipt_at_server().await?;
    town.nothing_is_left().await
}

#[tokio::test]
async fn a_portal_that_is_cancelled_or_cut_off_leaves_nothing() -> Result<()> {
    let mut town = Town::new(Way::Link, 1).await?;
    town.begin().await?;
    assert!(town.place.browser_home()?.exists());
    town.place.cancel_page().await?;
    until("the browser is gone", SOON, || async {
        (!town.place.browser_home().ok()?.exists()).then_some(())
    })
    .await?;
    town.nothing_is_left().await?;

    town.place.kit.shows("identify", SOON).await?;
    town.place.rest().await;
    town.place.choose_portal().await?;
    town.place.kit.kill().await?;
    let home = town.place.browser_home()?;
    until("the kernel ends the browser with the agent", SOON, || async {
        (!anybody_lives_in(&home).ok()?).then_some(())
    })
    .await?;
    assert!(home.exists(), "its profile is what a crash leaves");
    town.place.start_kit()?;
    town.place
        .kit
        .until("the receipt", 0, SOON, |line| {
            !line["data"]["sentence"]["NothingLeft"].is_null()
        })
        .await?;
    town.nothing_is_left().await
}
