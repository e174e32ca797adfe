//! Whether the kit may be taken out: its own check, its parts, its hygiene.

use jiff::Timestamp;

/// What the kit's own check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KitFacts {
    /// Camera, sound and screen work.
    pub self_test: Passed,
    /// Battery, percent.
    pub battery_percent: u8,
    /// Whether there is a network.
    pub network: Passed,
}

/// Outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// It works.
    Yes,
    /// It does not.
    No,
}

/// Least charge with which a kit may leave, percent: about two hours of meeting.
pub const LEAST_BATTERY: u8 = 30;

/// Why a kit is not ready; one reason at a time, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum NotReady {
    /// The kit's own check failed or did not finish.
    SelfTest,
    /// It must be cleaned and signed.
    Clean,
    /// It must be charged.
    Charge,
    /// There is no network here.
    Network,
}

/// The reason against taking the kit out, if there is one.
#[must_use]
pub fn not_ready(facts: Option<KitFacts>, cleaned_at: Option<Timestamp>) -> Option<NotReady> {
    let Some(facts) = facts.filter(|facts| facts.self_test == Passed::Yes) else {
        return Some(NotReady::SelfTest);
    };
    if cleaned_at.is_none() {
        Some(NotReady::Clean)
    } else if facts.battery_percent < LEAST_BATTERY {
        Some(NotReady::Charge)
    } else if facts.network == Passed::No {
        Some(NotReady::Network)
    } else {
        None
    }
}

/// The parts of the service package (routine §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Part {
    /// The tablet in its shell.
    Tablet,
    /// The external loudspeaker and microphone.
    Speakerphone,
    /// The tablet's stand.
    Stand,
    /// Extension cable for the charger.
    ExtensionCable,
    /// The rucksack.
    Rucksack,
}

impl Part {
    /// The packing list, in its order.
    pub const ALL: [Part; 5] = [
        Part::Tablet,
        Part::Speakerphone,
        Part::Stand,
        Part::ExtensionCable,
        Part::Rucksack,
    ];

    /// Whether no meeting can be held without it.
    #[must_use]
    pub fn is_essential(self) -> bool {
        matches!(self, Part::Tablet | Part::Speakerphone)
    }
}

/// Whether a part is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Presence {
    /// It is.
    Here,
    /// It is not.
    Missing,
}

/// A packing list being ticked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackingList([Option<Presence>; Part::ALL.len()]);

impl PackingList {
    /// Notes one part.
    pub(super) fn note(&mut self, part: Part, presence: Presence) {
        self.0[part as usize] = Some(presence);
    }

    /// What was said of one part.
    #[must_use]
    pub fn presence(&self, part: Part) -> Option<Presence> {
        self.0[part as usize]
    }

    /// Whether every part was looked for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.0.iter().all(Option::is_some)
    }

    /// Parts that are missing.
    #[must_use]
    pub fn missing(&self) -> Vec<Part> {
        Part::ALL
            .into_iter()
            .filter(|part| self.presence(*part) == Some(Presence::Missing))
            .collect()
    }
}
