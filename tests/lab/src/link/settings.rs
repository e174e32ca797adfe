//! How a test describes an emulated link: a named profile, and what differs from it.

use serde::{Deserialize, Serialize};

use super::profile::Profile;

/// A link between one participant and the node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkSettings {
    /// Starting point; what is given besides overrides it.
    pub profile: Profile,
    /// Participant to node.
    pub up: DirectionSettings,
    /// Node to participant.
    pub down: DirectionSettings,
    /// Times without any network.
    pub outages: Option<OutageSettings>,
    /// Added to each HTTP request, answer and event, in ms: half a round trip.
    pub signalling_delay_ms: Option<u64>,
    /// Makes the link's luck repeatable.
    pub seed: Option<u64>,
}

/// One direction. `None` leaves what the profile says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectionSettings {
    /// Share of packets lost independently, 0..=1.
    pub loss: Option<f64>,
    /// Bursts of loss.
    pub burst: Option<BurstSettings>,
    /// One-way delay in ms.
    pub delay_ms: Option<f64>,
    /// Added delay, evenly spread over 0..=this, in ms.
    pub jitter_ms: Option<f64>,
    /// Whether jitter may reorder packets.
    pub reorder: Option<bool>,
    /// Bottleneck in kbit/s.
    pub rate_kbps: Option<f64>,
    /// What the bottleneck's queue holds, as time at its rate in ms; beyond it packets are dropped.
    pub queue_ms: Option<f64>,
}

/// Gilbert–Elliott: a good and a bad state, with a chance of changing between them at each packet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BurstSettings {
    /// Chance of going from good to bad, 0..=1.
    pub enter: f64,
    /// Chance of going from bad to good, 0..=1.
    pub leave: f64,
    /// Share lost while bad, 0..=1.
    pub loss: f64,
}

/// When nothing passes in either direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutageSettings {
    /// From now until the first one, in ms.
    pub first_after_ms: u64,
    /// From the start of one to the start of the next, in ms; `None` is a single one.
    pub every_ms: Option<u64>,
    /// Length in ms.
    pub length_ms: u64,
    /// Whether HTTP and events are held as well.
    pub signalling: bool,
}
