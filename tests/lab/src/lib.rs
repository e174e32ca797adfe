//! Stand-ins for what is outside the kit: a conference node in the manner of Pexip Infinity, and the mobile link
//! between it and a participant.
//!
//! Tests use [`node::Node`] in-process; the program `lab` runs the same node by itself. Nothing here is ever a
//! dependency of a shipped program, and nothing here proves what the real systems tolerate.

pub mod link;
pub mod node;
