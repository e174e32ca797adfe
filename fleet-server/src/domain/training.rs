//! Who may take a kit along without being reminded of something: training that is still valid, and the municipality's
//! routine read in the version in force (R11, R12).
//!
//! What somebody lacks is a task, and `responsibility` says whose. It warns at check-out; it stops only where the
//! municipality has said so (`follow_up::settings`).

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::{closed_list::closed_list, refusal::Refusal, responsibility::Item};

/// Longest title of a routine in bytes.
pub const TITLE_BYTES: usize = 120;

closed_list! {
    /// What care workers are trained in.
    Topic {
        /// Carrying, setting up and packing the kit.
        KitUse = "kit_use",
        /// Cleaning and signing for it.
        Hygiene = "hygiene",
        /// Identifying the patient, consent, secrecy, a room of one's own.
        IdentityAndConsent = "identity_and_consent",
        /// What to do when sound, picture or network fail.
        WhenItFails = "when_it_fails",
    }
}

/// That somebody was trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Training {
    /// In what.
    pub topic: Topic,
    /// When.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// The last day on which it counts.
    #[schema(value_type = String, format = Date)]
    pub valid_until: Date,
}

/// A version of the municipality's routine. The text itself lies where the municipality keeps its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoutineVersion {
    /// 1, 2, 3 …
    pub version: u32,
    /// What it is called there, such as "Rutin för digitala vårdmöten, 2026".
    pub title: String,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// When it must be looked at again (R8: every year).
    #[schema(value_type = String, format = Date)]
    pub review_on: Date,
}

/// Something that a care worker lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Never trained in it.
    NotTrained(Topic),
    /// Trained, but no longer valid since the day after this one.
    Expired(Topic, Date),
    /// The version in force is not read.
    NotRead(u32),
}

impl Lack {
    /// The item of the responsibility table by which the task finds its owner.
    #[must_use]
    pub fn item(self) -> Item {
        match self {
            Self::NotTrained(_) | Self::Expired(..) => Item::Training,
            Self::NotRead(_) => Item::ConductOfMeetings,
        }
    }
}

/// Why a record was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrainingRefusal {
    /// It has not happened yet.
    #[error("the day of the training lies ahead; record it when it has been held")]
    InTheFuture,
    /// Last day before the first.
    #[error("it ends before it begins; check the dates")]
    EndsBeforeItBegins,
    /// Nobody could find it again.
    #[error("give the routine's title, at most 120 bytes and without personal numbers")]
    Title,
    /// The municipality stops untrained check-outs.
    #[error(
        "the care worker lacks training or has not read the routine; the municipality stops check-out then"
    )]
    StopsCheckOut,
}

impl Refusal for TrainingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::InTheFuture => "training_in_the_future",
            Self::EndsBeforeItBegins => "training_ends_before_it_begins",
            Self::Title => "training_title",
            Self::StopsCheckOut => "training_stops_check_out",
        }
    }
}

/// Whether a training may be recorded on this day.
pub fn check_training(new: &Training, today: Date) -> Result<(), TrainingRefusal> {
    if new.on > today {
        Err(TrainingRefusal::InTheFuture)
    } else if new.valid_until < new.on {
        Err(TrainingRefusal::EndsBeforeItBegins)
    } else {
        Ok(())
    }
}

/// Whether a routine's version may be adopted.
pub fn check_version(title: &str, from: Date, review_on: Date) -> Result<(), TrainingRefusal> {
    let title = title.trim();
    let is_readable = !title.is_empty() && title.len() <= TITLE_BYTES && !title.contains(char::is_control);
    if !is_readable || fleet_api::personal_number::is_in(title) {
        Err(TrainingRefusal::Title)
    } else if review_on < from {
        Err(TrainingRefusal::EndsBeforeItBegins)
    } else {
        Ok(())
    }
}

/// The version in force on a day: the newest of those that have begun.
#[must_use]
pub fn version_in_force(versions: &[RoutineVersion], day: Date) -> Option<&RoutineVersion> {
    let begun = versions.iter().filter(|version| version.from <= day);
    begun.max_by_key(|version| version.version)
}

/// What somebody lacks on a day, given what is required and what they have done.
#[must_use]
pub fn lacks(
    required: &BTreeSet<Topic>,
    trainings: &[Training],
    in_force: Option<&RoutineVersion>,
    read: &BTreeSet<u32>,
    day: Date,
) -> Vec<Lack> {
    let untrained = required.iter().filter_map(|topic| {
        let held = trainings
            .iter()
            .filter(|done| done.topic == *topic && done.on <= day);
        match held.map(|done| done.valid_until).max() {
            None => Some(Lack::NotTrained(*topic)),
            Some(until) if until < day => Some(Lack::Expired(*topic, until)),
            Some(_) => None,
        }
    });
    let unread = in_force.filter(|version| !read.contains(&version.version));
    untrained
        .chain(unread.map(|version| Lack::NotRead(version.version)))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;

    fn version(version: u32, from: Date) -> RoutineVersion {
        RoutineVersion {
            version,
            title: "Rutin".to_owned(),
            from,
            review_on: from + 1.year(),
        }
    }

    #[test]
    fn each_lack_has_its_owner_by_the_table() {
        let today = date(2026, 11, 20);
        let required = BTreeSet::from([Topic::KitUse, Topic::Hygiene]);
        let trained = |topic, until| Training {
            topic,
            on: date(2024, 5, 1),
            valid_until: until,
        };
        let versions = [version(1, date(2025, 1, 1)), version(2, date(2026, 11, 21))];
        let in_force = version_in_force(&versions, today);
        assert_eq!(
            in_force.map(|version| version.version),
            Some(1),
            "2 begins tomorrow"
        );
        let held = [
            trained(Topic::KitUse, today),
            trained(Topic::Hygiene, today - 1.day()),
        ];
        let lacking = lacks(&required, &held, in_force, &BTreeSet::new(), today);
        let yesterday = today - 1.day();
        assert_eq!(
            lacking,
            [Lack::Expired(Topic::Hygiene, yesterday), Lack::NotRead(1)]
        );
        assert_eq!(lacking[0].item(), Item::Training);
        assert_eq!(lacking[1].item(), Item::ConductOfMeetings);
        assert_eq!(
            lacks(&required, &[], None, &BTreeSet::new(), today).len(),
            2,
            "no routine, nothing to read"
        );
    }

    #[test]
    fn a_title_names_no_person() {
        let day = date(2026, 1, 1);
        assert_eq!(check_version("Rutin 2026", day, day), Ok(()));
        for wrong in ["a\0b", "", " ", "SIP för 19121212-1212", &"x".repeat(121)] {
            assert_eq!(
                check_version(wrong, day, day),
                Err(TrainingRefusal::Title),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn more_training_never_takes_anything_away(
            days in prop::collection::vec((0_i32..900, 0_i32..900, 0_usize..4), 0..6), at in 0_i32..900,
        ) {
            let day = |number: i32| date(2025, 1, 1) + number.days();
            let held: Vec<Training> = days
                .iter()
                .map(|(on, valid, topic)| Training {
                    topic: Topic::ALL[*topic],
                    on: day(*on),
                    valid_until: day(on + valid),
                })
                .collect();
            let required: BTreeSet<Topic> = Topic::ALL.iter().copied().collect();
            let lacking = |held: &[Training]| lacks(&required, held, None, &BTreeSet::new(), day(at)).len();
            for some in 0..held.len() {
                prop_assert!(lacking(&held[..=some]) <= lacking(&held[..some]));
            }
        }
    }
}
