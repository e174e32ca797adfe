//! One window: what a page wants in another comes into it, and X is asked whether another was to be seen, however briefly.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::processes::until;
use kit_agent::meeting::browser::Remains;
use tokio::process::Command;
use tokio::time::timeout;

use crate::world::{SOON, TAPPED, World, on_tap, shown};

/// What X tells of every window that comes to be seen on a display.
struct Windows {
    // Held for its drop.
    _spy: tokio::process::Child,
    log: PathBuf,
}

impl Windows {
    fn watch(world: &World) -> Result<Self> {
        let log = world.folder.path().join("windows.log");
        // By lines: what it holds back for a whole block would come too late.
        let spy = Command::new("stdbuf")
            .args(["-oL", "xev", "-root", "-event", "substructure"])
            .env("DISPLAY", world.display.name())
            .stdout(std::fs::File::create(&log)?)
            .kill_on_drop(true)
            .spawn()
            .context("stdbuf and xev are needed")?;
        Ok(Self { _spy: spy, log })
    }

    /// How often a window has come to be seen.
    fn came(&self) -> usize {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        text.matches("MapNotify").count()
    }
}

/// The page that was asked for, told from the one window's own top.
const SECOND: &str = "<!doctype html><script>fetch('/tried?second-' + (window === window.top))</script>";

#[tokio::test]
async fn what_wants_another_window_comes_into_the_one_and_none_is_seen_for_a_moment() -> Result<()> {
    let world = World::new().await?;
    let portal = &world.portal;
    portal.put("/second", SECOND);
    portal.put("/inner", on_tap("window.open('/second')"));
    let whole = "style='position:fixed;inset:0;width:100vw;height:100vh'";
    let ways = [
        on_tap("window.open('/second')"),
        on_tap("window.open('/second', 'login', 'width=400,height=500')"),
        on_tap(
            "const later = window.open('about:blank'); setTimeout(() => { later.location = '/second' }, 50)",
        ),
        on_tap("const later = window.open(); later.location.href = '/second'"),
        format!("<!doctype html><a href='/second' target='_blank' {whole}>A</a>"),
        format!("<!doctype html><base target='ny'><a href='/second' {whole}>A</a>"),
        format!("<!doctype html><form action='/second' target='_blank'><button {whole}>A</button></form>"),
        format!("<!doctype html><iframe src='/inner' {whole}></iframe>"),
    ];
    for (number, way) in ways.iter().enumerate() {
        portal.put("/way", way.as_str());
        let before = portal.times("/tried?second-true");
        let windows = Windows::watch(&world)?;
        let mut browser = world.open("/way", world.portal_login())?;
        shown(&mut browser).await?;
        until("X tells of the browser's own window", TAPPED, || async {
            (windows.came() > 0).then_some(())
        })
        .await
        .with_context(|| format!("way {number}"))?;
        let at_first = windows.came();
        timeout(SOON, async {
            while portal.times("/tried?second-true") == before {
                world.tap().await?;
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            anyhow::Ok(())
        })
        .await
        .with_context(|| format!("way {number}: {:?}", portal.asked()))??;
        assert_eq!(windows.came(), at_first, "way {number}: another window was seen");
        assert_eq!(world.windows().await?, 1);
        assert_eq!(browser.close().await, Remains::Nothing);
    }
    world.nobody_went_elsewhere();
    world.nothing_is_left()
}

#[tokio::test]
async fn an_empty_window_loses_nothing_of_the_page_that_wants_it() -> Result<()> {
    let world = World::new().await?;
    let page = on_tap(
        "window.taps = (window.taps || 0) + 1;
         const empty = window.open('about:blank'); fetch(`/tried?taps-${window.taps}-${empty.closed}`)",
    );
    world.portal.put("/", page);
    let windows = Windows::watch(&world)?;
    let mut browser = world.open("/", world.portal_login())?;
    shown(&mut browser).await?;
    world.tap_until_tried("taps-1-false").await?;
    let at_first = windows.came();
    assert!(at_first > 0, "X tells of windows");
    // The same page, with what it remembers, takes the next tap.
    world.tap_until_tried("taps-2-false").await?;
    assert_eq!(windows.came(), at_first, "another window was seen");
    assert_eq!(world.portal.times("/"), 1, "the page was loaded once");
    assert_eq!(browser.close().await, Remains::Nothing);
    world.nothing_is_left()
}
