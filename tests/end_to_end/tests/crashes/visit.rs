//! One visit that a kit does not survive: its secrets, its way, and the moment.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// What a visit takes from check-out until nothing is left, by way, while the other lanes want the machine too.
const BY_STAFF: Duration = Duration::from_secs(24);
const BY_PORTAL: Duration = Duration::from_secs(30);

/// How the patient is identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The care worker vouches.
    Staff,
    /// By the portal in the kit's browser, which leads to the meeting.
    Portal,
}

/// One visit and its end.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How the patient is identified.
    pub(crate) way: Way,
    /// So long after check-out the kit is killed.
    pub(crate) moment: Duration,
    /// Part of the room's name, and so of the link.
    pub(crate) room: String,
    /// The meeting's PIN.
    pub(crate) pin: String,
    /// A name at the far end.
    pub(crate) name: String,
    /// A personal number: at the far end, and on the portal's page.
    pub(crate) number: String,
    /// The portal's cookie.
    pub(crate) cookie: String,
}

impl Plan {
    /// The plan of one crash of a run; the same for the same seed.
    pub(crate) fn of(seed: u64, crash: usize) -> Self {
        let mut chance = StdRng::seed_from_u64(seed.wrapping_add((crash as u64) << 32));
        let mut word = |prefix: &str| format!("{prefix}{:016x}", chance.random::<u64>());
        let (room, name, cookie) = (word("rum-"), word("Tolvan"), word("kaka"));
        // Every third visit goes by the portal.
        let (way, length) = match crash % 3 {
            2 => (Way::Portal, BY_PORTAL),
            _ => (Way::Staff, BY_STAFF),
        };
        Self {
            way,
            moment: length.mul_f64(chance.random()),
            room,
            pin: chance
                .random_range(1_000_000_000_000_u64..10_000_000_000_000)
                .to_string(),
            name,
            // Nobody has one with this day.
            number: format!("19121299-{:04}", chance.random_range(1000..10_000_u32)),
            cookie,
        }
    }

    /// Everything that must be found nowhere.
    pub(crate) fn secrets(&self) -> [&str; 5] {
        [&self.room, &self.pin, &self.name, &self.number, &self.cookie]
    }
}
