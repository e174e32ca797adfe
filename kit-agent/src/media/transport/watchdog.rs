//! Notices that nothing comes any more, long before ICE does.
//!
//! ICE calls a dead path dead after 15 to 22 s; a person misses the sound after one. Pure: time is an input.
//! Neighbour: `engine`, which tells the meeting service.

use std::time::{Duration, Instant};

/// Silence that counts as a lost path.
pub(super) const SILENCE: Duration = Duration::from_millis(1500);
/// How long the first packet after an answer may take: ICE, DTLS and the far side's first keyframe.
pub(super) const FIRST_PACKET: Duration = Duration::from_secs(6);

/// What the watchdog saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing came for too long.
    Lost,
    /// Something came again after [`Sight::Lost`].
    Back,
}

/// Watches for received media.
#[derive(Debug, Default)]
pub(super) struct Watchdog {
    due: Option<Instant>,
    lost: bool,
}

impl Watchdog {
    /// An answer was accepted: media should come.
    pub(super) fn expect(&mut self, now: Instant) {
        self.due = Some(now + FIRST_PACKET);
    }

    /// A media packet came.
    pub(super) fn packet(&mut self, now: Instant) -> Option<Sight> {
        self.due = Some(now + SILENCE);
        std::mem::take(&mut self.lost).then_some(Sight::Back)
    }

    /// Time went on. Speaks once per loss, and again if a new answer brings nothing either.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Sight> {
        let due = self.due?;
        if now < due {
            return None;
        }
        self.lost = true;
        self.due = None;
        Some(Sight::Lost)
    }

    /// When [`Watchdog::tick`] next has something to say.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_once_per_loss_and_once_when_back() {
        let start = Instant::now();
        let mut dog = Watchdog::default();
        assert_eq!(dog.tick(start), None, "nothing is expected yet");
        dog.expect(start);
        assert_eq!(dog.packet(start), None);
        let nearly = SILENCE.saturating_sub(Duration::from_millis(1));
        assert_eq!(dog.tick(start + nearly), None);
        assert_eq!(dog.tick(start + SILENCE), Some(Sight::Lost));
        assert_eq!(dog.tick(start + SILENCE * 2), None);
        assert_eq!(dog.packet(start + SILENCE * 3), Some(Sight::Back));
    }

    #[test]
    fn a_restart_that_brings_nothing_is_a_loss_again() {
        let start = Instant::now();
        let mut dog = Watchdog::default();
        dog.packet(start);
        assert_eq!(dog.tick(start + SILENCE), Some(Sight::Lost));
        dog.expect(start + SILENCE);
        assert_eq!(dog.tick(start + SILENCE + FIRST_PACKET), Some(Sight::Lost));
    }

    #[test]
    fn the_first_packet_may_take_longer() {
        let start = Instant::now();
        let mut dog = Watchdog::default();
        dog.expect(start);
        assert_eq!(dog.tick(start + SILENCE), None);
        assert_eq!(dog.tick(start + FIRST_PACKET), Some(Sight::Lost));
    }
}
