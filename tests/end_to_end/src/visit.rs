//! A whole visit on this machine: conference node (stand-in), fleet server, sound server, display, and a kit.
//!
//! [`Place::prepare`] does the care worker's part with real key presses; [`Place::join`] is the patient's one tap.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use lab::node::{Control, Node, NodeConfig, ParticipantStatus, RoomSettings};
use serde_json::Value;
use tempfile::TempDir;

use crate::display::Display;
use crate::fleet::Fleet;
use crate::kit::{Kit, Setup};
use crate::office::Office;
use crate::processes::until;
use crate::sound_server::{MICROPHONE, MICROPHONE_OF_BROWSERS, SPEAKER, SoundServer};
use crate::speech::Speaker;
use crate::witness::Witness;

/// The room of every visit here. Long and odd, so that it is found wherever it should not be.
pub const ALIAS: &str = "rum-kaprifol-4711";
/// How the others see the kit in such a visit: who sits there, by role.
pub const KIT: &str = "Patient, undersköterska – hemma";
/// What a screen may take to appear while two cores carry a visit.
pub const SOON: Duration = Duration::from_secs(30);
/// The middle of "Gå med", in shares of the screen (visual direction, a02).
const JOIN_BUTTON: (f64, f64) = (0.306, 0.581);

/// A kit that is booked for a meeting and does not run yet.
pub struct Booked {
    /// Name of the room.
    pub alias: String,
    /// The meeting service's stand-in.
    pub node: Arc<Node>,
    /// The fleet server.
    pub fleet: Fleet,
    /// The kit.
    pub kit: Kit,
    /// For files; holds the node's trust anchor.
    pub folder: TempDir,
}

impl Booked {
    /// Starts node and server, enrols a kit with these lines as its devices, and books it.
    pub async fn open(room: RoomSettings, devices: String) -> Result<Self> {
        let node = Node::start(NodeConfig::default()).await?;
        node.control().put_room(ALIAS, room)?;
        Self::at(Arc::new(node), ALIAS, None, devices).await
    }

    /// As [`Booked::open`], at a node that has the room already.
    pub async fn open_at(node: Arc<Node>, devices: String) -> Result<Self> {
        Self::at(node, ALIAS, None, devices).await
    }

    async fn at(node: Arc<Node>, alias: &str, pin: Option<&str>, devices: String) -> Result<Self> {
        let booked = Self::unbooked(node, alias, devices).await?;
        let link = booked.node.link_to(alias);
        let pin = pin.map(|pin| format!("?pin={pin}")).unwrap_or_default();
        booked.fleet.reserve(&format!("{link}{pin}")).await?;
        Ok(booked)
    }

    async fn unbooked(node: Arc<Node>, alias: &str, devices: String) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority = folder.path().join("node-ca.pem");
        std::fs::write(&authority, node.ca_pem())?;
        let address = node.url().to_owned();
        Self::enrolled((node, alias), folder, &address, authority, "pexip", devices).await
    }

    /// A server that allows meetings at this address, and a kit that holds them in this way.
    async fn enrolled(
        (node, alias): (Arc<Node>, &str),
        folder: TempDir,
        address: &str,
        meeting_authority: PathBuf,
        service: &'static str,
        devices: String,
    ) -> Result<Self> {
        let address = address.strip_prefix("https://").context("an https address")?;
        let (host, port) = address.split_once(':').context("a port")?;
        let fleet = Fleet::start(address).await?;
        let setup = Setup {
            meeting_host: host.to_owned(),
            meeting_port: port.parse()?,
            meeting_authority,
            service,
            devices,
        };
        let kit = Kit::enrol(&fleet, &setup).await?;
        Ok(Self {
            alias: alias.to_owned(),
            node,
            fleet,
            kit,
            folder,
        })
    }

    /// Somebody at the far end, by the official client in Chromium, who speaks.
    pub async fn far_end(&self, name: &str, speaker: Speaker) -> Result<Witness> {
        far_end(&self.node, self.folder.path(), name, speaker).await
    }
}

fn devices(camera: &str, lines: u32) -> String {
    format!("camera = \"{camera}\"\nmicrophone = \"{MICROPHONE}\"\nspeaker = \"{SPEAKER}\"\nlines = {lines}")
}

fn start_on(kit: &mut Kit, display: &Display, sound: &SoundServer) -> Result<()> {
    kit.start(&[
        ("DISPLAY", display.name()),
        ("WAYLAND_DISPLAY", ""),
        ("PULSE_SERVER", &sound.address()),
        ("SLINT_BACKEND", "winit-software"),
    ])
}

async fn far_end(node: &Node, folder: &Path, name: &str, speaker: Speaker) -> Result<Witness> {
    let speech = speaker.record(folder).await?.to_string_lossy().into_owned();
    let authority = folder.join("node-ca.pem").to_string_lossy().into_owned();
    let options = [
        ["--node", node.url()],
        ["--alias", ALIAS],
        ["--name", name],
        ["--ca", &authority],
        ["--speech", &speech],
        ["--size", "640x360"],
        ["--fps", "15"],
    ];
    Witness::start("far-end.mjs", options.as_flattened()).await
}

/// Where buttons are, in shares of the screen (visual direction, a01 to a23).
const STAFF_KEY: (f64, f64) = (0.69, 0.06);
/// "Rengör", on a kit that is not ready, and "Hämta ut", on one that is.
const CLEAN: (f64, f64) = (0.2, 0.706);
const TAKE_OUT: (f64, f64) = (0.8, 0.706);
const CLEANING_ROWS: [(f64, f64); 5] = [
    (0.69, 0.219),
    (0.69, 0.36),
    (0.69, 0.50),
    (0.69, 0.643),
    (0.69, 0.784),
];
const SIGN: (f64, f64) = (0.77, 0.907);
const PACKING_ROWS: [(f64, f64); 5] = [
    (0.32, 0.33),
    (0.32, 0.47),
    (0.32, 0.61),
    (0.32, 0.75),
    (0.32, 0.89),
];
const CHECK_OUT: (f64, f64) = (0.80, 0.886);
/// 2, 5, 8, 0: one below the other.
const CODE_KEYS: [(f64, f64); 4] = [(0.731, 0.264), (0.731, 0.455), (0.731, 0.648), (0.731, 0.839)];
const GATE_ANSWERS: [(f64, f64); 4] = [(0.7225, 0.219), (0.529, 0.36), (0.714, 0.502), (0.714, 0.643)];
/// "Ja" to who the patient is, where BankID is a way, too: the answers stand below the question then.
const VOUCHED: (f64, f64) = (0.4125, 0.321);
/// "Personalen intygar" and "BankID via 1177" (a04).
const STAFF_ROW: (f64, f64) = (0.5, 0.37);
const BANK_ID_ROW: (f64, f64) = (0.5, 0.658);
/// The middle of the content zone.
const PAGE: (f64, f64) = (0.5, 0.455);
/// "Avbryt", under the page.
const CANCEL: (f64, f64) = (0.83, 0.883);
const YES_END: (f64, f64) = (0.5, 0.76);
const NEXT: (f64, f64) = (0.84, 0.87);
const GOOD: (f64, f64) = (0.184, 0.58);
const REST: Duration = Duration::from_millis(600);
/// The middle of "Avsluta" in the meeting (a09).
const END_BUTTON: (f64, f64) = (0.83, 0.906);

/// "Hjälp" in the meeting, between sound and end.
const HELP_BUTTON: (f64, f64) = (0.5, 0.906);

/// Everything that a visit needs.
pub struct Place {
    /// Name of the room.
    pub alias: String,
    /// The meeting service's stand-in.
    pub node: Arc<Node>,
    /// The fleet server.
    pub fleet: Fleet,
    /// The kit's display.
    pub display: Display,
    /// The kit's devices.
    pub sound: SoundServer,
    /// The kit.
    pub kit: Kit,
    /// For files of the test.
    pub folder: TempDir,
}

impl Place {
    /// Opens a place with a meeting room as `room` says, and a clean kit with a test camera that is booked for it.
    pub async fn open(room: RoomSettings) -> Result<Self> {
        Self::open_with(room, "test").await
    }

    /// As [`Place::open`], with a kit that was never cleaned.
    pub async fn open_uncleaned(room: RoomSettings) -> Result<Self> {
        Self::furnish(Booked::open(room, devices("test", 360)).await?).await
    }

    /// A kit with a portal and a home of its own, which is neither booked nor started: for many visits one after the other.
    pub async fn open_idle(portal: &str, authority: &Path) -> Result<Self> {
        let node = Arc::new(Node::start(NodeConfig::default()).await?);
        let mut booked = Booked::unbooked(node, ALIAS, devices("test", 360)).await?;
        booked.kit.add_portal(portal, authority)?;
        booked.kit.lives_apart()?;
        Self::placed(booked).await
    }

    /// A clean kit whose patient may log in at a portal: its settings, and whom the kit trusts about it.
    pub async fn open_with_portal(room: RoomSettings, portal: &str, authority: &Path) -> Result<Self> {
        let node = Node::start(NodeConfig::default()).await?;
        node.control().put_room(ALIAS, room)?;
        let booked = Booked::at(Arc::new(node), ALIAS, None, devices("test", 360)).await?;
        booked.kit.was_cleaned()?;
        booked.kit.add_portal(portal, authority)?;
        Self::furnish(booked).await
    }

    /// A kit that was cleaned already, booked for a meeting on the web that its browser holds.
    pub async fn open_on_the_web(origin: &str, path: &str, authority: &str) -> Result<Self> {
        let node = Arc::new(Node::start(NodeConfig::default()).await?);
        let folder = tempfile::tempdir()?;
        let pem = folder.path().join("web-ca.pem");
        std::fs::write(&pem, authority)?;
        let devices = devices("test", 360).replace(MICROPHONE, MICROPHONE_OF_BROWSERS);
        let booked = Booked::enrolled((node, ALIAS), folder, origin, pem, "browser", devices).await?;
        booked.fleet.reserve(&format!("{origin}{path}")).await?;
        booked.kit.was_cleaned()?;
        Self::furnish(booked).await
    }

    /// A kit that was cleaned already, with a server of the test's own that wants a meeting in [`ALIAS`] at this node.
    pub async fn open_at_office(node: Arc<Node>, office: &Office) -> Result<Self> {
        let booked = Booked::at(node, ALIAS, None, devices("test", 360)).await?;
        booked.kit.was_cleaned()?;
        office.take_over(&booked.kit)?;
        Self::furnish(booked).await
    }

    /// As [`Place::open`], with another `camera` in the kit's settings.
    pub async fn open_with(room: RoomSettings, camera: &str) -> Result<Self> {
        let booked = Booked::open(room, devices(camera, 360)).await?;
        booked.kit.was_cleaned()?;
        Self::furnish(booked).await
    }

    /// As [`Place::open`], at a node that has the room already, with another `camera` in the kit's settings that gives
    /// pictures of `lines` lines.
    pub async fn open_at(node: Arc<Node>, camera: &str, lines: u32) -> Result<Self> {
        let booked = Booked::open_at(node, devices(camera, lines)).await?;
        booked.kit.was_cleaned()?;
        Self::furnish(booked).await
    }

    /// Puts the kit where it has a display and devices, and starts it.
    async fn furnish(booked: Booked) -> Result<Self> {
        let mut place = Self::placed(booked).await?;
        place.start_kit()?;
        Ok(place)
    }

    async fn placed(booked: Booked) -> Result<Self> {
        Ok(Self {
            alias: booked.alias,
            node: booked.node,
            fleet: booked.fleet,
            display: Display::start(1280, 800).await?,
            sound: SoundServer::start().await?,
            kit: booked.kit,
            folder: booked.folder,
        })
    }

    /// Starts the kit's program on its display.
    pub fn start_kit(&mut self) -> Result<()> {
        start_on(&mut self.kit, &self.display, &self.sound)
    }

    /// What tests may do to the node.
    #[must_use]
    pub fn control(&self) -> Control {
        self.node.control()
    }

    /// Somebody at the far end, by the official client in Chromium, who speaks.
    pub async fn far_end(&self, name: &str, speaker: Speaker) -> Result<Witness> {
        far_end(&self.node, self.folder.path(), name, speaker).await
    }

    /// The care worker's part, from a clean kit on the shelf to the patient's tile: checks out, passes the gates.
    pub async fn prepare(&mut self) -> Result<()> {
        self.check_out().await?;
        self.pass_gates().await
    }

    /// A kit that was not cleaned since its last visit is, and this is signed.
    pub async fn clean(&self) -> Result<()> {
        self.tap_to("ready", CLEAN, "cleaning").await?;
        for row in CLEANING_ROWS {
            self.tap_and_see(row).await?;
        }
        self.tap_to("cleaning", SIGN, "ready").await
    }

    /// A clean kit on its shelf is taken out for the booked visit.
    pub async fn check_out(&self) -> Result<()> {
        self.take_out().await?;
        self.pack().await
    }

    /// "Hämta ut", once there is something to take the kit out for.
    pub async fn take_out(&self) -> Result<()> {
        self.kit
            .until("the booking", 0, SOON, |line| {
                line["data"]["acts"][0] == "CheckOut"
            })
            .await?;
        self.rest().await;
        self.display.tap(TAKE_OUT.0, TAKE_OUT.1).await
    }

    /// The packing list, until the kit leaves.
    pub async fn pack(&self) -> Result<()> {
        self.pack_from("check_out", "tile").await
    }

    /// As [`Place::pack`], to another screen of the patient's.
    pub async fn pack_from(&self, screen: &str, then: &str) -> Result<()> {
        self.kit.shows(screen, SOON).await?;
        for row in PACKING_ROWS {
            self.tap_and_see(row).await?;
        }
        self.tap_to(screen, CHECK_OUT, then).await
    }

    /// The shift's code is chosen: typed, and typed again.
    pub async fn choose_code(&self) -> Result<()> {
        self.type_code().await?;
        self.kit
            .until("the code once more", 0, SOON, |line| {
                line["data"]["sentence"] == "RepeatCode"
            })
            .await?;
        self.type_code().await?;
        self.kit.shows("check_out", SOON).await.map(drop)
    }

    /// The patient chooses BankID through the portal, whose page then stands in the frame.
    pub async fn choose_portal(&self) -> Result<()> {
        let from = self.kit.now()?;
        self.tap_to("identify", BANK_ID_ROW, "portal").await?;
        self.page_shown(from).await
    }

    /// Waits for a page in the frame, from this place of the journal on.
    pub async fn page_shown(&self, from: usize) -> Result<()> {
        self.kit
            .until("a page in the frame", from, SOON, |line| {
                line["event"] == "browser_shown"
            })
            .await
            .map(drop)
    }

    /// One tap in the middle of the page in the frame.
    pub async fn tap_page(&self) -> Result<()> {
        self.display.tap(PAGE.0, PAGE.1).await
    }

    /// "Avbryt" under the page in the frame.
    pub async fn cancel_page(&self) -> Result<()> {
        self.display.tap(CANCEL.0, CANCEL.1).await
    }

    /// Where this kit's browsers live.
    pub fn browser_home(&self) -> Result<PathBuf> {
        Ok(kit_agent::meeting::browser::memory_folder(self.kit.state.path())?)
    }

    /// The shift's code, and every question answered so that the meeting can be held.
    pub async fn pass_gates(&self) -> Result<()> {
        self.pass_gates_from(0).await
    }

    /// As [`Place::pass_gates`], where the first questions are answered already.
    pub async fn pass_gates_from(&self, first: usize) -> Result<()> {
        self.open_gates().await?;
        self.answer_from(first).await
    }

    async fn answer_from(&self, first: usize) -> Result<()> {
        for answer in &GATE_ANSWERS[first..] {
            let answer = *answer;
            self.tap_and_see(answer).await?;
        }
        self.kit.shows("tile", SOON).await?;
        self.rest().await;
        Ok(())
    }

    /// From the patient's tile to the questions, by the shift's code.
    pub async fn open_gates(&self) -> Result<()> {
        self.open_gates_from("tile", STAFF_KEY).await
    }

    async fn open_gates_from(&self, screen: &str, key: (f64, f64)) -> Result<()> {
        self.tap_to(screen, key, "key_pad").await?;
        self.type_code().await?;
        self.kit.shows("gates", SOON).await.map(drop)
    }

    /// "Personalen intygar", the first of the two ways; then every question.
    pub async fn staff_vouch(&self) -> Result<()> {
        self.open_gates_from("identify", STAFF_ROW).await?;
        self.tap_and_see(VOUCHED).await?;
        self.answer_from(1).await
    }

    /// The care worker's side of the running meeting: help, the key in its bar, the shift's code.
    pub async fn open_staff_panel(&self) -> Result<()> {
        self.tap_to("meeting", HELP_BUTTON, "help").await?;
        self.tap_to("help", STAFF_KEY, "key_pad").await?;
        self.type_code().await?;
        self.kit.shows("staff_panel", SOON).await.map(drop)
    }

    async fn type_code(&self) -> Result<()> {
        for key in CODE_KEYS {
            self.display.tap(key.0, key.1).await?;
        }
        Ok(())
    }

    /// The patient's one tap.
    pub async fn join(&self) -> Result<()> {
        self.display.tap(JOIN_BUTTON.0, JOIN_BUTTON.1).await
    }

    /// The patient ends the meeting: "Avsluta", then "Ja".
    pub async fn leave(&self) -> Result<()> {
        self.rest().await;
        self.display.tap(END_BUTTON.0, END_BUTTON.1).await?;
        self.kit.shows("end_question", SOON).await?;
        self.tap_to("end_question", YES_END, "summary").await
    }

    /// From the summary to "Inget sparas på plattan."
    pub async fn rate_and_wipe(&self) -> Result<()> {
        self.tap_to("summary", NEXT, "recap").await?;
        self.tap_to("recap", NEXT, "rating").await?;
        self.rest().await;
        self.display.tap(GOOD.0, GOOD.1).await?;
        self.kit
            .until("the receipt", 0, SOON, |line| {
                line["event"] == "screen" && !line["data"]["sentence"]["NothingLeft"].is_null()
            })
            .await
            .map(drop)
    }

    /// The reservation as the server knows it, once it has the wipe's receipt.
    pub async fn receipt_at_server(&self) -> Result<Value> {
        until("the receipt at the server", SOON, || async {
            let booked = self.fleet.reservations().await.ok()?[0].clone();
            (booked["wiped"] == true).then_some(booked)
        })
        .await
    }

    /// The kit as the node sees it: the newest of its name, because one that was cut off stays until its token runs out.
    pub fn kit_at_node(&self) -> Result<ParticipantStatus> {
        let room = self.control().room(&self.alias)?;
        room.participants
            .into_iter()
            .rfind(|p| p.display_name.ends_with("– hemma"))
            .context("the kit is not in the room")
    }

    /// Waits until the kit sees and hears: frames and sound at both ends.
    pub async fn both_see_and_hear(&self) -> Result<()> {
        let from = self.kit.now()?;
        self.kit
            .until("sound and picture at the kit", from, SOON, |line| {
                line["event"] == "figures"
                    && line["data"]["frames_decoded"].as_u64() > Some(5)
                    && line["data"]["recv_level_db"].as_f64() > Some(-55.0)
            })
            .await?;
        until("sound and picture of the kit at the node", SOON, || async {
            let call = self.kit_at_node().ok()?.call?;
            (call.video_in.frames > 5 && call.audio_in.packets > 50).then_some(())
        })
        .await
        .with_context(|| self.both_ends())
    }

    /// The call as both ends see it, for whoever must find out why it does not go.
    fn both_ends(&self) -> String {
        let figures = self.kit.journal().unwrap_or_default();
        let kit = figures.iter().rfind(|line| line["event"] == "figures");
        format!("at the node: {:#?}\nat the kit: {kit:#?}", self.kit_at_node())
    }

    /// Waits until the node hears somebody speak at the kit from now on.
    pub async fn the_kit_is_heard(&self) -> Result<()> {
        let loud = || Some(self.kit_at_node().ok()?.call?.audio_in.loud_frames);
        let before = loud().context("the kit has a call")?;
        until("speech from the kit at the node", SOON, || async {
            (loud()? > before + 20).then_some(())
        })
        .await
    }

    /// On `screen`, one tap that leads to the screen `then`.
    async fn tap_to(&self, screen: &str, place: (f64, f64), then: &str) -> Result<()> {
        self.kit.shows(screen, SOON).await?;
        self.rest().await;
        self.display.tap(place.0, place.1).await?;
        self.kit.shows(then, SOON).await.map(drop)
    }

    /// One tap that changes what can be done, on the same screen or the next.
    pub async fn tap_and_see(&self, place: (f64, f64)) -> Result<()> {
        self.rest().await;
        let from = self.kit.now()?;
        self.display.tap(place.0, place.1).await?;
        self.kit
            .until("an effect of the tap", from, SOON, |line| {
                line["event"] == "screen"
            })
            .await
            .map(drop)
    }

    /// The screen ignores a second touch for 500 ms, so a person waits that long, too.
    pub async fn rest(&self) {
        tokio::time::sleep(REST).await;
    }
}
