//! `./dev bench`: figures with their peer beside them, in one run, as medians and ratios.
//!
//! A bench judges nothing and is no test: it prints what it measured. Build it in release mode, or the figures mean
//! nothing.

mod fleet;
mod join;
mod process_tree;
mod summary;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures the product beside its peers.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// One fleet server with as many kits as a machine carries: memory, syncs, nudges, a restart, and what an idle kit costs.
    Fleet(fleet::Options),
    /// The kit against the official client in Chromium: from the tap to the picture, and what a call costs.
    Join {
        /// Where the figures go.
        #[arg(long, default_value = "out/bench-join.json")]
        json: PathBuf,
        /// Joins each, per round trip.
        #[arg(long, default_value_t = 10)]
        runs: u32,
        /// Length of the measured 720p call in seconds.
        #[arg(long, default_value_t = 60)]
        hold: u32,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().what {
        What::Fleet(options) => fleet::run(&options).await,
        What::Join { json, runs, hold } => join::run(&json, runs, hold).await,
    }
}
