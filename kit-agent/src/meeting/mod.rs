//! Meetings by whatever service runs them.
//!
//! [`event`] is what every service tells the visit; [`link`] says which service a link belongs to and whether the
//! tenant's policy allows it; [`session`] is the seam; [`pexip`] is the native client; [`browser`] is for logins, and
//! for meetings of services without one. The kit is always a guest: it
//! books no rooms and stores nothing of a meeting. Nothing here logs a token, alias, link, PIN or name.

pub mod browser;
pub mod event;
pub mod link;
#[cfg(test)]
mod link_check;
pub mod pexip;
pub mod session;

pub use event::{
    Attendee, AttendeeId, DisplayName, Ending, LoginPage, Loss, Means, MeetingEvent, Place, Refusal, Standing,
};
pub use link::{MeetingLink, Policy};
pub use session::{Door, Join, MeetingService, Microphone, Session, SessionCommand};
