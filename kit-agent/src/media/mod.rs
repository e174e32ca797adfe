//! Sound and picture of one meeting.
//!
//! Two halves with a trait between them: `transport` (str0m, sans-IO) owns the network, `studio` (GStreamer) owns
//! devices, codecs and clocks. A meeting service (`crate::meeting`) drives a [`Call`] by SDP and learns of trouble
//! through [`CallEvent`]; it never sees a packet. Tests of the meeting service put a scripted [`Media`] in its place.
//! Invariant: a [`Call`] never recovers by itself; it says what it sees, and the meeting service decides.

pub mod call;
pub mod ladder;
pub mod port;
pub mod studio;
pub mod transport;

pub use call::{Call, CallEvent, CallSetup, CallStats, Media, MediaError, OfferKind, RelayOnly, TurnServer};
