//! Routing over any history of agreements, and the ticket's states.

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    agreement::{Arrangement, check_new, in_force},
    responsibility::under,
};

fn day(number: i32) -> Date {
    date(2025, 1, 1) + number.days()
}

fn any_agreement() -> impl Strategy<Value = Agreement> {
    let arrangement = prop::sample::select(Arrangement::ALL);
    (arrangement, 0_i32..1000, prop::option::of(0_i32..400)).prop_map(|(arrangement, from, length)| {
        Agreement {
            arrangement,
            from: day(from),
            until: length.map(|length| day(from + length)),
        }
    })
}

fn any_fault() -> impl Strategy<Value = Fault> {
    prop::sample::select(Fault::ALL)
}

proptest! {
    #[test]
    fn each_ticket_is_exactly_one_s_and_it_is_the_one_that_the_table_names(
        agreements in prop::collection::vec(any_agreement(), 0..8), reported in any_fault(), at in -100_i32..1500,
    ) {
        let at = day(at);
        let route = route(reported, Holder::Municipality(&agreements), at);
        let arrangement = in_force(&agreements, at).map(|agreement| agreement.arrangement);
        let table = under(fault::item(reported), arrangement);
        prop_assert_eq!(route.why, table.why);
        // Nobody by the table: it does not fall between two chairs.
        prop_assert_eq!(route.who, table.who.unwrap_or(Responsible::Region));
    }

    #[test]
    fn a_later_agreement_changes_no_ticket_that_is_past(
        agreements in prop::collection::vec(any_agreement(), 1..8), new in any_agreement(), reported in any_fault(),
        today in 0_i32..1000, back in 1_i32..500,
    ) {
        let today = day(today);
        prop_assume!(check_new(&agreements, &new, today).is_ok());
        let past = today - back.days();
        let before = route(reported, Holder::Municipality(&agreements), past);
        let mut after = agreements.clone();
        after.push(new);
        prop_assert_eq!(route(reported, Holder::Municipality(&after), past), before);
    }

    #[test]
    fn whatever_happens_a_ticket_can_be_closed_and_then_stays_so(steps in prop::collection::vec(0_usize..4, 0..12)) {
        let mut state = TicketState::Open;
        for step in steps {
            let Some(to) = state.next().get(step % state.next().len().max(1)).copied() else {
                prop_assert_eq!(state, TicketState::Closed);
                break;
            };
            prop_assert!(state.next().contains(&TicketState::Closed));
            let resolution = (to == TicketState::Closed).then_some(Resolution::Repaired);
            prop_assert_eq!(state.check_step(to, resolution), Ok(()));
            prop_assert!(to > state, "never backwards");
            state = to;
        }
    }

    #[test]
    fn only_closing_has_a_resolution(
        from in prop::sample::select(TicketState::ALL), to in prop::sample::select(TicketState::ALL),
        resolution in prop::option::of(prop::sample::select(Resolution::ALL)),
    ) {
        if from.check_step(to, resolution).is_ok() {
            prop_assert_eq!(to == TicketState::Closed, resolution.is_some());
        }
    }
}

#[test]
fn rented_broken_is_the_region_s_and_lost_is_the_municipality_s() {
    let rented = [Agreement {
        arrangement: Arrangement::Rented,
        from: day(0),
        until: None,
    }];
    let who = |reported| route(reported, Holder::Municipality(&rented), day(1)).who;
    assert_eq!(who(Fault::SomethingBroken), Responsible::Region);
    assert_eq!(who(Fault::ExtensionCableMissing), Responsible::Municipality);
    assert_eq!(
        route(Fault::ExtensionCableMissing, Holder::Region, day(1)).who,
        Responsible::Region,
        "the region's own kits are the region's alone"
    );
}
