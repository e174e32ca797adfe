//! Cleaning, as kit and server speak of it: when, by which checklist, and why not.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    CleaningText, closed_list,
    limits::{CHECKLIST_STEPS, at_most},
};

closed_list! {
    /// When a kit is cleaned, seen from a visit.
    CleaningPhase {
        /// Before the visit.
        Before = "before",
        /// After it.
        After = "after",
    }
}

closed_list! {
    /// What is cleaned.
    CleanedPart {
        /// Tablet and stand.
        Surface = "surface",
        /// The speakerphone.
        Speakerphone = "speakerphone",
        /// The extension cable.
        Cable = "cable",
        /// The rucksack.
        Rucksack = "rucksack",
    }
}

closed_list! {
    /// Why a kit was not cleaned: a closed list, so that no free text about a visit is written.
    SkipReason {
        /// There is nothing to clean with.
        NothingToCleanWith = "nothing_to_clean_with",
        /// There is no time now.
        NoTime = "no_time",
        /// Somebody else cleans it.
        SomebodyElse = "somebody_else",
        /// A part is broken.
        Broken = "broken",
    }
}

/// The checklist that a municipality has adopted, as its kits show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CleaningChecklist {
    /// Repeated in [`crate::EventKind::HygieneSigned`].
    pub version: u32,
    /// How each part is cleaned; a part that is not named is cleaned by the kit's built-in words.
    #[serde(deserialize_with = "at_most::<CHECKLIST_STEPS, _, _>")]
    #[schema(max_items = 20)]
    pub steps: Vec<CleaningStep>,
}

/// How a part is cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CleaningStep {
    /// Which part.
    pub part: CleanedPart,
    /// What to do, in the municipality's own words.
    pub text: CleaningText,
    /// Minutes that the surface must stay wet; 0 = nothing to wait for.
    pub minutes: u8,
}
