//! The kit's locked browser, with the real Chromium, against pages that try to get out.
//!
//! The site that must not be reached counts every connection and datagram: what is asked of it is *none*. What a page
//! tried is asked for as well, so that a page that did nothing cannot pass.

mod next_patient;
mod windows;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use end_to_end::display::Display;
use end_to_end::processes::{output, until};
use end_to_end::site::{Authority, Site};
use kit_agent::meeting::Policy;
use kit_agent::meeting::browser::{
    self, AllowList, BrowserEvent, Errand, LockedBrowser, Machine, Outcome, Place, ProofTarget, Purpose,
    Remains,
};
use kit_agent::meeting::link::{HostPattern, HostRule, Ports, Service};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

const SOON: Duration = Duration::from_mins(1);
/// What a page may do about a tap.
const TAPPED: Duration = Duration::from_secs(10);
/// When nothing came of a tap, it is made again.
const AGAIN: Duration = Duration::from_secs(2);

/// A display, the portal, and the site that nobody may reach: meetings are held there.
struct World {
    display: Display,
    portal: Site,
    elsewhere: Site,
    folder: TempDir,
}

impl World {
    async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority = Authority::new()?;
        std::fs::write(folder.path().join("ca.pem"), authority.pem())?;
        Ok(Self {
            display: Display::start(1280, 800).await?,
            portal: Site::start(&authority, "127.0.0.1").await?,
            elsewhere: Site::start(&authority, "127.0.0.2").await?,
            folder,
        })
    }

    fn home(&self) -> Result<PathBuf> {
        Ok(browser::memory_folder(self.folder.path())?)
    }

    /// Meetings may be held at the other site.
    fn portal_login(&self) -> Purpose {
        Purpose::Portal(
            Policy::new(vec![HostRule {
                host: HostPattern::Exactly("127.0.0.2".into()),
                ports: Ports::Also(vec![self.elsewhere.address.port()]),
                service: Service::Pexip,
            }]),
            Vec::new(),
        )
    }

    fn link(&self) -> String {
        format!("{}/webapp3/m/rum-kaprifol", self.elsewhere.origin)
    }

    fn open(&self, start: &str, purpose: Purpose) -> Result<LockedBrowser> {
        Ok(browser::open(Errand {
            start: format!("{}{start}", self.portal.origin).into(),
            allowed: AllowList::default().with(&[self.portal.origin.parse::<fleet_api::Origin>()?]),
            purpose,
            within: Duration::from_mins(2),
            window: Place {
                x: 0,
                y: 99,
                width: 1280,
                height: 530,
                scale: 1.0,
            },
            machine: Machine {
                folder: self.home()?,
                authorities: vec![self.folder.path().join("ca.pem")],
                microphone: None,
                speaker: None,
                display: Some(self.display.name().to_owned()),
                language: "sv-SE",
            },
        }))
    }

    async fn tap(&self) -> Result<()> {
        self.display.tap(0.5, 0.5).await
    }

    /// Windows of the browser that can be seen.
    async fn windows(&self) -> Result<usize> {
        let mut search = Command::new("xdotool");
        search.args(["search", "--onlyvisible", "--class", "kit-browser"]);
        let found = output(search.env("DISPLAY", self.display.name())).await?;
        Ok(found.lines().count())
    }

    /// Taps until a page has tried this. In between a page may come, which takes no tap for a moment.
    async fn tap_until_tried(&self, what: &str) -> Result<()> {
        let tried = format!("/tried?{what}");
        let tapping = async {
            loop {
                self.tap().await?;
                let seen = || async { (self.portal.times(&tried) > 0).then_some(()) };
                if until(&tried, AGAIN, seen).await.is_ok() {
                    return anyhow::Ok(());
                }
            }
        };
        timeout(SOON, tapping).await.context(tried.clone())?
    }

    /// A second one is closed as soon as it comes.
    async fn one_window(&self) -> Result<()> {
        until("one window", TAPPED, || async {
            (self.windows().await.ok()? == 1).then_some(())
        })
        .await
    }

    fn nobody_went_elsewhere(&self) {
        assert_eq!(self.elsewhere.knocks(), 0, "asked: {:?}", self.elsewhere.asked());
    }

    /// No process and no file of a browser.
    fn nothing_is_left(&self) -> Result<()> {
        let home = self.home()?;
        assert!(!home.exists(), "{} is still there", home.display());
        assert_eq!(processes_in(&home)?, Vec::<String>::new());
        Ok(())
    }
}

fn processes_in(home: &std::path::Path) -> Result<Vec<String>> {
    let home = home.to_str().context("a plain path")?;
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc")?.flatten() {
        let read = |file| std::fs::read(process.path().join(file)).unwrap_or_default();
        let started = String::from_utf8_lossy(&[read("cmdline"), read("environ")].concat()).into_owned();
        if process.file_name().to_string_lossy().parse::<u32>().is_ok() && started.contains(home) {
            found.push(started.chars().take(80).collect());
        }
    }
    Ok(found)
}

async fn shown(browser: &mut LockedBrowser) -> Result<()> {
    match timeout(SOON, browser.events.recv()).await? {
        Some(BrowserEvent::Shown) => Ok(()),
        other => bail!("not shown: {other:?}"),
    }
}

async fn ended(browser: &mut LockedBrowser) -> Result<Outcome> {
    loop {
        match timeout(SOON, browser.events.recv()).await? {
            Some(BrowserEvent::Ended(outcome, remains)) => {
                assert_eq!(remains, Remains::Nothing);
                return Ok(outcome);
            }
            Some(_) => {}
            None => bail!("ended without an outcome"),
        }
    }
}

/// Taps until the browser says something. It takes no tap for a moment after a page has come.
async fn tapped(world: &World, browser: &mut LockedBrowser) -> Result<BrowserEvent> {
    let tapping = async {
        loop {
            world.tap().await?;
            if let Ok(event) = timeout(AGAIN, browser.events.recv()).await {
                return event.context("ended without a word");
            }
        }
    };
    timeout(SOON, tapping).await?
}

/// Everything that a page can try by itself. Each try that ends is told to the portal.
fn hostile(elsewhere: &str, host: &str) -> String {
    format!(
        "<!doctype html><title>x</title>
        <link rel=preconnect href='{elsewhere}'><link rel=dns-prefetch href='{elsewhere}'><link rel=prefetch href='{elsewhere}/prefetch'>
        <link rel=stylesheet href='{elsewhere}/css' onerror=\"tell('css')\"><link rel=icon href='{elsewhere}/icon'>
        <script>
          const tell = (what) => fetch('/tried?' + what);
          const no = (what) => () => tell(what);
        </script>
        <img src='{elsewhere}/img' onerror=\"tell('img')\"><video src='{elsewhere}/video'></video>
        <iframe src='{elsewhere}/iframe'></iframe><iframe src='data:text/html,<img src={elsewhere}/inner>'></iframe>
        <iframe name=f></iframe><form target=f method=post action='{elsewhere}/form'></form>
        <script src='{elsewhere}/script.js' onerror=\"tell('script')\"></script>
        <script>
          fetch('{elsewhere}/fetch', {{ mode: 'no-cors' }}).catch(no('fetch'));
          const request = new XMLHttpRequest(); request.onerror = no('xhr'); request.open('GET', '{elsewhere}/xhr'); request.send();
          navigator.sendBeacon('{elsewhere}/beacon', 'x');
          new WebSocket('wss://{host}/socket').onerror = no('socket');
          new EventSource('{elsewhere}/events').onerror = no('events');
          document.forms[0].submit();
          if (typeof RTCPeerConnection === 'undefined') tell('no-calls');
          else {{
            const call = new RTCPeerConnection({{ iceServers: [{{ urls: ['stun:{host}', 'turn:{host}?transport=tcp'],
              username: 'a', credential: 'b' }}] }});
            call.createDataChannel('x'); call.createOffer().then((offer) => call.setLocalDescription(offer));
          }}
          new Worker('/worker.js').onmessage = (said) => tell(said.data);
          navigator.serviceWorker.register('/service.js').then(no('service'), no('service-refused'));
          caches.open('x').then((cache) => cache.add('{elsewhere}/cache')).catch(no('cache'));
        </script>"
    )
}

const TRIES: [&str; 11] = [
    "css", "img", "script", "fetch", "xhr", "socket", "events", "no-calls", "worker", "service", "cache",
];

#[tokio::test]
async fn no_request_of_a_page_reaches_a_host_that_is_not_on_the_list() -> Result<()> {
    let world = World::new().await?;
    let (elsewhere, host) = (&world.elsewhere.origin, world.elsewhere.address.to_string());
    world.portal.put("/", hostile(elsewhere, &host));
    let worker = format!(
        "fetch('{elsewhere}/from-worker', {{ mode: 'no-cors' }}).catch(() => postMessage('worker'));
         new WebSocket('wss://{host}/from-worker');"
    );
    world.portal.put("/worker.js", worker);
    let service = format!(
        "fetch('{elsewhere}/from-service', {{ mode: 'no-cors' }}).catch(() => fetch('/tried?in-service'))"
    );
    world.portal.put("/service.js", service);

    let mut browser = world.open("/", world.portal_login())?;
    shown(&mut browser).await?;
    for what in TRIES.into_iter().chain(["in-service"]) {
        let tried = format!("/tried?{what}");
        until(&tried, SOON, || async {
            (world.portal.times(&tried) > 0).then_some(())
        })
        .await
        .with_context(|| format!("{:?}", world.portal.asked()))?;
    }
    world.nobody_went_elsewhere();
    assert!(
        !processes_in(&world.home()?)?.is_empty(),
        "the search for processes finds them"
    );
    assert_eq!(browser.close().await, Remains::Nothing);
    world.nothing_is_left()
}

/// A page that does one thing when it is tapped anywhere.
fn on_tap(what: &str) -> String {
    format!(
        "<!doctype html><body style='height:100vh;margin:0'><script>onpointerdown = () => {{ {what} }}</script>"
    )
}

#[tokio::test]
async fn a_tap_opens_no_other_window_and_leads_to_no_other_kind_of_page() -> Result<()> {
    let world = World::new().await?;
    let (elsewhere, portal) = (&world.elsewhere.origin, &world.portal);
    let tries = [
        format!("window.open('{elsewhere}/popup')"),
        format!("location.href = '{elsewhere}/page'"),
        "location.href = URL.createObjectURL(new Blob(['<p>x'], { type: 'text/html' }))".to_owned(),
        format!("location.href = `javascript:location.assign('{elsewhere}/by-javascript')`"),
        format!("const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url={elsewhere}/refreshed';
            document.head.append(m)"),
    ];
    for (number, what) in tries.iter().enumerate() {
        portal.put(&format!("/{number}"), on_tap(what));
    }
    // Nobody is told of these: Chromium itself refuses them, or they have no effect.
    let quiet = "fetch('/tried?quiet'); const a = document.createElement('a'); a.href = '/file'; a.download = 'x'; a.click();
        for (const odd of ['file:///etc/passwd', 'data:text/html,x', 'view-source:https://127.0.0.1/', 'chrome://version',
          'filesystem:https://127.0.0.1/temporary/x']) try { location.href = odd } catch {}
        print(); document.documentElement.requestFullscreen().catch(() => fetch('/tried?fullscreen'));
        const f = document.createElement('input'); f.type = 'file'; f.click();
        location.href = 'bankid:///?autostarttoken=x'";
    portal.put("/quiet", on_tap(quiet));
    portal.put("/file", "download: secret");

    for (number, what) in tries.iter().enumerate() {
        let mut browser = world.open(&format!("/{number}"), world.portal_login())?;
        shown(&mut browser).await?;
        let told = tapped(&world, &mut browser).await;
        let told = told.with_context(|| what.clone())?;
        assert!(matches!(told, BrowserEvent::PageRefused), "{what}: {told:?}");
        world.one_window().await?;
        assert_eq!(browser.close().await, Remains::Nothing);
    }

    let mut browser = world.open("/quiet", world.portal_login())?;
    shown(&mut browser).await?;
    world.tap_until_tried("quiet").await?;
    tried(portal, "fullscreen").await?;
    let home = world.home()?;
    world.one_window().await?;
    assert!(
        !output(Command::new("find").arg(&home).args(["-name", "fil*.txt*"]))
            .await?
            .contains("fil")
    );
    assert_eq!(browser.close().await, Remains::Nothing);

    world.nobody_went_elsewhere();
    world.nothing_is_left()
}

async fn tried(portal: &Site, what: &str) -> Result<()> {
    let tried = format!("/tried?{what}");
    until(&tried, TAPPED, || async {
        (portal.times(&tried) > 0).then_some(())
    })
    .await
}

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
    output(
        Command::new("pkill")
            .args(["-KILL", "-f"])
            .arg(format!("user-data-dir={}", home.display())),
    )
    .await?;
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
