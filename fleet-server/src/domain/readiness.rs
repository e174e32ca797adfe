//! Whether a kit can be used, and if not, the one thing that stands in the way.

use jiff::SignedDuration;

use super::{
    closed_list::closed_list,
    life_cycle::LifeState,
    part::{Condition, PartKind},
    responsibility::Item,
};

/// A kit that was heard within this is online.
pub const ONLINE_WITHIN: SignedDuration = SignedDuration::from_secs(90);
/// A kit that was not heard for longer than this is missed. Before that it may lie switched off in its rucksack.
pub const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(72);
/// Least charge with which a kit may leave, percent: about two hours of meeting. The kit itself goes by the same.
pub const LEAST_BATTERY: u8 = 30;

closed_list! {
    /// The state of a kit as people see it.
    Readiness {
        /// Can be taken along.
        Ready = "ready",
        /// Checked out.
        OnVisit = "on_visit",
        /// Needs something first.
        NeedsSomething = "needs_something",
        /// Must not be used.
        MustNotBeUsed = "must_not_be_used",
        /// Was not heard for long.
        Silent = "silent",
        /// Not in service.
        InService = "in_workshop",
    }
}

closed_list! {
    /// What stands in the way.
    Cause {
        /// A part without which no meeting can be held is broken or missing.
        VitalPart = "vital_part",
        /// Another part is broken or missing.
        OtherPart = "other_part",
        /// The kit's own check failed.
        SelfTest = "self_test",
        /// A fault was reported that nobody has seen to yet.
        Fault = "fault",
        /// The sign-off after the last visit is missing.
        NotClean = "not_clean",
        /// No tablet is enrolled as this kit.
        NotEnrolled = "not_enrolled",
        /// Not heard for long.
        NotHeard = "not_heard",
        /// Parts that every kit has are not in the register: nobody knows whether they are there.
        NotRegistered = "not_registered",
        /// Its life has not begun, is interrupted or is over.
        Life = "life",
    }
}

impl Cause {
    /// What somebody answers for who must remove this cause.
    #[must_use]
    pub fn item(self) -> Item {
        match self {
            Self::VitalPart | Self::OtherPart | Self::SelfTest | Self::Fault | Self::Life => {
                Item::ServiceAndReplacement
            }
            Self::NotClean => Item::HygieneRoutines,
            Self::NotEnrolled | Self::NotRegistered => Item::Installation,
            Self::NotHeard => Item::MobileBroadband,
        }
    }
}

/// What is known of a kit.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where it is in its life.
    pub life: LifeState,
    /// Whether a tablet is enrolled as this kit.
    pub enrolled: bool,
    /// How long ago it was heard.
    pub heard: Option<SignedDuration>,
    /// Whether somebody has it with them.
    pub checked_out: bool,
    /// Whether every visit has been followed by its sign-off.
    pub clean: bool,
    /// Whether its own check failed when it was last heard.
    pub self_test_failed: bool,
    /// Whether a ticket is open for a fault that stops visits.
    pub faulty: bool,
    /// Its parts that are not in order.
    pub parts: Vec<(PartKind, Condition)>,
    /// Whether parts that every kit has are not in the register.
    pub unregistered: bool,
}

/// The state and, unless it is ready or on a visit, the cause.
#[must_use]
pub fn readiness(facts: &Facts) -> (Readiness, Option<Cause>) {
    let gone = |condition| matches!(condition, Condition::Broken | Condition::Missing);
    let lacking = |vital: bool| {
        let is_vital = |kind| matches!(kind, PartKind::Tablet | PartKind::Speakerphone);
        facts
            .parts
            .iter()
            .any(|(kind, condition)| gone(*condition) && is_vital(*kind) == vital)
    };
    match facts.life {
        LifeState::InService => {}
        LifeState::Retired | LifeState::Replaced | LifeState::Lost | LifeState::Stolen => {
            return (Readiness::MustNotBeUsed, Some(Cause::Life));
        }
        _ => return (Readiness::InService, Some(Cause::Life)),
    }
    if lacking(true) {
        (Readiness::MustNotBeUsed, Some(Cause::VitalPart))
    } else if facts.checked_out {
        (Readiness::OnVisit, None)
    } else if facts.self_test_failed {
        (Readiness::MustNotBeUsed, Some(Cause::SelfTest))
    } else if facts.faulty {
        (Readiness::NeedsSomething, Some(Cause::Fault))
    } else if !facts.clean {
        (Readiness::NeedsSomething, Some(Cause::NotClean))
    } else if !facts.enrolled {
        (Readiness::NeedsSomething, Some(Cause::NotEnrolled))
    } else if lacking(false) {
        (Readiness::NeedsSomething, Some(Cause::OtherPart))
    } else if facts.heard.is_none_or(|ago| ago > SILENT_AFTER) {
        (Readiness::Silent, Some(Cause::NotHeard))
    } else if facts.unregistered {
        // Stops no visit: a kit that was enrolled before anybody wrote down its parts may well have them.
        (Readiness::NeedsSomething, Some(Cause::NotRegistered))
    } else {
        (Readiness::Ready, None)
    }
}

/// Whether a kit in that state can take another's place: one that is broken itself helps nobody. What is only missing before
/// it may be taken along (a sign-off, an enrolment, a sign of life) can be made good on the way.
#[must_use]
pub fn can_stand_in(state: Readiness, cause: Option<Cause>) -> bool {
    match state {
        Readiness::Ready | Readiness::Silent => true,
        Readiness::NeedsSomething => cause != Some(Cause::Fault),
        Readiness::OnVisit | Readiness::MustNotBeUsed | Readiness::InService => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ready() -> Facts {
        Facts {
            life: LifeState::InService,
            enrolled: true,
            heard: Some(SignedDuration::from_hours(1)),
            checked_out: false,
            clean: true,
            self_test_failed: false,
            faulty: false,
            parts: vec![(PartKind::Stand, Condition::Worn)],
            unregistered: false,
        }
    }

    #[test]
    fn each_cause_shows() {
        assert_eq!(readiness(&ready()), (Readiness::Ready, None));
        let of = |change: fn(&mut Facts)| {
            let mut facts = ready();
            change(&mut facts);
            readiness(&facts).1
        };
        assert_eq!(of(|facts| facts.clean = false), Some(Cause::NotClean));
        assert_eq!(of(|facts| facts.heard = None), Some(Cause::NotHeard));
        assert_eq!(of(|facts| facts.self_test_failed = true), Some(Cause::SelfTest));
        assert_eq!(of(|facts| facts.faulty = true), Some(Cause::Fault));
        assert_eq!(of(|facts| facts.enrolled = false), Some(Cause::NotEnrolled));
        assert_eq!(of(|facts| facts.unregistered = true), Some(Cause::NotRegistered));
        assert_eq!(of(|facts| facts.life = LifeState::Stolen), Some(Cause::Life));
        assert_eq!(
            of(|facts| facts.parts.push((PartKind::Speakerphone, Condition::Broken))),
            Some(Cause::VitalPart)
        );
        assert_eq!(
            of(|facts| facts.parts.push((PartKind::ExtensionCable, Condition::Missing))),
            Some(Cause::OtherPart)
        );
    }

    #[test]
    fn what_is_broken_takes_no_other_kits_place() {
        let stands_in = |change: fn(&mut Facts)| {
            let mut facts = ready();
            change(&mut facts);
            let (state, cause) = readiness(&facts);
            can_stand_in(state, cause)
        };
        assert!(stands_in(|_| {}));
        assert!(stands_in(|facts| facts.clean = false));
        assert!(stands_in(|facts| facts.enrolled = false));
        assert!(stands_in(|facts| facts.heard = None));
        assert!(!stands_in(|facts| facts.faulty = true));
        assert!(!stands_in(|facts| facts.self_test_failed = true));
        assert!(!stands_in(|facts| facts.checked_out = true));
        assert!(!stands_in(|facts| facts.life = LifeState::InRepair));
        assert!(!stands_in(|facts| facts
            .parts
            .push((PartKind::Tablet, Condition::Broken))));
    }

    proptest! {
        #[test]
        fn ready_means_in_service_clean_enrolled_and_whole(
            life in prop::sample::select(LifeState::ALL), enrolled: bool, checked_out: bool, clean: bool,
            self_test_failed: bool, faulty: bool, unregistered: bool,
            kind in prop::sample::select(PartKind::ALL), condition in prop::sample::select(Condition::ALL),
        ) {
            let facts = Facts { life, enrolled, checked_out, clean, self_test_failed, faulty, parts: vec![(kind, condition)], unregistered, ..ready() };
            let (state, cause) = readiness(&facts);
            if state == Readiness::Ready {
                prop_assert!(life == LifeState::InService && enrolled && clean && !checked_out);
                prop_assert!(!self_test_failed && !faulty && !unregistered);
                prop_assert!(matches!(condition, Condition::Good | Condition::Worn));
            }
            prop_assert_eq!(cause.is_none(), matches!(state, Readiness::Ready | Readiness::OnVisit));
        }
    }
}
