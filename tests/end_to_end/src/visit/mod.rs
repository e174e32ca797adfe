//! A whole visit on this machine: conference node (stand-in), fleet server, sound server, display, and a kit.
//!
//! `booked` makes the kit, [`Place`] puts it where it has a display and devices. `steps` is what people do:
//! [`Place::prepare`] the care worker's part with real taps, [`Place::join`] the patient's one; `seen` is what both ends
//! see of it.

mod booked;
mod buttons;
mod seen;
mod steps;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use lab::node::{Control, Node, NodeConfig, RoomSettings};
use tempfile::TempDir;

pub use self::booked::Booked;
use crate::display::Display;
use crate::fleet::Fleet;
use crate::kit::Kit;
use crate::office::Office;
use crate::sound_server::{MICROPHONE, MICROPHONE_OF_BROWSERS, SPEAKER, SoundServer};
use crate::speech::Speaker;
use crate::witness::Witness;

/// The room of every visit here. Long and odd, so that it is found wherever it should not be.
pub const ALIAS: &str = "rum-kaprifol-4711";
/// How the others see the kit in such a visit: who sits there, by role.
pub const KIT: &str = "Patient, undersköterska – hemma";
/// What a screen may take to appear while two cores carry a visit.
pub const SOON: Duration = Duration::from_secs(30);
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
        self.kit.start(&[
            ("DISPLAY", self.display.name()),
            ("WAYLAND_DISPLAY", ""),
            ("PULSE_SERVER", &self.sound.address()),
            ("SLINT_BACKEND", "winit-software"),
        ])
    }

    /// What tests may do to the node.
    #[must_use]
    pub fn control(&self) -> Control {
        self.node.control()
    }

    /// Somebody at the far end, by the official client in Chromium, who speaks.
    pub async fn far_end(&self, name: &str, speaker: Speaker) -> Result<Witness> {
        booked::far_end(&self.node, self.folder.path(), name, speaker).await
    }

    /// Where this kit's browsers live.
    pub fn browser_home(&self) -> Result<PathBuf> {
        Ok(kit_agent::meeting::browser::memory_folder(self.kit.state.path())?)
    }
}

fn devices(camera: &str, lines: u32) -> String {
    format!("camera = \"{camera}\"\nmicrophone = \"{MICROPHONE}\"\nspeaker = \"{SPEAKER}\"\nlines = {lines}")
}
