//! A kit that is booked for a meeting at a conference node (stand-in), by a fleet server of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use lab::node::{Node, NodeConfig, RoomSettings};
use tempfile::TempDir;

use super::ALIAS;
use crate::fleet::Fleet;
use crate::kit::{Kit, Setup};
use crate::speech::Speaker;
use crate::witness::Witness;

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

    pub(super) async fn at(node: Arc<Node>, alias: &str, pin: Option<&str>, devices: String) -> Result<Self> {
        let booked = Self::unbooked(node, alias, devices).await?;
        let link = booked.node.link_to(alias);
        let pin = pin.map(|pin| format!("?pin={pin}")).unwrap_or_default();
        booked.fleet.reserve(&format!("{link}{pin}")).await?;
        Ok(booked)
    }

    pub(super) async fn unbooked(node: Arc<Node>, alias: &str, devices: String) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority = folder.path().join("node-ca.pem");
        std::fs::write(&authority, node.ca_pem())?;
        let address = node.url().to_owned();
        Self::enrolled((node, alias), folder, &address, authority, "pexip", devices).await
    }

    /// A server that allows meetings at this address, and a kit that holds them in this way.
    pub(super) async fn enrolled(
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

pub(super) async fn far_end(node: &Node, folder: &Path, name: &str, speaker: Speaker) -> Result<Witness> {
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
