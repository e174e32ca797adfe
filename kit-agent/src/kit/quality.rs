//! What a person would say of the link, from the figures of the last seconds. Pure.
//!
//! Sentences appear only after 3 s and leave after 10 s; that patience is the visit's. Neighbour: `kit`.

use crate::media::CallStats;
use crate::visit::event::{Confirmed, Quality};

/// Share of their packets lost for good that people notice.
const VISIBLE_LOSS: f64 = 0.05;
/// Round trip in milliseconds from which people interrupt each other.
const LONG_ROUND_TRIP: f64 = 800.0;

/// Follows the figures of one call.
#[derive(Debug, Default)]
pub(super) struct Watch {
    frames: u64,
    seconds_without_picture: u32,
}

impl Watch {
    /// How the link is, after another second's figures.
    pub(super) fn second(&mut self, stats: &CallStats) -> Quality {
        if stats.frames_decoded > self.frames {
            self.seconds_without_picture = 0;
        } else {
            self.seconds_without_picture += 1;
        }
        self.frames = stats.frames_decoded;
        let lossy = [stats.recv_loss, stats.send_loss]
            .into_iter()
            .flatten()
            .any(|loss| loss > VISIBLE_LOSS);
        let slow = stats.rtt_ms.is_some_and(|rtt| rtt > LONG_ROUND_TRIP);
        if self.seconds_without_picture >= 3 && stats.recv_kbps > 0.0 {
            Quality::SoundOnly
        } else if lossy || slow || self.seconds_without_picture > 1 {
            Quality::Weak
        } else {
            Quality::Good
        }
    }
}

/// Whether the far end's reports confirm that our sound arrives.
pub(super) fn our_sound(stats: &CallStats) -> Confirmed {
    if stats.send_loss.is_some_and(|loss| loss < 2.0 * VISIBLE_LOSS) {
        Confirmed::Yes
    } else {
        Confirmed::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_stands_still_is_sound_only_after_three_seconds() {
        let mut watch = Watch::default();
        let flowing = CallStats {
            frames_decoded: 30,
            recv_kbps: 500.0,
            ..CallStats::default()
        };
        assert_eq!(watch.second(&flowing), Quality::Good);
        let seen: Vec<_> = (0..3).map(|_| watch.second(&flowing)).collect();
        assert_eq!(seen, [Quality::Good, Quality::Weak, Quality::SoundOnly]);
    }

    #[test]
    fn our_sound_counts_only_when_the_far_end_says_so() {
        assert_eq!(our_sound(&CallStats::default()), Confirmed::No);
        assert_eq!(
            our_sound(&CallStats {
                send_loss: Some(0.02),
                ..CallStats::default()
            }),
            Confirmed::Yes
        );
    }
}
