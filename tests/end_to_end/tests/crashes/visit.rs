//! One visit that a kit does not survive: its secrets, its way, and the moment.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// What a kit can be killed in, and how long that takes on a busy machine at most, in seconds. A visit spends most of its time on
/// questions and little where there is most to leave behind; so each part has the same share of the crashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Who the patient is, by the portal's page or by the care worker, and the other gates.
    Gates,
    /// From the patient's tap until the meeting is seen.
    Joining,
    /// Sound and picture both ways.
    Meeting,
    /// "Avsluta" and the question whether to.
    Leaving,
    /// The summary, the rating, and the wipe itself.
    Wiping,
}

impl Part {
    /// In the order of a visit.
    pub(crate) const ALL: [Self; 5] = [
        Self::Gates,
        Self::Joining,
        Self::Meeting,
        Self::Leaving,
        Self::Wiping,
    ];

    fn seconds(self) -> f64 {
        match self {
            Self::Gates => 14.0,
            Self::Joining | Self::Leaving => 2.0,
            Self::Meeting => 5.0,
            Self::Wiping => 4.0,
        }
    }
}

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
    /// In which part of the visit the kit is killed.
    pub(crate) part: Part,
    /// So long after that part began.
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
        let way = match crash % 3 {
            2 => Way::Portal,
            _ => Way::Staff,
        };
        let part = Part::ALL[crash % Part::ALL.len()];
        Self {
            way,
            part,
            moment: Duration::from_secs_f64(part.seconds() * chance.random::<f64>()),
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
