//! Who is expected in a meeting, who is not, and what the room does about it.

use super::World;
use super::facts::{attendee, host};
use crate::meeting::{Attendee, AttendeeId, DisplayName, Means, MeetingEvent, Place};
use crate::visit::Act;
use crate::visit::effect::{Effect, Recorded};
use crate::visit::event::{Confirmed, Event};
use crate::visit::gates::Privacy;
use crate::visit::people::People;
use crate::visit::reservation::InvitedRole;
use crate::visit::seat::{Known, PersonRole, Welcome};
use crate::visit::view::{Screen, Sentence};

fn named(id: &str, name: &str) -> Attendee {
    Attendee {
        name: DisplayName::new(name.into()),
        ..attendee(id, false)
    }
}

fn judged(people: &People) -> Vec<(PersonRole, Welcome)> {
    people
        .present()
        .map(|(_, seat)| (seat.role, seat.welcome))
        .collect()
}

#[test]
fn an_invited_seat_is_taken_once_and_whoever_finds_none_is_unexpected() {
    let now = super::ten_o_clock();
    let invited = [InvitedRole::Doctor, InvitedRole::Nurse, InvitedRole::Relative];
    let mut people = People::default();
    let roster = [
        host("me", true),
        named("1", "Läkare Ek"),
        named("2", "Läkare Ask"),
        Attendee {
            name: DisplayName::new("Eva".into()),
            ..host("3", false)
        },
        named("4", "Dotter"),
    ];
    assert!(people.note(now, &roster, &invited, false).unexpected);
    assert_eq!(
        judged(&people),
        [
            (PersonRole::Invited(InvitedRole::Doctor), Welcome::Expected),
            (PersonRole::Unknown, Welcome::Asked),
            (PersonRole::Invited(InvitedRole::Nurse), Welcome::Expected),
            (PersonRole::Invited(InvitedRole::Relative), Welcome::Expected),
        ]
    );
    assert!(
        !people.note(now, &roster, &invited, false).unexpected,
        "asked twice"
    );
}

#[test]
fn without_a_list_of_invited_nobody_is_unexpected() {
    let mut people = People::default();
    let now = super::ten_o_clock();
    assert!(!people.note(now, &[named("1", "Anna")], &[], false).unexpected);
}

#[test]
fn whom_the_room_knows_may_come_back_and_whom_it_refused_may_not() {
    let now = super::ten_o_clock();
    let invited = [InvitedRole::Doctor];
    let mut people = People::default();
    people.note(now, &[named("1", "Läkare Ek")], &invited, false);
    assert_eq!(people.note(now, &[], &invited, false).left, [0]);
    assert!(
        !people
            .note(now, &[named("9", "Läkare Ek")], &invited, false)
            .unexpected
    );
    for (number, answer) in [(2, Welcome::Expected), (4, Welcome::Refused)] {
        let name = format!("Gäst {number}");
        let again = format!("{number} again");
        let first = named("first", &name);
        assert!(people.note(now, &[first], &invited, false).unexpected, "{name}");
        people.answer(number, answer);
        people.note(now, &[], &invited, false);
        assert!(
            !people
                .note(now, &[named(&again, &name)], &invited, false)
                .unexpected
        );
        assert_eq!(people.of(&AttendeeId(again)).unwrap().welcome, answer);
        people.note(now, &[], &invited, false);
    }
}

#[test]
fn who_was_let_in_by_the_host_is_known_by_that() {
    let now = super::ten_o_clock();
    let waiting = Attendee {
        place: Place::WaitingRoom,
        ..named("1", "Läkare")
    };
    let mut people = People::default();
    people.note(now, &[waiting], &[InvitedRole::Doctor], false);
    people.note(now, &[named("1", "Läkare")], &[InvitedRole::Doctor], false);
    let seat = people.of(&AttendeeId("1".into())).unwrap();
    assert_eq!(seat.known, Known::AdmittedByHost);
    assert_eq!(people.roles(), [PersonRole::Invited(InvitedRole::Doctor)]);
}

#[test]
fn the_rooms_own_telephone_is_expected_and_confirms_that_the_patient_is_heard() {
    let mut world = World::in_meeting(Privacy::SoundByTelephone);
    let telephone = Attendee {
        by: Means::Telephone,
        ..named("t", "060123456")
    };
    let roster = vec![attendee("me", true), attendee("doctor", false), telephone];
    world.feed(Event::Meeting(MeetingEvent::Roster(roster)));
    assert_eq!(world.sentence(), Sentence::HeardByTelephone);
}

#[test]
fn an_unexpected_person_is_asked_for_at_once_and_a_host_can_put_them_out() {
    for steers in [true, false] {
        let mut world = World::in_meeting(Privacy::NobodyElse);
        let me = if steers {
            host("me", true)
        } else {
            attendee("me", true)
        };
        let roster = vec![me, attendee("doctor", false), attendee("x", false)];
        world.feed(Event::Meeting(MeetingEvent::Roster(roster)));
        assert_eq!(world.sentence(), Sentence::SomebodyUnexpected);
        assert!(world.account.recorded.contains(&Recorded::Unexpected));
        world.tap(Act::DoNotKnowPerson(1));
        assert!(matches!(world.visit.view(world.now).screen, Screen::Stranger(_)));
        assert_eq!(world.offers(Act::Remove(1)), steers);
        assert_eq!(world.offers(Act::LockMeeting), steers);
        if steers {
            let effects = world.visit.step(world.now, Event::Tapped(Act::Remove(1)));
            let removed = matches!(&effects[..], [Effect::Remove(AttendeeId(id))] if id == "x");
            assert!(removed, "{effects:?}");
        } else {
            world.tap(Act::Back);
        }
        world.walk_home();
    }
}

#[test]
fn a_person_whom_the_room_knows_is_not_asked_for_again() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    let roster = vec![
        attendee("me", true),
        attendee("doctor", false),
        attendee("x", false),
    ];
    world.feed(Event::Meeting(MeetingEvent::Roster(roster.clone())));
    world.tap(Act::KnowPerson(1));
    assert_ne!(world.sentence(), Sentence::SomebodyUnexpected);
    world.feed(Event::Meeting(MeetingEvent::Roster(roster)));
    assert_ne!(world.sentence(), Sentence::SomebodyUnexpected);
}

#[test]
fn an_answer_from_the_far_end_is_the_proof_that_they_hear_us() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    assert_eq!(world.sentence(), Sentence::DoTheyHearUs);
    for who in ["me", "doctor"] {
        world.feed(Event::Meeting(MeetingEvent::Speaker(Some(AttendeeId(
            who.into(),
        )))));
    }
    world.feed(Event::Meeting(MeetingEvent::Speaker(None)));
    assert_eq!(world.sentence(), Sentence::InMeeting);
    assert!(
        world
            .account
            .recorded
            .contains(&Recorded::SoundChecked(Confirmed::Yes))
    );
}

#[test]
fn at_the_end_it_is_known_who_was_here_by_role_and_how_they_were_known() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.tap(Act::End);
    world.tap(Act::Leave);
    let attended = world.account.recorded.iter().filter_map(|what| match what {
        Recorded::Attended { role, known, .. } => Some((*role, *known)),
        _ => None,
    });
    let attended = attended.collect::<Vec<_>>();
    assert!(
        attended.contains(&(PersonRole::Patient, Known::StaffInRoom)),
        "{attended:?}"
    );
    assert!(attended.contains(&(PersonRole::CareWorker, Known::ShiftLogin)));
    assert!(attended.contains(&(PersonRole::Invited(InvitedRole::Doctor), Known::No)));
    world.tap(Act::Next);
    let Screen::Recap(roles) = world.visit.view(world.now).screen else {
        panic!("no recap");
    };
    assert_eq!(roles.len(), 4);
}
