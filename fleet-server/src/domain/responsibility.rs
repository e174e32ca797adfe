//! Who answers for what: the routine's responsibility table as a pure function.
//!
//! A municipality rents its kits from the region (alternative 1) or owns them (alternative 2). Which of the two holds
//! follows from the agreement in force at the time in question, so history stays as it was when an agreement changes.

use fleet_api::TenantId;
use jiff::civil::Date;

/// What somebody answers for (routine, service package for home visits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// SIM and subscription.
    MobileBroadband,
    /// Buying the equipment.
    Purchase,
    /// Installation, configuration, assembly and logistics.
    Installation,
    /// Teaching the users.
    Training,
    /// Service, support and replacement.
    ServiceAndReplacement,
    /// Continuous updates of the home solution.
    HomeSolutionUpdates,
    /// The hygiene routines.
    HygieneRoutines,
    /// How meetings are conducted.
    ConductOfMeetings,
    /// The equipment while it is in the patient's home.
    EquipmentInTheHome,
    /// Joining from PC and telephone, for all participants.
    PcAndTelephoneJoining,
    /// The central infrastructure with its secrecy protection.
    CentralInfrastructure,
    /// Coordinated updates of the central infrastructure.
    CentralUpdates,
}

/// How a municipality has its kits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Alternative 1.
    Rented,
    /// Alternative 2.
    Owned,
}

/// An agreement between a municipality and its region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Which municipality.
    pub municipality: TenantId,
    /// Rented or owned.
    pub arrangement: Arrangement,
    /// First day in force.
    pub from: Date,
    /// Last day in force; none = until further notice.
    pub until: Option<Date>,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsible {
    /// The region.
    Region,
    /// The municipality.
    Municipality,
}

/// Why they do, for the sentence beside every task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It follows from the agreement in force.
    Agreement(Arrangement),
    /// It is always the municipality's.
    AlwaysMunicipality,
    /// It is always the region's.
    AlwaysRegion,
}

/// The agreement in force on a day, if any; of several the one that began last, as the later agreement replaces
/// the earlier.
#[must_use]
pub fn in_force(agreements: &[Agreement], municipality: TenantId, day: Date) -> Option<&Agreement> {
    let covers = |agreement: &&Agreement| {
        agreement.municipality == municipality
            && agreement.from <= day
            && agreement.until.is_none_or(|until| day <= until)
    };
    agreements
        .iter()
        .filter(covers)
        .max_by_key(|agreement| agreement.from)
}

/// Who answers for an item under an arrangement, and why.
#[must_use]
pub fn responsible(item: Item, arrangement: Arrangement) -> (Responsible, Reason) {
    match item {
        Item::MobileBroadband
        | Item::Purchase
        | Item::Installation
        | Item::Training
        | Item::ServiceAndReplacement
        | Item::HomeSolutionUpdates => {
            let who = match arrangement {
                Arrangement::Rented => Responsible::Region,
                Arrangement::Owned => Responsible::Municipality,
            };
            (who, Reason::Agreement(arrangement))
        }
        Item::HygieneRoutines | Item::ConductOfMeetings | Item::EquipmentInTheHome => {
            (Responsible::Municipality, Reason::AlwaysMunicipality)
        }
        Item::PcAndTelephoneJoining | Item::CentralInfrastructure | Item::CentralUpdates => {
            (Responsible::Region, Reason::AlwaysRegion)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use Responsible::{Municipality, Region};

    #[test]
    fn the_table_of_the_routine() {
        let table = [
            (Item::MobileBroadband, Region, Municipality),
            (Item::Purchase, Region, Municipality),
            (Item::Installation, Region, Municipality),
            (Item::Training, Region, Municipality),
            (Item::ServiceAndReplacement, Region, Municipality),
            (Item::HomeSolutionUpdates, Region, Municipality),
            (Item::HygieneRoutines, Municipality, Municipality),
            (Item::ConductOfMeetings, Municipality, Municipality),
            (Item::EquipmentInTheHome, Municipality, Municipality),
            (Item::PcAndTelephoneJoining, Region, Region),
            (Item::CentralInfrastructure, Region, Region),
            (Item::CentralUpdates, Region, Region),
        ];
        for (item, rented, owned) in table {
            assert_eq!(
                responsible(item, Arrangement::Rented).0,
                rented,
                "{item:?} rented"
            );
            assert_eq!(responsible(item, Arrangement::Owned).0, owned, "{item:?} owned");
        }
    }

    #[test]
    fn a_new_agreement_leaves_the_past_as_it_was() {
        let municipality = TenantId::generate();
        let rented = Agreement {
            municipality,
            arrangement: Arrangement::Rented,
            from: date(2025, 1, 1),
            until: Some(date(2025, 12, 31)),
        };
        let owned = Agreement {
            arrangement: Arrangement::Owned,
            from: date(2026, 1, 1),
            until: None,
            ..rented
        };
        let both = [owned, rented];
        let at = |day| in_force(&both, municipality, day).map(|agreement| agreement.arrangement);
        assert_eq!(at(date(2024, 12, 31)), None);
        assert_eq!(at(date(2025, 12, 31)), Some(Arrangement::Rented));
        assert_eq!(at(date(2026, 1, 1)), Some(Arrangement::Owned));
        assert_eq!(in_force(&both, TenantId::generate(), date(2026, 1, 1)), None);
    }

    proptest! {
        #[test]
        fn an_agreement_that_begins_later_never_changes_an_earlier_day(
            first in 0_i32..3000, second in 0_i32..3000, day in 0_i32..3000,
        ) {
            prop_assume!(day < second);
            let municipality = TenantId::generate();
            let start = |days: i32| date(2025, 1, 1) + jiff::Span::new().days(days);
            let agreement = |days, arrangement| {
                Agreement { municipality, arrangement, from: start(days), until: None }
            };
            let before = [agreement(first, Arrangement::Rented)];
            let after = [before[0], agreement(second, Arrangement::Owned)];
            prop_assert_eq!(
                in_force(&before, municipality, start(day)),
                in_force(&after, municipality, start(day))
            );
        }
    }
}
