//! The quality ladder: what picture we send over what the link carries.
//!
//! Order of sacrifice (design §5a): size of our picture, then our picture; sound last, never. For people resolution falls
//! before frame rate. Pure: time is an input. Falling is immediate, rising waits until the link has held for a while.
//! Neighbour: `studio::sender`, which applies a [`Rung`].

use std::time::{Duration, Instant};

/// Sound with its redundancy and headers, kbit/s: always set aside first.
pub const SOUND_KBPS: u32 = 80;
/// The same on a link that carries little besides: a voice is still clear, and single losses still heal.
pub const THRIFTY_SOUND_KBPS: u32 = 58;
/// Below this the voice is encoded with fewer bits, kbit/s.
const THRIFTY_BELOW: u32 = 130;
/// From here on it has its full bits again, kbit/s.
const THRIFTY_UNTIL: u32 = 180;
/// How long the link must carry a better rung before we climb.
const HOLD: Duration = Duration::from_secs(3);
/// A better rung must fit with this much to spare, in percent.
const SPARE_PERCENT: u32 = 120;

/// One step: size and rate of our picture. `width` 0 means no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// Least kbit/s with which this size looks better than the next smaller one.
    pub from_kbps: u32,
    /// Beyond this nobody sees a difference, and encoding and sending it warms the tablet, kbit/s.
    pub most_kbps: u32,
}

/// Best first. The last one sends no picture.
pub const RUNGS: [Rung; 6] = [
    Rung {
        width: 1280,
        height: 720,
        fps: 30,
        from_kbps: 900,
        most_kbps: 1500,
    },
    Rung {
        width: 960,
        height: 540,
        fps: 30,
        from_kbps: 550,
        most_kbps: 1000,
    },
    Rung {
        width: 640,
        height: 360,
        fps: 30,
        from_kbps: 280,
        most_kbps: 600,
    },
    Rung {
        width: 480,
        height: 270,
        fps: 25,
        from_kbps: 150,
        most_kbps: 300,
    },
    Rung {
        width: 320,
        height: 180,
        fps: 20,
        from_kbps: 70,
        most_kbps: 150,
    },
    Rung {
        width: 0,
        height: 0,
        fps: 0,
        from_kbps: 0,
        most_kbps: 0,
    },
];

/// Where we stand on the ladder.
#[derive(Debug)]
pub struct Ladder {
    top: usize,
    now: usize,
    could_rise_since: Option<Instant>,
    /// What the link leaves for our picture.
    available_kbps: u32,
    sound: Sound,
}

/// How many bits our voice gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// As many as help.
    Full,
    /// As few as a clear voice needs.
    Thrifty,
}

impl Sound {
    /// What Opus may use, bit/s. The transport sends each frame twice where the far end takes it (RED).
    #[must_use]
    pub fn opus_bits(self) -> i32 {
        match self {
            Sound::Full => 32_000,
            Sound::Thrifty => 20_000,
        }
    }

    fn kbps(self) -> u32 {
        match self {
            Sound::Full => SOUND_KBPS,
            Sound::Thrifty => THRIFTY_SOUND_KBPS,
        }
    }

    fn on(self, kbps: u32) -> Self {
        match self {
            Sound::Full if kbps < THRIFTY_BELOW => Sound::Thrifty,
            Sound::Thrifty if kbps >= THRIFTY_UNTIL => Sound::Full,
            same => same,
        }
    }
}

impl Ladder {
    /// Starts in the middle: most links carry it, and the first picture comes soon. `max_height` is the camera's.
    #[must_use]
    pub fn new(max_height: u32) -> Self {
        let top = RUNGS
            .iter()
            .position(|rung| rung.height <= max_height)
            .unwrap_or(RUNGS.len() - 1);
        Self {
            top,
            now: top.max(2),
            could_rise_since: None,
            available_kbps: RUNGS[top.max(2)].from_kbps,
            sound: Sound::Full,
        }
    }

    /// What to send now.
    #[must_use]
    pub fn rung(&self) -> Rung {
        RUNGS[self.now]
    }

    /// How our voice is to be encoded.
    #[must_use]
    pub fn sound(&self) -> Sound {
        self.sound
    }

    /// What the encoder may use, kbit/s.
    #[must_use]
    pub fn picture_kbps(&self) -> u32 {
        self.available_kbps.min(self.rung().most_kbps)
    }

    /// The link carries `kbps` of ours. Gives the rung to send from now on.
    pub fn budget(&mut self, now: Instant, kbps: u32) -> Rung {
        self.sound = self.sound.on(kbps);
        // A tenth stays free, so that the estimate can rise and retransmissions fit.
        self.available_kbps = (kbps * 9 / 10).saturating_sub(self.sound.kbps());
        let fits = |rung: &Rung, percent: u32| rung.from_kbps * percent / 100 <= self.available_kbps;
        if !fits(&RUNGS[self.now], 100) {
            self.now = RUNGS
                .iter()
                .position(|rung| fits(rung, 100))
                .unwrap_or(RUNGS.len() - 1)
                .max(self.top);
            self.could_rise_since = None;
        } else if self.now > self.top && fits(&RUNGS[self.now - 1], SPARE_PERCENT) {
            let since = *self.could_rise_since.get_or_insert(now);
            if now >= since + HOLD {
                self.now -= 1;
                self.could_rise_since = None;
            }
        } else {
            self.could_rise_since = None;
        }
        self.rung()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_good_link_climbs_to_the_top_step_by_step() {
        let start = Instant::now();
        let mut ladder = Ladder::new(720);
        for second in 0..20 {
            ladder.budget(start + Duration::from_secs(second), 3000);
        }
        assert_eq!(ladder.rung(), RUNGS[0]);
        assert_eq!(
            ladder.picture_kbps(),
            RUNGS[0].most_kbps,
            "and spends no more than can be seen"
        );
    }

    #[test]
    fn a_weak_link_gives_up_the_picture_and_never_the_sound() {
        let mut ladder = Ladder::new(720);
        assert_eq!(ladder.budget(Instant::now(), 90).width, 0);
        assert_eq!(ladder.picture_kbps(), 0);
    }

    #[test]
    fn a_poor_link_gets_a_thrifty_voice_until_there_is_room_again() {
        let start = Instant::now();
        let mut ladder = Ladder::new(720);
        let mut sound_at = |kbps| {
            ladder.budget(start, kbps);
            ladder.sound()
        };
        assert_eq!(sound_at(130), Sound::Full);
        assert_eq!(sound_at(129), Sound::Thrifty);
        assert_eq!(sound_at(179), Sound::Thrifty, "no to and fro");
        assert_eq!(sound_at(180), Sound::Full);
    }

    #[test]
    fn a_camera_of_360_lines_is_never_blown_up() {
        let start = Instant::now();
        let mut ladder = Ladder::new(360);
        for second in 0..20 {
            assert!(ladder.budget(start + Duration::from_secs(second), 5000).height <= 360);
        }
    }

    proptest! {
        #[test]
        fn the_rung_always_fits_the_budget(kbps in proptest::collection::vec(0u32..6000, 1..60)) {
            let start = Instant::now();
            let mut ladder = Ladder::new(720);
            for (second, kbps) in kbps.into_iter().enumerate() {
                let rung = ladder.budget(start + Duration::from_secs(second as u64), kbps);
                prop_assert!(rung.from_kbps <= ladder.picture_kbps());
                prop_assert!(rung.from_kbps + THRIFTY_SOUND_KBPS <= kbps.max(THRIFTY_SOUND_KBPS));
            }
        }
    }
}
