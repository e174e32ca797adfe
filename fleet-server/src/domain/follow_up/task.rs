//! What follows from a month's figures, and which item of the responsibility table says whose task it is.

use crate::domain::{closed_list::closed_list, responsibility::Item};

closed_list! {
    /// What is to be done; words stand under these names.
    TaskKind {
        /// Look at a unit's cleaning.
        Hygiene = "hygiene",
        /// Look at the checklist again: its day is near or past.
        Checklist = "checklist",
        /// Train care workers.
        Training = "training",
        /// Have them read the routine.
        Reading = "reading",
        /// Look for a better network.
        Network = "network",
        /// Mend or replace what keeps kits out of meetings.
        Faults = "faults",
        /// Say why meetings were not held.
        Explain = "explain",
    }
}

impl TaskKind {
    /// What somebody answers for whose task it is.
    #[must_use]
    pub fn item(self) -> Item {
        match self {
            Self::Hygiene | Self::Checklist => Item::HygieneRoutines,
            Self::Training => Item::Training,
            Self::Reading | Self::Explain => Item::ConductOfMeetings,
            Self::Network => Item::MobileBroadband,
            Self::Faults => Item::ServiceAndReplacement,
        }
    }
}
