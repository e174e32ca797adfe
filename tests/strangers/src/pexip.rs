//! As in `kit-agent`, without what needs a network.

#[path = "../../../kit-agent/src/meeting/pexip/admission.rs"]
mod admission;
#[path = "../../../kit-agent/src/meeting/pexip/event_check.rs"]
mod event_check;
#[path = "../../../kit-agent/src/meeting/pexip/login.rs"]
mod login;
#[path = "../../../kit-agent/src/meeting/pexip/reason.rs"]
mod reason;
#[path = "../../../kit-agent/src/meeting/pexip/roster.rs"]
mod roster;
#[path = "../../../kit-agent/src/meeting/pexip/server_event.rs"]
mod server_event;
#[path = "../../../kit-agent/src/meeting/pexip/sse.rs"]
pub mod sse;
#[path = "../../../kit-agent/src/meeting/pexip/wire.rs"]
mod wire;

/// Any bytes as an event stream.
pub fn check_event_stream(bytes: &[u8]) {
    event_check::check(bytes);
}
