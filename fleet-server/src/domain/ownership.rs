//! Whose property a kit is. That is one thing, who answers for its service another (`responsibility`), and who has it with them
//! now a third (R57): an agreement that ends, or a kit that is lent, changes no owner.
//!
//! A municipality that owns a kit is named, so the kit stays its own while another municipality has it (decision 0033).

use fleet_api::TenantId;

use super::{
    agreement::Arrangement,
    responsibility::{Item, Responsible, under},
};

/// Whose property a kit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The region's.
    Region,
    /// This municipality's.
    Municipality(TenantId),
}

impl Owner {
    /// Whose a kit is that comes to a municipality of which nobody says whose it is: whoever buys the equipment by the
    /// agreement in force that day owns it. The region's where none is in force, as it lends out what it has.
    #[must_use]
    pub fn by_agreement(arrangement: Option<Arrangement>, here: TenantId) -> Self {
        let buyer = under(Item::Purchase, arrangement).who;
        Self::of(buyer.unwrap_or(Responsible::Region), None, here)
    }

    /// From what is written: the region or a municipality, which one, and who has the kit. A municipality that is not named is
    /// the one that has it.
    #[must_use]
    pub fn of(kind: Responsible, named: Option<TenantId>, here: TenantId) -> Self {
        match kind {
            Responsible::Region => Self::Region,
            Responsible::Municipality => Self::Municipality(named.unwrap_or(here)),
        }
    }

    /// The region or a municipality.
    #[must_use]
    pub fn kind(self) -> Responsible {
        match self {
            Self::Region => Responsible::Region,
            Self::Municipality(_) => Responsible::Municipality,
        }
    }

    /// Which municipality; none = the region.
    #[must_use]
    pub fn municipality(self) -> Option<TenantId> {
        match self {
            Self::Region => None,
            Self::Municipality(municipality) => Some(municipality),
        }
    }

    /// The municipality that owns the kit, where another than this one does.
    #[must_use]
    pub fn elsewhere(self, here: TenantId) -> Option<TenantId> {
        self.municipality().filter(|municipality| *municipality != here)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::agreement::{Agreement, in_force};

    #[test]
    fn whoever_buys_by_the_agreement_owns() {
        let here = TenantId::generate();
        let owner = |arrangement| Owner::by_agreement(arrangement, here);
        assert_eq!(owner(Some(Arrangement::Rented)), Owner::Region);
        assert_eq!(owner(Some(Arrangement::Owned)), Owner::Municipality(here));
        assert_eq!(owner(None), Owner::Region);
        let written_before = Owner::of(Responsible::Municipality, None, here);
        assert_eq!(
            written_before,
            Owner::Municipality(here),
            "as it was shown until then"
        );
    }

    proptest! {
        #[test]
        fn an_owner_is_written_and_read_as_it_is_wherever_the_kit_goes(region in any::<bool>()) {
            let (owning, here, there) = (TenantId::generate(), TenantId::generate(), TenantId::generate());
            let owner = if region { Owner::Region } else { Owner::Municipality(owning) };
            for place in [owning, here, there] {
                prop_assert_eq!(Owner::of(owner.kind(), owner.municipality(), place), owner);
                prop_assert_eq!(owner.elsewhere(place).is_some(), !region && place != owning);
            }
        }

        #[test]
        fn a_later_agreement_says_nothing_of_a_kit_that_came_before_it(
            first_owned in any::<bool>(), later_owned in any::<bool>(), came in 0_i32..300, after in 1_i32..300,
        ) {
            let (here, begins) = (TenantId::generate(), date(2025, 1, 1));
            let arrangement = |owned| if owned { Arrangement::Owned } else { Arrangement::Rented };
            let agreement = |owned, from| Agreement { arrangement: arrangement(owned), from, until: None };
            let came_on = begins + came.days();
            let owner = |agreements: &[Agreement]| {
                Owner::by_agreement(in_force(agreements, came_on).map(|found| found.arrangement), here)
            };
            let first = agreement(first_owned, begins);
            let both = [first, agreement(later_owned, came_on + after.days())];
            prop_assert_eq!(owner(&both), owner(&[first]));
            prop_assert_eq!(owner(&both) == Owner::Municipality(here), first_owned);
        }
    }
}
