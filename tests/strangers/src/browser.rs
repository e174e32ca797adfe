//! As in `kit-agent`, without the browser: where a login's proof goes, which an answer of the conference may name.

#[path = "../../../kit-agent/src/meeting/browser/proof.rs"]
mod proof;

pub use proof::{LoginRefusal, ProofTarget};
