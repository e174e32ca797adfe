//! Tools of the end-to-end tests: real programs, started and watched, with a time limit on every wait.
//!
//! `witness` runs the far ends that others wrote, `judge` compares what was sent with what arrived, `speech` makes
//! known sound. Neighbours: `tests/browser` holds the far ends, `tests/lab` the stand-ins.

pub mod judge;
pub mod speech;
pub mod witness;

use std::path::PathBuf;

/// A folder of the repository.
#[must_use]
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
