//! A display, a site that the browser may visit, one that nobody may reach, and what a test asks of all three.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use end_to_end::display::Display;
use end_to_end::processes::{output, until};
use end_to_end::site::{Authority, Site};
use kit_agent::meeting::Policy;
use kit_agent::meeting::browser::{
    self, AllowList, BrowserEvent, Errand, LockedBrowser, Machine, Outcome, Place, Purpose, Remains,
};
use kit_agent::meeting::link::{HostPattern, HostRule, Ports, Service};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

pub(crate) const SOON: Duration = Duration::from_mins(1);
/// What a page may do about a tap.
pub(crate) const TAPPED: Duration = Duration::from_secs(10);
/// When nothing came of a tap, it is made again.
const AGAIN: Duration = Duration::from_secs(2);

/// A display, the portal, and the site that nobody may reach: meetings are held there.
pub(crate) struct World {
    pub(crate) display: Display,
    pub(crate) portal: Site,
    pub(crate) elsewhere: Site,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Result<Self> {
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

    pub(crate) fn home(&self) -> Result<PathBuf> {
        Ok(browser::memory_folder(self.folder.path())?)
    }

    /// Meetings may be held at the other site.
    pub(crate) fn portal_login(&self) -> Purpose {
        Purpose::Portal(
            Policy::new(vec![HostRule {
                host: HostPattern::Exactly("127.0.0.2".into()),
                ports: Ports::Also(vec![self.elsewhere.address.port()]),
                service: Service::Pexip,
            }]),
            Vec::new(),
        )
    }

    pub(crate) fn link(&self) -> String {
        format!("{}/webapp3/m/rum-kaprifol", self.elsewhere.origin)
    }

    pub(crate) fn open(&self, start: &str, purpose: Purpose) -> Result<LockedBrowser> {
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

    pub(crate) async fn tap(&self) -> Result<()> {
        self.display.tap(0.5, 0.5).await
    }

    /// Windows of the browser that can be seen.
    pub(crate) async fn windows(&self) -> Result<usize> {
        let mut search = Command::new("xdotool");
        search.args(["search", "--onlyvisible", "--class", "kit-browser"]);
        let found = output(search.env("DISPLAY", self.display.name())).await?;
        Ok(found.lines().count())
    }

    /// Taps until a page has tried this. In between a page may come, which takes no tap for a moment.
    pub(crate) async fn tap_until_tried(&self, what: &str) -> Result<()> {
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
    pub(crate) async fn one_window(&self) -> Result<()> {
        until("one window", TAPPED, || async {
            (self.windows().await.ok()? == 1).then_some(())
        })
        .await
    }

    pub(crate) fn nobody_went_elsewhere(&self) {
        assert_eq!(self.elsewhere.knocks(), 0, "asked: {:?}", self.elsewhere.asked());
    }

    /// No process and no file of a browser.
    pub(crate) fn nothing_is_left(&self) -> Result<()> {
        let home = self.home()?;
        assert!(!home.exists(), "{} is still there", home.display());
        assert_eq!(processes_in(&home)?, []);
        Ok(())
    }
}

/// Every process that was started with this home in its arguments or its environment, and how it was started.
pub(crate) fn processes_in(home: &std::path::Path) -> Result<Vec<(i32, String)>> {
    let home = home.to_str().context("a plain path")?;
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc")?.flatten() {
        let read = |file| std::fs::read(process.path().join(file)).unwrap_or_default();
        let started = String::from_utf8_lossy(&[read("cmdline"), read("environ")].concat()).into_owned();
        if let Ok(id) = process.file_name().to_string_lossy().parse()
            && started.contains(home)
        {
            found.push((id, started.chars().take(80).collect()));
        }
    }
    Ok(found)
}

/// Ends the whole browser at once, as a crash does.
pub(crate) fn crash(home: &std::path::Path) -> Result<()> {
    let running = processes_in(home)?;
    ensure!(!running.is_empty(), "no browser runs in {}", home.display());
    for (id, _) in running {
        // Its children may have gone with it.
        let _ = kill_process(Pid::from_raw(id).context("a process id")?, Signal::KILL);
    }
    Ok(())
}

pub(crate) async fn shown(browser: &mut LockedBrowser) -> Result<()> {
    match timeout(SOON, browser.events.recv()).await? {
        Some(BrowserEvent::Shown) => Ok(()),
        other => bail!("not shown: {other:?}"),
    }
}

pub(crate) async fn ended(browser: &mut LockedBrowser) -> Result<Outcome> {
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
pub(crate) async fn tapped(world: &World, browser: &mut LockedBrowser) -> Result<BrowserEvent> {
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

/// A page that does one thing when it is tapped anywhere.
pub(crate) fn on_tap(what: &str) -> String {
    format!(
        "<!doctype html><body style='height:100vh;margin:0'><script>onpointerdown = () => {{ {what} }}</script>"
    )
}

pub(crate) async fn tried(portal: &Site, what: &str) -> Result<()> {
    let tried = format!("/tried?{what}");
    until(&tried, TAPPED, || async {
        (portal.times(&tried) > 0).then_some(())
    })
    .await
}
