//! Tools of the end-to-end tests and of the demo: real programs, started and watched, with a time limit on every wait.
//!
//! `witness` runs the far ends that others wrote, `judge` compares what was sent with what arrived, `speech` makes
//! known sound; `office` is a server of the test's own, `remains` looks for what a visit left, `site` is a web site for the kit's
//! browser, `told` reads what a program tells of itself; `display`, `sound_server`, `fleet` and `kit` are the places and
//! programs of a visit, `visit` puts them together. Neighbours: `tests/browser` holds the far ends, `tests/lab` the stand-ins.

pub mod display;
pub mod fleet;
pub mod join;
pub mod judge;
pub mod kit;
pub mod namespace;
pub mod office;
pub mod processes;
pub mod remains;
pub mod report;
pub mod site;
pub mod sound_server;
pub mod speech;
mod told;
pub mod turn;
pub mod visit;
pub mod witness;

use std::path::PathBuf;

/// A folder of the repository.
#[must_use]
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
