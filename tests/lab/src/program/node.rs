//! `lab node`: the conference node.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use lab::node::{Node, NodeConfig, RoomSettings};
use serde_json::json;

use super::{prepare, put, tell, until_told};

/// Runs the stand-in of a conference node.
#[derive(clap::Args)]
pub(crate) struct NodeArguments {
    /// Address of the HTTPS server; port 0 picks one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Address of the control port; loopback only.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Where `lab.json` and `ca.pem` are written.
    #[arg(long)]
    dir: PathBuf,
    /// Address of the media sockets.
    #[arg(long, default_value = "127.0.0.1")]
    media_ip: IpAddr,
    /// Another name or address in the certificate; the first one is used in the node's address.
    #[arg(long = "host")]
    hosts: Vec<String>,
    /// A room that is there from the start, with default settings.
    #[arg(long = "room")]
    rooms: Vec<String>,
}

impl NodeArguments {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let node = Node::start(NodeConfig {
            listen: self.listen,
            control: self.control,
            media_ip: self.media_ip,
            hosts: self.hosts,
        })
        .await?;
        for alias in self.rooms {
            node.control().put_room(&alias, RoomSettings::default())?;
        }
        let dir = prepare(&self.dir)?;
        let facts = json!({
            "node_url": node.url(),
            "control_url": node.control_url(),
            "ca_pem": put(&dir, "ca.pem", node.ca_pem())?,
        });
        tell(&dir, &facts)?;
        until_told(node.quit_asked()).await
    }
}
