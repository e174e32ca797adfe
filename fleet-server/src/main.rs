//! `fleet-server`: see `fleet-server --help` and `docs/operations.md`.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use fleet_server::{
    data_dir::DataDir,
    operator::{self, TenantOptions},
    server::Server,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The fleet server of the home-visit kit.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a data directory: keys, certificate authorities, database, a first tenant and its administrator's token.
    Init {
        /// The directory to make.
        #[arg(long)]
        data: PathBuf,
        /// Name or address under which the server is reached. May be repeated.
        #[arg(long = "name", default_values = ["localhost", "127.0.0.1", "::1"])]
        names: Vec<String>,
        #[command(flatten)]
        tenant: TenantOptions,
    },
    /// Add another tenant and print its administrator's token.
    AddTenant {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        #[command(flatten)]
        tenant: TenantOptions,
    },
    /// Replace a tenant's settings; what is not given becomes empty.
    Settings {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        #[command(flatten)]
        tenant: TenantOptions,
    },
    /// Serve kits and people until SIGTERM or SIGINT.
    Serve {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// Where kits connect.
        #[arg(long, default_value = "0.0.0.0:8443")]
        device_listen: SocketAddr,
        /// Where people and programs connect.
        #[arg(long, default_value = "0.0.0.0:9443")]
        console_listen: SocketAddr,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().command {
        Command::Init { data, names, tenant } => {
            let token = operator::init(&data, &names, tenant).await?;
            print_token(&token);
            Ok(())
        }
        Command::AddTenant { data, tenant } => {
            let store = DataDir::open(&data)?.store().await?;
            let token = operator::add_tenant(&store, tenant).await?;
            print_token(&token);
            Ok(())
        }
        Command::Settings { data, tenant } => {
            operator::change_settings(&DataDir::open(&data)?.store().await?, tenant).await
        }
        Command::Serve {
            data,
            device_listen,
            console_listen,
        } => serve(&DataDir::open(&data)?, device_listen, console_listen).await,
    }
}

async fn serve(data: &DataDir, device_listen: SocketAddr, console_listen: SocketAddr) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut server = Server::start(data, device_listen, console_listen).await?;
    announce(&server);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        failure = server.failed() => bail!("a part of the server stopped by itself: {failure:?}"),
    }
    server.stop().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one time that the token is shown")]
fn print_token(token: &SecretString) {
    println!("{}", token.expose_secret());
}

#[expect(
    clippy::print_stdout,
    reason = "scripts read the addresses from here, as port 0 takes a free one"
)]
fn announce(server: &Server) {
    println!("kits: https://{}", server.device_address);
    println!("console: https://{}", server.console_address);
}
