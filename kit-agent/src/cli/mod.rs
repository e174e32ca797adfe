//! The program's commands: `run` is a kit, `join` a diagnosis, `enrol` makes a tablet a kit.
//!
//! Errors end here: one sentence on stderr and an exit code. Neighbours: `kit` is what runs, `meeting` what is joined.

mod enrol;
mod exit;
mod join;
mod no_traces;
mod run;
mod viewer;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

pub use exit::Exit;

/// The tablet's program of the home-visit kit.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Be a kit: fill the screen, stay in touch with the fleet server, hold the booked meetings.
    Run(run::Run),
    /// Join one meeting, for diagnosis.
    Join(join::JoinOne),
    /// Make this tablet a kit, with a one-time code from the console.
    Enrol(enrol::Enrol),
}

/// What is logged unless `RUST_LOG` says otherwise: the TURN client calls each packet news.
const LOGGED: &str = "info,turn_client_proto=warn,turn_types=warn,stun_proto=warn";

/// Runs a command to its end.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    // Fails only if it is installed already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let done = match arguments.command {
        Command::Run(run) => run.perform(),
        Command::Join(join) => join.perform(),
        Command::Enrol(enrol) => enrol.perform(),
    };
    done.unwrap_or_else(|error| {
        say(&format!("kit-agent: {error:#}"));
        Exit::Usage
    })
    .into()
}

/// One line for the person at the terminal.
#[expect(clippy::print_stderr, reason = "a command's answer to the person who gave it")]
fn say(line: &str) {
    eprintln!("{line}");
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}
