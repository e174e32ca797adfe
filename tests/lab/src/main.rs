//! The lab as a program: `lab node` runs the stand-in of a conference node until it is told to stop.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Parser, Subcommand};
use lab::node::{Node, NodeConfig, RoomSettings};

/// Stand-ins for what is outside the kit.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the stand-in of a conference node.
    Node(NodeArguments),
}

#[derive(clap::Args)]
struct NodeArguments {
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

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().command {
        Command::Node(arguments) => run_node(arguments).await,
    }
}

async fn run_node(arguments: NodeArguments) -> anyhow::Result<()> {
    let NodeArguments {
        listen,
        control,
        dir,
        media_ip,
        hosts,
        rooms,
    } = arguments;
    let node = Node::start(NodeConfig {
        listen,
        control,
        media_ip,
        hosts,
    })
    .await?;
    for alias in rooms {
        node.control().put_room(&alias, RoomSettings::default())?;
    }
    tell(&node, &dir)?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        () = node.quit_asked() => {}
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result?,
    }
    Ok(())
}

/// Writes where the node is. `lab.json` comes last and at once, so that who sees it can use it.
fn tell(node: &Node, dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let dir = dir.canonicalize()?;
    let ca_pem = dir.join("ca.pem");
    std::fs::write(&ca_pem, node.ca_pem())?;
    let facts = serde_json::json!({
        "node_url": node.url(),
        "control_url": node.control_url(),
        "ca_pem": ca_pem,
    });
    let unfinished = dir.join("lab.json.new");
    std::fs::write(&unfinished, facts.to_string())?;
    std::fs::rename(unfinished, dir.join("lab.json"))?;
    #[expect(clippy::print_stdout, reason = "the one line that the program prints")]
    {
        println!("{facts}");
    }
    Ok(())
}
