//! What our uplink carries: str0m's estimate, held down while the far end loses much of what we send.
//!
//! The estimate follows delay. On a link that drops what does not fit it stays too high, retransmissions fill the rest, and a
//! third of the sound was lost with the picture (profile `weak-lte`). Rules for loss: draft-ietf-rmcat-gcc-02 §6.
//! Pure. Neighbour: `engine`, which tells the studio each second, so that the quality ladder climbs on a steady link, too.

use crate::media::ladder::THRIFTY_SOUND_KBPS;

/// Loss above which we send less.
const MUCH: f64 = 0.10;
/// Loss below which we try to send more.
const LITTLE: f64 = 0.02;
/// How much more, each second.
const RISE: f64 = 1.08;
/// Below this no picture of use fits, kbit/s: padding looks for more, up to here.
const POOR: u32 = 400;
/// Seconds without padding after a second that lost more than [`LITTLE`], or in which the link's queue was full.
const REST: u8 = 10;
/// A round trip from which on the link's queue is taken to be full, ms: padding would only make everybody wait longer. A
/// satellite's is 600.
const FULL_MS: f64 = 700.0;

/// Estimate and limit, kbit/s.
#[derive(Debug, Default)]
pub(super) struct Uplink {
    estimate: Option<f64>,
    limit: Option<f64>,
    /// Seconds until padding may look for more again.
    rest: u8,
}

impl Uplink {
    /// The congestion control has a new estimate; gives what may be sent.
    pub(super) fn estimated(&mut self, kbps: f64) -> u32 {
        self.estimate = Some(kbps);
        whole(self.limit.unwrap_or(kbps).min(kbps))
    }

    /// A second has passed, in which this much was sent and this share of it lost, and the round trip took this long; gives
    /// what may be sent.
    pub(super) fn second(&mut self, sent_kbps: f64, lost: Option<f64>, rtt_ms: Option<f64>) -> Option<u32> {
        let full = rtt_ms.is_some_and(|ms| ms > FULL_MS);
        self.rest = match lost {
            Some(lost) if lost <= LITTLE && !full => self.rest.saturating_sub(1),
            // What nobody has reported yet may be in the queue.
            None if !full => self.rest,
            _ => REST,
        };
        let estimate = self.estimate?;
        let now = self.limit.unwrap_or(estimate).min(estimate);
        self.limit = match lost {
            Some(lost) if lost > MUCH => {
                Some((now.min(sent_kbps) * (1.0 - lost / 2.0)).max(f64::from(THRIFTY_SOUND_KBPS)))
            }
            Some(lost) if lost < LITTLE => self.limit.map(|limit| limit * RISE),
            _ => self.limit,
        };
        self.limit = self.limit.filter(|limit| *limit < estimate);
        Some(whole(self.limit.unwrap_or(estimate)))
    }

    /// What to send at least, with padding, kbit/s; the congestion control keeps it below its estimate.
    ///
    /// An estimate rises to half as much again as is sent, and sound alone nearly fills the estimate of a poor link: without
    /// padding the picture would stay away for a minute after the link has become better. On a good link there is none,
    /// and none for a while after a loss: padding that fills the link's queue pushes sound out of it.
    pub(super) fn least_kbps(&self) -> u32 {
        match self.estimate {
            Some(estimate) if estimate < f64::from(POOR) && self.limit.is_none() && self.rest == 0 => POOR,
            _ => 0,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is positive and the cast saturates"
)]
fn whole(kbps: f64) -> u32 {
    kbps as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEAR: Option<f64> = Some(30.0);

    #[test]
    fn without_loss_the_estimate_counts() {
        let mut uplink = Uplink::default();
        assert_eq!(
            uplink.second(500.0, Some(0.0), NEAR),
            None,
            "nothing is known yet"
        );
        assert_eq!(uplink.estimated(700.0), 700);
        assert_eq!(uplink.second(500.0, Some(0.05), NEAR), Some(700));
        assert_eq!(uplink.second(500.0, None, NEAR), Some(700));
    }

    #[test]
    fn much_loss_brings_it_down_and_little_loss_up_again() {
        let mut uplink = Uplink::default();
        uplink.estimated(800.0);
        let mut budget = 0;
        for _ in 0..3 {
            budget = uplink.second(1000.0, Some(0.2), NEAR).unwrap();
        }
        assert_eq!(budget, 583);
        assert_eq!(
            uplink.estimated(900.0),
            583,
            "an estimate does not lift the limit"
        );
        for _ in 0..6 {
            uplink.second(600.0, Some(0.0), NEAR);
        }
        assert_eq!(uplink.second(600.0, Some(0.0), NEAR), Some(900));
    }

    #[test]
    fn padding_looks_for_more_on_a_poor_link_that_loses_little() {
        let mut uplink = Uplink::default();
        assert_eq!(uplink.least_kbps(), 0, "nothing is known yet");
        uplink.estimated(150.0);
        assert_eq!(uplink.least_kbps(), POOR);
        uplink.second(150.0, Some(0.03), NEAR);
        for _ in 0..REST {
            assert_eq!(uplink.least_kbps(), 0, "sound was pushed out");
            uplink.second(60.0, Some(0.01), NEAR);
        }
        assert_eq!(uplink.least_kbps(), POOR);
        uplink.second(150.0, Some(0.3), NEAR);
        assert_eq!(uplink.least_kbps(), 0, "much is lost");
        uplink.estimated(500.0);
        assert_eq!(uplink.least_kbps(), 0);
    }

    #[test]
    fn nothing_is_added_to_a_full_queue() {
        let mut uplink = Uplink::default();
        uplink.estimated(150.0);
        uplink.second(90.0, None, Some(1_300.0));
        for _ in 0..30 {
            uplink.second(60.0, None, NEAR);
            assert_eq!(uplink.least_kbps(), 0, "nobody knows what became of it");
        }
        for _ in 0..REST {
            assert_eq!(uplink.least_kbps(), 0);
            uplink.second(60.0, Some(0.0), NEAR);
        }
        assert_eq!(uplink.least_kbps(), POOR);
    }

    #[test]
    fn sound_is_never_given_up() {
        let mut uplink = Uplink::default();
        uplink.estimated(100.0);
        for _ in 0..30 {
            uplink.second(90.0, Some(0.9), NEAR);
        }
        assert_eq!(uplink.second(90.0, Some(0.9), NEAR), Some(THRIFTY_SOUND_KBPS));
    }
}
