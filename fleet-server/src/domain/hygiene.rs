//! Hygiene (R54, routine 5.1): every part is cleaned and signed for before and after each visit, by a checklist that the
//! municipality has adopted. A kit without its sign-offs is not checked out, unless somebody answers for that.

use std::collections::BTreeSet;

pub use fleet_api::{CleanedPart, CleaningPhase as Phase, SkipReason};
use fleet_api::{CleaningChecklist, CleaningStep};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{closed_list::closed_list, refusal::Refusal};

/// How far back sign-offs are looked for.
pub const HYGIENE_LOOKS_BACK: SignedDuration = SignedDuration::from_hours(24 * 400);

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Checklist {
    /// 1, 2, 3 …
    pub version: u32,
    /// Since when it is in force.
    #[schema(value_type = String, format = Date)]
    pub adopted_on: Date,
    /// When it must be looked at again.
    #[schema(value_type = String, format = Date)]
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
}

impl Refusal for HygieneRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotSigned => "hygiene_not_signed",
            Self::NotYourReason => "hygiene_not_your_reason",
            Self::PartsMissing => "hygiene_parts_missing",
            Self::NoChecklist => "hygiene_no_checklist",
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

/// Whether a signature covers the checklist.
pub fn check_signature(
    checklist: Option<&Checklist>,
    signed: &BTreeSet<CleanedPart>,
) -> Result<u32, HygieneRefusal> {
    let checklist = checklist.ok_or(HygieneRefusal::NoChecklist)?;
    let covered = checklist
        .instructions
        .iter()
        .all(|instruction| signed.contains(&instruction.part));
    covered
        .then_some(checklist.version)
        .ok_or(HygieneRefusal::PartsMissing)
}

/// Whether the checklist should have been looked at by now.
#[must_use]
pub fn review_is_due(checklist: &Checklist, today: Date) -> bool {
    checklist.review_on <= today
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sign_offs_before_and_after_are_each_asked_for() {
        use Step::{CheckedOut, Returned, Signed};
        let (before, after) = (Signed(Phase::Before), Signed(Phase::After));
        assert_eq!(missing(&[]), [Phase::Before], "a new kit has no visit behind it");
        assert_eq!(missing(&[before]), []);
        assert_eq!(
            missing(&[before, CheckedOut, Returned]),
            [Phase::After, Phase::Before]
        );
        assert_eq!(missing(&[before, CheckedOut, Returned, after]), [Phase::Before]);
        assert_eq!(
            missing(&[before, CheckedOut, after, Returned]),
            [Phase::Before],
            "cleaned before it was brought back"
        );
        assert_eq!(
            missing(&[before, CheckedOut, after, before, Returned]),
            [Phase::After, Phase::Before],
            "it was used once more after that"
        );
        assert_eq!(
            missing(&[before, after, CheckedOut, Returned]),
            [Phase::After, Phase::Before],
            "a sign-off of before the visit says nothing of after it"
        );
        assert_eq!(missing(&[before, CheckedOut, Returned, after, before]), []);
    }

    proptest! {
        #[test]
        fn a_kit_that_came_back_unsigned_is_never_clean(before in prop::collection::vec(0..4, 0..20), since in 0..3) {
            let step = |kind| match kind {
                0 => Step::Signed(Phase::Before),
                1 => Step::Signed(Phase::After),
                2 => Step::CheckedOut,
                _ => Step::Returned,
            };
            let mut steps: Vec<Step> = before.into_iter().map(step).collect();
            steps.extend([Step::CheckedOut, Step::Returned]);
            // Whatever follows but a sign-off after the visit.
            steps.extend((0..since).map(|_| Step::Signed(Phase::Before)));
            prop_assert!(missing(&steps).contains(&Phase::After));
            steps.push(Step::Signed(Phase::After));
            prop_assert!(!missing(&steps).contains(&Phase::After));
        }
    }
}
