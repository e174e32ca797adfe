//! As in `kit-agent`; needed for its types.

#[path = "../../../kit-agent/src/media/call.rs"]
pub mod call;
