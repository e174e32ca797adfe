//! The limits of the wire in one place, except for those of each short text, which stand with it (`text`). Sizes are
//! bytes of UTF-8 unless the name says otherwise.

use serde::{Deserialize, Deserializer, de};

/// Longest meeting link that is accepted. Pexip's own links stay below 300.
pub const LINK_BYTES: usize = 2048;
/// Most events in one sync; a kit with more sends them in several rounds, oldest first.
pub const EVENTS_PER_SYNC: usize = 200;
/// Most reservations that a kit is told about.
pub const RESERVATIONS_PER_KIT: usize = 50;
/// Most commands that wait for one kit.
pub const COMMANDS_PER_KIT: usize = 20;
/// Largest body of a sync request.
pub const SYNC_REQUEST_BYTES: usize = 256 * 1024;
/// Largest body of a sync response.
pub const SYNC_RESPONSE_BYTES: usize = 256 * 1024;
/// Largest body of an enrolment or renewal request.
pub const ENROL_REQUEST_BYTES: usize = 16 * 1024;
/// Largest body of an enrolment or renewal response.
pub const ENROL_RESPONSE_BYTES: usize = 64 * 1024;
/// Largest WebSocket message on the nudge channel, in either direction.
pub const NUDGE_BYTES: usize = 256;
/// Most relatives that are expected in a patient's home.
pub const RELATIVES: usize = 8;
/// Most roles that are expected in a meeting.
pub const INVITED_ROLES: usize = 20;
/// Most origins that the browser may load beside a portal's own.
pub const PORTAL_ORIGINS: usize = 20;
/// Electronic identifications at a portal.
pub const PORTAL_E_IDS: usize = 10;
/// Most hosts where meetings may be held.
pub const MEETING_HOSTS: usize = 50;
/// Most ports of one of them.
pub const MEETING_PORTS: usize = 20;
/// Most steps of a cleaning checklist.
pub const CHECKLIST_STEPS: usize = 20;
/// Largest body of a request about a staff login or a join grant.
pub const IDENTITY_REQUEST_BYTES: usize = 1024;
/// Largest WebSocket message on the BankID channel, in either direction.
pub const BANK_ID_FRAME_BYTES: usize = 4096;

/// Reads a list, and refuses one that is longer than it may be.
pub(crate) fn at_most<'de, const MOST: usize, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = Vec::deserialize(deserializer)?;
    if list.len() > MOST {
        return Err(de::Error::custom(format_args!("the list holds more than {MOST}")));
    }
    Ok(list)
}
