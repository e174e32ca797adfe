//! Cleaning, part by part (`design.md` §2, routine §5.1): after each visit, and looked at once more before the next.
//!
//! How a part is cleaned is the municipality's to say; where it has adopted no checklist the screen has words of its own.
//! The checklist is the one that was in force when the cleaning began: whoever signs, signs for what they read.

use super::readiness::Part;

/// The checklist that the municipality has adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// Which version.
    pub version: u32,
    /// How parts are cleaned, in the municipality's own words.
    pub steps: Vec<(Part, HowTo)>,
}

impl Checklist {
    /// How this part is cleaned, where the checklist says so.
    #[must_use]
    pub fn how_to(&self, part: Part) -> Option<&HowTo> {
        self.steps
            .iter()
            .find(|(named, _)| *named == part)
            .map(|(_, how)| how)
    }
}

/// How a part is cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HowTo {
    /// What to do.
    pub text: String,
    /// Minutes that the surface must stay wet.
    pub minutes: u8,
}

/// Cleaning, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaning {
    /// Parts done.
    pub cleaned: Vec<Part>,
    /// Whether the reasons for not cleaning are shown.
    pub skipping: bool,
    /// What comes after.
    pub then: AfterCleaning,
    /// The checklist that is shown.
    pub checklist: Option<Checklist>,
}

impl Cleaning {
    /// No part done yet.
    #[must_use]
    pub fn new(then: AfterCleaning, checklist: Option<Checklist>) -> Self {
        Self {
            cleaned: Vec::new(),
            skipping: false,
            then,
            checklist,
        }
    }

    /// The part that comes next.
    #[must_use]
    pub fn current(&self) -> Option<Part> {
        Part::ALL.into_iter().find(|part| !self.cleaned.contains(part))
    }
}

/// What comes after cleaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterCleaning {
    /// The kit is on its way back from a visit.
    Return,
    /// The kit stands on its shelf.
    Shelf,
}

/// When a kit is signed for, seen from a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Occasion {
    /// When it leaves: every part was looked at and is clean.
    BeforeVisit,
    /// When it was cleaned, after a visit or on its shelf.
    AfterVisit,
}
