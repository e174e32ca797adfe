//! Hygiene (R54, routine 5.1): every part is cleaned and signed for before and after each visit, by a checklist that the
//! municipality has adopted. A kit without its sign-offs is not checked out, unless somebody answers for that.

use std::collections::BTreeSet;

pub use fleet_api::{CleanedPart, CleaningPhase as Phase, SkipReason};
use fleet_api::{CleaningChecklist, CleaningStep};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{closed_list::closed_list, refusal::Refusal};

/// How far back sign-offs are looked for.
pub const HYGIENE_LOOKS_BACK: SignedDuration = SignedDuration::from_hours(24 * 400);
/// Longest instruction in bytes.
const TEXT_BYTES: usize = 300;
/// Longest time for which a surface must stay wet.
const WET_MINUTES: u8 = 60;
/// How many days ahead somebody is told that a checklist is to be looked at again.
const REVIEW_IS_NEAR: i64 = 30;

closed_list! {
    /// Why a kit was checked out without its sign-off.
    OverrideReason {
        /// A visit that cannot wait.
        Acute = "acute",
        /// Cleaned, but the sign-off was forgotten.
        CleanedUnsigned = "cleaned_unsigned",
        /// It will be cleaned on the way.
        CleanedOnSite = "cleaned_on_site",
        /// Somebody logged in on the kit, which asks for the sign-off only when it leaves. The server's own reason.
        LoginOnKit = "login_on_kit",
    }
}

impl OverrideReason {
    /// The reasons that somebody may give.
    pub const GIVEN_BY_PEOPLE: [Self; 3] = [Self::Acute, Self::CleanedUnsigned, Self::CleanedOnSite];
}

/// A version of a municipality's checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    /// 1, 2, 3 …
    pub version: u32,
    /// Since when it is in force.
    pub adopted_on: Date,
    /// Who adopted it, as the trail writes it; none = before that was kept here.
    #[serde(default)]
    pub adopted_by: Option<String>,
    /// When it must be looked at again.
    pub review_on: Date,
    /// How each part is cleaned, in the municipality's own words.
    pub instructions: Vec<Instruction>,
}

impl Checklist {
    /// As kits show it. What a kit's screen cannot show is left to the screen's own words.
    #[must_use]
    pub fn for_kits(&self) -> CleaningChecklist {
        let step = |instruction: &Instruction| {
            Some(CleaningStep {
                part: instruction.part,
                text: instruction.text.parse().ok()?,
                minutes: instruction.minutes,
            })
        };
        CleaningChecklist {
            version: self.version,
            steps: self.instructions.iter().filter_map(step).collect(),
        }
    }
}

/// How a part is cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Instruction {
    /// Which part.
    pub part: CleanedPart,
    /// What to do; at most 300 bytes.
    #[schema(max_length = 300)]
    pub text: String,
    /// Minutes that the surface must stay wet.
    #[schema(maximum = 60)]
    pub minutes: u8,
}

/// What happened to a kit, as far as hygiene goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All parts were signed for.
    Signed(Phase),
    /// Somebody took it along.
    CheckedOut,
    /// It came back.
    Returned,
}

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HygieneRefusal {
    /// A sign-off is missing.
    #[error(
        "the hygiene sign-off is missing; clean the kit and sign, or give a reason for taking it as it is"
    )]
    NotSigned,
    /// Not all parts of the checklist.
    #[error("sign for every part of the checklist")]
    PartsMissing,
    /// A reason that only the server gives.
    #[error("that reason is the server's own; give the one for which the kit is taken as it is")]
    NotYourReason,
    /// The municipality has none.
    #[error("the municipality has adopted no checklist yet")]
    NoChecklist,
    /// Signed by a version that is not in force.
    #[error(
        "the municipality has adopted another version of the checklist; clean by the version in force, and sign for that"
    )]
    OtherVersion,
    /// Nobody could clean by it.
    #[error(
        "each part needs one sentence of at most 300 bytes without personal numbers, and at most 60 minutes"
    )]
    Instruction,
    /// The routine is looked at every year (R8).
    #[error("choose a review date after today, and at most a year ahead")]
    ReviewDay,
}

impl Refusal for HygieneRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotSigned => "hygiene_not_signed",
            Self::NotYourReason => "hygiene_not_your_reason",
            Self::PartsMissing => "hygiene_parts_missing",
            Self::NoChecklist => "hygiene_no_checklist",
            Self::OtherVersion => "hygiene_other_version",
            Self::Instruction => "checklist",
            Self::ReviewDay => "checklist_review",
        }
    }
}

/// Which sign-offs are missing now: after the last visit, and before the next. `steps` are oldest first.
///
/// Whoever has a kit along may sign before they bring it back, as the kit itself asks for; a sign-off for the next visit
/// says that the kit was in use once more.
#[must_use]
pub fn missing(steps: &[Step]) -> Vec<Phase> {
    let (mut out, mut cleaned_while_out) = (false, false);
    let (mut after_is_owed, mut before) = (false, false);
    for step in steps {
        match step {
            Step::CheckedOut => (out, cleaned_while_out) = (true, false),
            Step::Signed(Phase::Before) => (before, cleaned_while_out) = (true, false),
            Step::Signed(Phase::After) => (after_is_owed, cleaned_while_out) = (false, out),
            Step::Returned => {
                after_is_owed = !cleaned_while_out;
                (out, cleaned_while_out, before) = (false, false, false);
            }
        }
    }
    let owed = [(Phase::After, after_is_owed), (Phase::Before, !before)];
    owed.into_iter()
        .filter(|(_, owed)| *owed)
        .map(|(phase, _)| phase)
        .collect()
}

/// Whether a checklist may be adopted on that day: each part once and in words, and a day to look at it again within a year
/// (R8).
pub fn check_checklist(
    instructions: &[Instruction],
    (adopted_on, review_on): (Date, Date),
) -> Result<(), HygieneRefusal> {
    let named: BTreeSet<CleanedPart> = instructions.iter().map(|found| found.part).collect();
    if named.len() < CleanedPart::ALL.len() {
        return Err(HygieneRefusal::PartsMissing);
    }
    let can_be_followed = |instruction: &Instruction| {
        let text = &instruction.text;
        !text.trim().is_empty()
            && text.len() <= TEXT_BYTES
            && !text.contains(char::is_control)
            && !fleet_api::personal_number::is_in(text)
            && instruction.minutes <= WET_MINUTES
    };
    if named.len() < instructions.len() || !instructions.iter().all(can_be_followed) {
        return Err(HygieneRefusal::Instruction);
    }
    let within_a_year = review_on > adopted_on && review_on <= adopted_on.saturating_add(1.year());
    within_a_year.then_some(()).ok_or(HygieneRefusal::ReviewDay)
}

/// Whether a signature names the checklist in force and covers it.
pub fn check_signature(
    checklist: Option<&Checklist>,
    version: u32,
    signed: &BTreeSet<CleanedPart>,
) -> Result<(), HygieneRefusal> {
    let checklist = checklist.ok_or(HygieneRefusal::NoChecklist)?;
    if version != checklist.version {
        return Err(HygieneRefusal::OtherVersion);
    }
    let covered = checklist
        .instructions
        .iter()
        .all(|instruction| signed.contains(&instruction.part));
    covered.then_some(()).ok_or(HygieneRefusal::PartsMissing)
}

closed_list! {
    /// How soon a checklist must be looked at again.
    Review {
        /// Within a month.
        Near = "near",
        /// Its day has come.
        Due = "due",
    }
}

/// Whether a checklist is to be looked at again; none = not yet.
#[must_use]
pub fn review(checklist: &Checklist, today: Date) -> Option<Review> {
    if checklist.review_on <= today {
        Some(Review::Due)
    } else if checklist.review_on <= today.saturating_add(REVIEW_IS_NEAR.days()) {
        Some(Review::Near)
    } else {
        None
    }
}

/// How a cleaning was left out, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Whoever had the kit said on it that it is not cleaned after the visit.
    Skipped(SkipReason),
    /// The kit was taken without its sign-off.
    Taken(OverrideReason),
}

/// A visit as the follow-up counts it: when the kit came back, and whether both sign-offs are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedVisit {
    /// When the kit was checked out.
    pub at: Timestamp,
    /// Signed before.
    pub before: bool,
    /// Signed after, before anybody took it again.
    pub after: bool,
}

/// Numerator: visits with both sign-offs. Denominator: visits whose kit came back.
#[must_use]
pub fn compliance(visits: &[CountedVisit]) -> (usize, usize) {
    (
        visits.iter().filter(|visit| visit.before && visit.after).count(),
        visits.len(),
    )
}

#[cfg(test)]
#[path = "hygiene_tests.rs"]
mod tests;
