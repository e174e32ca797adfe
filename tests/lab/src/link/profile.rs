//! Named links. The figures are round ones in the range of what is published about drive tests, not measurements of ours.

use serde::{Deserialize, Serialize};

use super::settings::{BurstSettings, DirectionSettings, LinkSettings, OutageSettings};

/// A named link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Nothing in the way.
    #[default]
    Perfect,
    /// A village with a mast in sight.
    GoodLte,
    /// Indoors, far from the mast.
    WeakLte,
    /// 2G speed.
    Edge,
    /// Weak, with short outages now and then.
    Tunnel,
    /// Good, with a gap each time the mast changes.
    Handover,
}

impl LinkSettings {
    /// The profile's settings with what was given besides in their place.
    pub(super) fn resolved(&self) -> Self {
        let profile = self.profile.settings();
        Self {
            profile: self.profile,
            up: self.up.or(profile.up),
            down: self.down.or(profile.down),
            outages: self.outages.or(profile.outages),
            signalling_delay_ms: self.signalling_delay_ms.or(profile.signalling_delay_ms),
            seed: self.seed,
        }
    }
}

impl DirectionSettings {
    fn or(self, other: Self) -> Self {
        Self {
            loss: self.loss.or(other.loss),
            burst: self.burst.or(other.burst),
            delay_ms: self.delay_ms.or(other.delay_ms),
            jitter_ms: self.jitter_ms.or(other.jitter_ms),
            reorder: self.reorder.or(other.reorder),
            rate_kbps: self.rate_kbps.or(other.rate_kbps),
            queue_ms: self.queue_ms.or(other.queue_ms),
        }
    }
}

impl Profile {
    fn settings(self) -> LinkSettings {
        match self {
            Self::Perfect => LinkSettings::default(),
            Self::GoodLte => both(good(8_000.0), good(20_000.0), 25, None),
            Self::WeakLte => both(weak(800.0), weak(1_500.0), 50, None),
            Self::Edge => both(edge(90.0), edge(180.0), 200, None),
            Self::Tunnel => both(weak(1_500.0), weak(3_000.0), 40, Some(gaps(4_000, 12_000, 2_500))),
            Self::Handover => both(good(5_000.0), good(10_000.0), 30, Some(gaps(3_000, 8_000, 400))),
        }
    }
}

fn both(
    up: DirectionSettings,
    down: DirectionSettings,
    signalling_delay_ms: u64,
    outages: Option<OutageSettings>,
) -> LinkSettings {
    LinkSettings {
        up,
        down,
        outages,
        signalling_delay_ms: Some(signalling_delay_ms),
        ..LinkSettings::default()
    }
}

fn gaps(first_after_ms: u64, every_ms: u64, length_ms: u64) -> OutageSettings {
    OutageSettings {
        first_after_ms,
        every_ms: Some(every_ms),
        length_ms,
        signalling: true,
    }
}

fn good(rate_kbps: f64) -> DirectionSettings {
    DirectionSettings {
        loss: Some(0.002),
        delay_ms: Some(20.0),
        jitter_ms: Some(10.0),
        rate_kbps: Some(rate_kbps),
        queue_ms: Some(200.0),
        ..DirectionSettings::default()
    }
}

fn weak(rate_kbps: f64) -> DirectionSettings {
    DirectionSettings {
        loss: Some(0.01),
        burst: Some(BurstSettings {
            enter: 0.005,
            leave: 0.25,
            loss: 0.7,
        }),
        delay_ms: Some(45.0),
        jitter_ms: Some(40.0),
        rate_kbps: Some(rate_kbps),
        queue_ms: Some(400.0),
        ..DirectionSettings::default()
    }
}

fn edge(rate_kbps: f64) -> DirectionSettings {
    DirectionSettings {
        loss: Some(0.01),
        delay_ms: Some(180.0),
        jitter_ms: Some(80.0),
        rate_kbps: Some(rate_kbps),
        queue_ms: Some(800.0),
        ..DirectionSettings::default()
    }
}
