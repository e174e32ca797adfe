//! Who answers for what: the routine's responsibility table as a pure function (R55–R63).
//!
//! A municipality rents its kits from the region (alternative 1) or owns them (alternative 2). Which of the two holds
//! follows from the agreement in force on the day in question, so history stays as it was when an agreement changes.

use jiff::civil::Date;

use super::{
    agreement::{Agreement, Arrangement, in_force},
    closed_list::closed_list,
};

closed_list! {
    /// What somebody answers for (routine, section 5.1: service package for home visits).
    Item {
        /// SIM and subscription.
        MobileBroadband = "mobile_broadband",
        /// Buying the equipment.
        Purchase = "purchase",
        /// Installation, configuration, assembly and logistics.
        Installation = "installation",
        /// Teaching the users.
        Training = "training",
        /// Service, support and replacement.
        ServiceAndReplacement = "service_and_replacement",
        /// Continuous updates of the home solution.
        HomeSolutionUpdates = "home_solution_updates",
        /// The hygiene routines.
        HygieneRoutines = "hygiene_routines",
        /// How meetings are conducted.
        ConductOfMeetings = "conduct_of_meetings",
        /// The equipment while it is in the patient's home.
        EquipmentInTheHome = "equipment_in_the_home",
        /// Joining from PC and telephone, for all participants.
        PcAndTelephoneJoining = "pc_and_telephone_joining",
        /// The central infrastructure with its secrecy protection.
        CentralInfrastructure = "central_infrastructure",
        /// Coordinated updates of the central infrastructure.
        CentralUpdates = "central_updates",
    }
}

closed_list! {
    /// Who answers.
    Responsible {
        /// The region.
        Region = "region",
        /// The municipality.
        Municipality = "municipality",
    }
}

closed_list! {
    /// Why they do, for the sentence beside every task.
    Reason {
        /// The kits are rented, so the region answers.
        Rented = "rented",
        /// The kits are the municipality's own, so it answers.
        Owned = "owned",
        /// It is always the municipality's.
        AlwaysMunicipality = "always_municipality",
        /// It is always the region's.
        AlwaysRegion = "always_region",
        /// It follows from the agreement, and none is in force: somebody must make one.
        NoAgreement = "no_agreement",
    }
}

/// Who answers for an item, and why. Nobody where it follows from an agreement and none is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Who.
    pub who: Option<Responsible>,
    /// Why.
    pub why: Reason,
}

/// Whether a municipality pays the base fee. Both alternatives do (R55), and so does one that has yet to choose.
pub const BASE_FEE: bool = true;

/// Who answers for what a region has itself, such as its spare kits: no agreement says otherwise.
pub const OF_REGION: Answer = Answer {
    who: Some(Responsible::Region),
    why: Reason::AlwaysRegion,
};

/// Who answers for an item on a day, by one municipality's agreements.
#[must_use]
pub fn on_day(item: Item, agreements: &[Agreement], day: Date) -> Answer {
    under(
        item,
        in_force(agreements, day).map(|agreement| agreement.arrangement),
    )
}

/// Who answers for an item under an arrangement, or under none.
#[must_use]
pub fn under(item: Item, arrangement: Option<Arrangement>) -> Answer {
    let (who, why) = match item {
        Item::MobileBroadband
        | Item::Purchase
        | Item::Installation
        | Item::Training
        | Item::ServiceAndReplacement
        | Item::HomeSolutionUpdates => match arrangement {
            Some(Arrangement::Rented) => (Some(Responsible::Region), Reason::Rented),
            Some(Arrangement::Owned) => (Some(Responsible::Municipality), Reason::Owned),
            None => (None, Reason::NoAgreement),
        },
        Item::HygieneRoutines | Item::ConductOfMeetings | Item::EquipmentInTheHome => {
            (Some(Responsible::Municipality), Reason::AlwaysMunicipality)
        }
        Item::PcAndTelephoneJoining | Item::CentralInfrastructure | Item::CentralUpdates => {
            (Some(Responsible::Region), Reason::AlwaysRegion)
        }
    };
    Answer { who, why }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(table.len(), Item::ALL.len());
        for (item, rented, owned) in table {
            assert_eq!(
                under(item, Some(Arrangement::Rented)).who,
                Some(rented),
                "{item:?}"
            );
            assert_eq!(under(item, Some(Arrangement::Owned)).who, Some(owned), "{item:?}");
            let follows_agreement = rented != owned;
            assert_eq!(under(item, None).who.is_none(), follows_agreement, "{item:?}");
        }
    }
}
