//! Every limit of the wire in one place. Sizes are bytes of UTF-8 unless the name says otherwise.

/// Longest meeting link that is accepted. Pexip's own links stay below 300.
pub const LINK_BYTES: usize = 2048;
/// Longest PEM text of a certificate signing request.
pub const SIGNING_REQUEST_BYTES: usize = 4096;
/// Longest PEM text of a certificate, chain included.
pub const CERTIFICATE_BYTES: usize = 16 * 1024;
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
