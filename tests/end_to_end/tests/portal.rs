//! Way B, whole: the patient logs in at a portal on the kit's own screen, and the kit joins natively. What stands in the
//! portal's place is a site of the test, whose pages are one large link each: what a finger finds without reading.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use end_to_end::kit::nothing_left;
use end_to_end::processes::until;
use end_to_end::site::{Authority, Site};
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::node::{IdentityProvider, RoomSettings};
use tempfile::TempDir;

/// A cookie and a name that must not be found afterwards.
const COOKIE: &str = "kaka-hallonsaft-77";

struct Portal {
    place: Place,
    site: Site,
    // Holds the site's trust anchor.
    _folder: TempDir,
}

impl Portal {
    /// A portal whose first page leads to the booked times, and these to the meeting.
    async fn open(mut room: RoomSettings, logins: u8) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority = Authority::new()?;
        let pem = folder.path().join("portal-ca.pem");
        std::fs::write(&pem, authority.pem())?;
        let site = Site::start(&authority, "127.0.0.4").await?;
        if !room.identity_providers.is_empty() {
            room.login_url = Some(format!("{}/idp", site.origin));
        }
        let settings = format!(
            "name = \"Portal\"\nstart = \"{0}/\"\nallowed_origins = [\"{0}\"]\nlogins = {logins}",
            site.origin
        );
        let place = Place::open_with_portal(room, &settings, &pem).await?;
        let link = place.node.link_to(ALIAS);
        site.put(
            "/",
            format!(
                "<script>document.cookie = 'session={COOKIE}'</script>{}",
                large_link("/tider")
            ),
        );
        site.put("/tider", large_link(&link));
        site.put(
            "/idp",
            "<script>const back = new URLSearchParams(location.search).get('return_to');
            onpointerup = () => { location.href = back; }</script>",
        );
        place.control().add_robot(ALIAS, "Robot", 440.0)?;
        place.kit.shows("ready", SOON).await?;
        Ok(Self {
            place,
            site,
            _folder: folder,
        })
    }

    /// From the shelf to the portal's first page.
    async fn begin(&self) -> Result<()> {
        self.place.take_out().await?;
        self.place.pack_from("check_out", "identify").await?;
        self.place.choose_portal().await
    }

    /// The patient finds the booked time and follows its link: two taps.
    async fn follow_to_meeting(&self) -> Result<()> {
        self.place.tap_page().await?;
        until("the booked times", SOON, || async {
            (self.site.times("/tider") > 0).then_some(())
        })
        .await?;
        until("the link is caught", SOON, || async {
            let ended = |line: &serde_json::Value| line["event"] == "browser_ended" && line["data"] == true;
            if self.place.kit.journal().ok()?.iter().any(ended) {
                return Some(());
            }
            self.place.tap_page().await.ok()?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            None
        })
        .await
    }

    fn nothing_is_left(&self) -> Result<()> {
        let home = self.place.browser_home()?;
        ensure!(!home.exists(), "{} is still there", home.display());
        ensure!(!anybody_lives_in(&home)?, "a process of the browser is left");
        let link = self.place.node.link_to(ALIAS);
        nothing_left(self.place.kit.state.path(), &[ALIAS, &link, "kaprifol", COOKIE])
    }
}

fn large_link(to: &str) -> String {
    format!("<!doctype html><a href='{to}' style='display:block;height:100vh;font-size:60px'>Vidare</a>")
}

fn anybody_lives_in(home: &std::path::Path) -> Result<bool> {
    let home = home.to_str().context("a plain path")?;
    Ok(std::fs::read_dir("/proc")?.flatten().any(|process| {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(home)
    }))
}

#[tokio::test]
async fn by_the_portal_and_the_meetings_own_login_to_far_end_sound() -> Result<()> {
    let provider = IdentityProvider {
        name: "Prov".into(),
        uuid: "prov-1".into(),
        disable_popup_flow: false,
    };
    let room = RoomSettings {
        identity_providers: vec![provider],
        ..RoomSettings::default()
    };
    let mut portal = Portal::open(room, 2).await?;
    portal.begin().await?;
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        portal
            .place
            .display
            .save(&std::path::Path::new(&folder).join("portal.png"))
            .await?;
    }
    portal.follow_to_meeting().await?;

    portal.place.kit.shows("tile", SOON).await?;
    portal.place.pass_gates_from(1).await?;
    let from = portal.place.kit.now()?;
    portal.place.join().await?;
    portal.place.kit.shows("portal", SOON).await?;
    portal.place.page_shown(from).await?;
    until("in the meeting after the second login", SOON, || async {
        if portal.place.kit.screen().ok()?["screen"] == "meeting" {
            return Some(());
        }
        portal.place.tap_page().await.ok()?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        None
    })
    .await?;
    portal.place.both_see_and_hear().await?;
    assert!(
        !portal.place.browser_home()?.exists(),
        "no browser in the meeting"
    );

    portal.place.leave().await?;
    portal.place.rate_and_wipe().await?;
    portal.place.receipt_at_server().await?;
    portal.nothing_is_left()
}

#[tokio::test]
async fn a_portal_that_is_cancelled_or_cut_off_leaves_nothing() -> Result<()> {
    let mut portal = Portal::open(RoomSettings::default(), 1).await?;
    portal.begin().await?;
    assert!(portal.place.browser_home()?.exists());
    portal.place.cancel_page().await?;
    until("the browser is gone", SOON, || async {
        (!portal.place.browser_home().ok()?.exists()).then_some(())
    })
    .await?;
    portal.nothing_is_left()?;

    portal.place.kit.shows("identify", SOON).await?;
    portal.place.rest().await;
    portal.place.choose_portal().await?;
    portal.place.kit.kill().await?;
    let home = portal.place.browser_home()?;
    until("the kernel ends the browser with the agent", SOON, || async {
        (!anybody_lives_in(&home).ok()?).then_some(())
    })
    .await?;
    assert!(home.exists(), "its profile is what a crash leaves");
    portal.place.start_kit()?;
    portal
        .place
        .kit
        .until("the receipt", 0, SOON, |line| {
            !line["data"]["sentence"]["NothingLeft"].is_null()
        })
        .await?;
    portal.nothing_is_left()
}
