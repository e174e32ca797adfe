//! `kit-agent join` against the conference node (stand-in), where networks and services are at their worst.
//!
//! What is looked at: the figures that the program writes, its exit code and sentence, and what the node received.

mod address;
mod bad_input;
mod relay;
mod weak;

use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::join::{Join, NAME};
use end_to_end::processes::until;
use lab::node::{MediaFigures, Node, NodeConfig, RoomSettings};

/// The room of every test here.
const ALIAS: &str = "rum-kaprifol-4711";
/// What a step may take while two cores also carry the node.
const SOON: Duration = Duration::from_secs(30);

/// A node with one room, in which a robot speaks and shows a moving picture.
struct Meeting {
    node: Node,
}

impl Meeting {
    async fn open(room: RoomSettings) -> Result<Self> {
        Self::open_at(NodeConfig::default(), room).await
    }

    async fn open_at(config: NodeConfig, room: RoomSettings) -> Result<Self> {
        let node = Node::start(config).await?;
        node.control().put_room(ALIAS, room)?;
        node.control().add_robot(ALIAS, "Robot", 440.0)?;
        Ok(Self { node })
    }

    fn link(&self) -> String {
        self.node.link_to(ALIAS)
    }

    /// The program joins and trusts the node, and whoever `more` (PEM) vouches for.
    fn join(&self, more: &str) -> Result<Join> {
        Join::start(&self.link(), &format!("{}{more}", self.node.ca_pem()))
    }

    /// The kit's call as the node sees it.
    fn call(&self) -> Result<MediaFigures> {
        let room = self.node.control().room(ALIAS)?;
        let kit = room.named(NAME).context("the kit is not in the room")?;
        kit.call.clone().context("the kit has no call")
    }

    /// Waits until both ends see and hear something new.
    async fn both_see_and_hear(&self, kit: &Join) -> Result<()> {
        let from = kit.now()?;
        kit.until_figures("sound and picture at the kit", from, SOON, |figures| {
            figures["frames_decoded"].as_u64() > Some(5)
                && figures["recv_level_db"].as_f64() > Some(-55.0)
                && figures["recv_kbps"].as_f64() > Some(20.0)
        })
        .await?;
        let before = self.call().unwrap_or_default();
        until("sound and picture of the kit at the node", SOON, || async {
            let now = self.call().ok()?;
            // A new call counts from zero.
            let base = if now.call_uuid == before.call_uuid {
                before.clone()
            } else {
                MediaFigures::default()
            };
            (now.audio_in.loud_frames > base.audio_in.loud_frames + 20
                && now.video_in.frames > base.video_in.frames + 5)
                .then_some(())
        })
        .await
    }
}
