//! A place that stands for the whole run, in which one kit is killed again and again.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use end_to_end::processes::{HeldStill, until};
use end_to_end::remains::{self, Words};
use end_to_end::site::{Authority, Site};
use end_to_end::visit::{Place, SOON};
use lab::node::RoomSettings;
use tempfile::TempDir;

use crate::visit::{Part, Plan, Way};

/// A page that is tapped takes no tap for a moment after it has come.
const PAGE_READY: Duration = Duration::from_millis(300);

/// One place, and every secret of its visits so far.
pub(crate) struct Lane {
    place: Place,
    portal: Site,
    begun: SystemTime,
    secrets: Vec<String>,
    // Holds the portal's trust anchor.
    folder: TempDir,
}

impl Lane {
    pub(crate) async fn open() -> Result<Self> {
        let begun = SystemTime::now();
        let folder = tempfile::tempdir()?;
        let authority = Authority::new()?;
        let pem = folder.path().join("portal-ca.pem");
        std::fs::write(&pem, authority.pem())?;
        let portal = Site::start(&authority, "127.0.0.1").await?;
        let settings = format!(
            "name = \"Testportal\"\nstart = \"{0}/\"\nallowed_origins = [\"{0}\"]\nlogins = 1",
            portal.origin
        );
        Ok(Self {
            place: Place::open_idle(&settings, &pem).await?,
            portal,
            begun,
            secrets: Vec::new(),
            folder,
        })
    }

    /// One visit that ends at its moment, as when the battery is pulled; and what is left of it. On which screen it ended.
    pub(crate) async fn crash(&mut self, plan: &Plan) -> Result<String> {
        let reservation = self.prepare(plan).await?;
        self.place.take_out().await?;
        self.place.pack_from("check_out", "identify").await?;
        for part in Part::ALL.into_iter().filter(|part| *part < plan.part) {
            self.walk(plan, part).await?;
        }
        // A part that is over sooner ends the visit as well: at a screen that somebody looks at.
        let walked = tokio::time::timeout(plan.moment, self.walk(plan, plan.part)).await;
        walked.unwrap_or(Ok(()))?;
        let screen = self.place.kit.screen()?["screen"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let words = self.words(plan)?;
        self.place.kit.kill().await?;
        let own = self.place.kit.folders();
        remains::in_folders(&own, &words).context("on the disk of the dead kit")?;

        self.place.start_kit()?;
        self.at_home().await?;
        self.search(&words).await?;
        let path = format!("reservations/{reservation}");
        until("the receipt at the server", SOON, || async {
            let booked = self.place.fleet.get(&path).await.ok()?;
            (booked["wiped"] == true).then_some(())
        })
        .await?;
        self.place.kit.kill().await?;
        self.place.control().delete_room(&plan.room)?;
        Ok(screen)
    }

    /// A clean kit, a room with its people, and a booking; its id.
    async fn prepare(&mut self, plan: &Plan) -> Result<String> {
        let room = RoomSettings {
            // A host's: nobody has to be there to let the kit in.
            host_pin: Some(plan.pin.clone()),
            ..RoomSettings::default()
        };
        let control = self.place.control();
        control.put_room(&plan.room, room)?;
        control.add_robot(&plan.room, &format!("{} {}", plan.name, plan.number), 440.0)?;
        self.place.alias.clone_from(&plan.room);
        let link = format!("{}?pin={}", self.place.node.link_to(&plan.room), plan.pin);
        let page = format!(
            "<title>{0}</title><script>localStorage.setItem('who', '{0}')</script>
             <a href='{link}' style='display:block;height:100vh'>{0}</a>",
            plan.number
        );
        self.portal.put("/", format!("cookie: {}\n{page}", plan.cookie));
        let booked = self.place.fleet.reserve(&link).await?;
        self.place.kit.was_cleaned()?;
        self.place.start_kit()?;
        Ok(booked["id"].as_str().context("a booking's id")?.to_owned())
    }

    /// One part of the visit after check-out.
    async fn walk(&self, plan: &Plan, part: Part) -> Result<()> {
        let place = &self.place;
        match part {
            Part::Gates => self.identify(plan.way).await,
            Part::Joining => {
                place.join().await?;
                place.kit.shows("meeting", SOON).await.map(drop)
            }
            Part::Meeting => place.both_see_and_hear().await,
            Part::Leaving => place.leave().await,
            Part::Wiping => place.rate_and_wipe().await,
        }
    }

    async fn identify(&self, way: Way) -> Result<()> {
        let place = &self.place;
        if way == Way::Staff {
            return place.staff_vouch().await;
        }
        place.choose_portal().await?;
        until("the meeting's link", SOON, || async {
            tokio::time::sleep(PAGE_READY).await;
            place.tap_page().await.ok()?;
            let journal = place.kit.journal().ok()?;
            journal
                .iter()
                .any(|line| line["event"] == "browser_ended")
                .then_some(())
        })
        .await?;
        place.kit.shows("tile", SOON).await?;
        place.pass_gates_from(1).await
    }

    /// The visit's secrets, the tokens of its meeting among them.
    fn words(&mut self, plan: &Plan) -> Result<Words> {
        let tokens = self.place.control().tokens(&plan.room)?;
        let secrets = plan
            .secrets()
            .into_iter()
            .chain(tokens.iter().map(String::as_str));
        let secrets: Vec<_> = secrets.collect();
        self.secrets
            .extend(secrets.iter().map(|secret| (*secret).to_owned()));
        Ok(Words::new(secrets))
    }

    /// The next process wipes before anything else, and then has no visit.
    async fn at_home(&self) -> Result<()> {
        let kit = &self.place.kit;
        let home = kit.until("a kit without a visit", 0, SOON, |line| {
            let screen = &line["data"]["screen"];
            !line["data"]["sentence"]["NothingLeft"].is_null() || screen == "ready" || screen == "cleaning"
        });
        let home = home.await?;
        let first = &kit.journal()?[0]["data"]["screen"];
        ensure!(
            *first == "wipe" || home["data"]["screen"] == "ready",
            "{first} came before the wipe"
        );
        Ok(())
    }

    async fn search(&self, words: &Words) -> Result<()> {
        let home = self.place.browser_home()?;
        ensure!(!home.exists(), "{} is still there", home.display());
        let mut folders = self.place.kit.folders();
        folders.push(Path::new("/dev/shm"));
        let pid = self.place.kit.pid().context("the kit runs")?;
        let _still = HeldStill::hold(pid).await?;
        remains::in_folders(&folders, words)?;
        remains::in_environment(pid, words)?;
        remains::in_memory(pid, words).map(drop)
    }

    /// Every visit of the run once more, everywhere that programs leave files.
    pub(crate) fn finish(self) -> Result<()> {
        let words = Words::new(self.secrets.iter().map(String::as_str));
        remains::in_folders(&self.place.kit.folders(), &words)?;
        let except = [self.place.folder.path(), self.folder.path()];
        remains::in_shared_folders(&words, self.begun, &except).map(drop)
    }
}
