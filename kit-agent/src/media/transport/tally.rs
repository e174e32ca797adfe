//! Figures of a call, second by second, and which sound has already arrived.
//!
//! Gathers str0m's statistics events into one [`CallStats`]; frames and levels are the studio's and are added by `driver`.

use std::collections::VecDeque;

use str0m::stats::{MediaEgressStats, MediaIngressStats, PeerStats};

use crate::media::CallStats;
use crate::media::port::Line;

/// Opus' RTP clock per millisecond.
const SOUND_CLOCK_PER_MS: f64 = 48.0;
/// How many sound packets back a redundant block can be of use: 640 ms.
const REMEMBERED: usize = 32;

#[derive(Debug, Default)]
pub(super) struct Tally {
    bytes: Option<(u64, u64, std::time::Instant)>,
    jitter_ms: Option<f64>,
    rtt_ms: Option<f64>,
    sound_received: u64,
    sound_sent: u64,
    recent_sound: VecDeque<u16>,
}

impl Tally {
    pub(super) fn sent(&mut self, line: Line) {
        self.sound_sent += u64::from(line == Line::Sound);
    }

    pub(super) fn received(&mut self, line: Line) {
        self.sound_received += u64::from(line == Line::Sound);
    }

    /// Whether the sound with this sequence number came already, by itself or as redundancy.
    pub(super) fn has_sound(&self, sequence: u16) -> bool {
        self.recent_sound.contains(&sequence)
    }

    pub(super) fn sound_arrived(&mut self, sequence: u16) {
        if self.recent_sound.len() == REMEMBERED {
            self.recent_sound.pop_front();
        }
        self.recent_sound.push_back(sequence);
    }

    pub(super) fn received_stats(&mut self, line: Option<Line>, stats: &MediaIngressStats) {
        if line == Some(Line::Sound) {
            self.jitter_ms = Some(f64::from(stats.jitter) / SOUND_CLOCK_PER_MS);
        }
    }

    pub(super) fn sent_stats(&mut self, stats: &MediaEgressStats) {
        if let Some(rtt) = stats.rtt {
            self.rtt_ms = Some(rtt.as_secs_f64() * 1000.0);
        }
    }

    /// The figures of the second that ends with `stats`.
    pub(super) fn second(&mut self, stats: &PeerStats) -> CallStats {
        let (sent, received, at) = (stats.peer_bytes_tx, stats.peer_bytes_rx, stats.timestamp);
        let (send_kbps, recv_kbps) = match self.bytes.replace((sent, received, at)) {
            None => (0.0, 0.0),
            Some((sent_before, received_before, before)) => {
                let ms = at.saturating_duration_since(before).as_secs_f64() * 1000.0;
                (kbps(sent, sent_before, ms), kbps(received, received_before, ms))
            }
        };
        CallStats {
            send_kbps,
            recv_kbps,
            #[expect(clippy::cast_precision_loss, reason = "bit rates are far below 2^52")]
            estimate_kbps: stats.bwe_tx.map(|rate| rate.as_u64() as f64 / 1000.0),
            send_loss: stats.egress_loss_fraction.map(f64::from),
            recv_loss: stats.ingress_loss_fraction.map(f64::from),
            rtt_ms: stats.rtt.map(|rtt| rtt.as_secs_f64() * 1000.0).or(self.rtt_ms),
            jitter_ms: self.jitter_ms,
            audio_packets_received: self.sound_received,
            audio_packets_sent: self.sound_sent,
            ..CallStats::default()
        }
    }
}

/// Bits per millisecond are kilobits per second.
fn kbps(now: u64, before: u64, ms: f64) -> f64 {
    if ms <= 0.0 {
        return 0.0;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "bytes of one second are far below 2^52"
    )]
    let bytes = now.saturating_sub(before) as f64;
    bytes * 8.0 / ms
}
