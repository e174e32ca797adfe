//! `./dev bench`: figures with their peer beside them, in one run, as medians and ratios.
//!
//! A bench judges nothing and is no test: it prints what it measured. Build it in release mode, or the figures mean
//! nothing.

mod camera;
mod fleet;
mod join;
mod pages;
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
    /// Every page of the console at thousands of kits, on a server of its own.
    Pages {
        /// Where the figures go.
        #[arg(long, default_value = "out/bench-pages.json")]
        json: PathBuf,
        /// Kits in the region.
        #[arg(long, default_value_t = 5_000)]
        kits: u32,
        /// Days of visits.
        #[arg(long, default_value_t = 31)]
        days: u32,
        /// How often each page is asked for.
        #[arg(long, default_value_t = 100)]
        runs: u32,
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
        What::Pages {
            json,
            kits,
            days,
            runs,
        } => pages::run(&json, kits, days, runs).await,
    }
}
