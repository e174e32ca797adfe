//! As in `kit-agent`.

#[path = "browser.rs"]
pub mod browser;
#[path = "../../../kit-agent/src/meeting/event.rs"]
pub mod event;
#[path = "../../../kit-agent/src/meeting/link.rs"]
pub mod link;
#[path = "../../../kit-agent/src/meeting/link_check.rs"]
mod link_check;
#[path = "pexip.rs"]
pub mod pexip;

pub use event::{
    Attendee, AttendeeId, DisplayName, Ending, Loss, Means, MeetingEvent, Place, Refusal, Standing,
};

/// Any bytes as a link.
pub fn check_link(bytes: &[u8]) {
    link_check::check(bytes);
}
