//! Made-up facts of a meeting, from its waiting room to who was here.

use kit_screens::*;

use crate::facts::model;

pub(crate) fn waiting(w: &KitWindow, state: WaitingState, guests: usize) {
    let roles = [
        Role::Doctor,
        Role::Nurse,
        Role::CaseOfficer,
        Role::Daughter,
        Role::Son,
        Role::Interpreter,
    ];
    let guests = roles
        .into_iter()
        .take(guests)
        .enumerate()
        .map(|(place, role)| Person {
            presence: if place < 2 {
                Presence::Here
            } else {
                Presence::Awaited
            },
            ..person(role, false)
        });
    w.global::<Waiting>().set_guests(model(guests));
    w.global::<Waiting>().set_state(state);
    w.set_screen(Screen::WaitingRoom);
}

pub(crate) fn in_meeting(w: &KitWindow, status: StatusLine) {
    let meeting = w.global::<Meeting>();
    meeting.set_people(roster(&[
        (Role::Doctor, true),
        (Role::Nurse, false),
        (Role::Daughter, false),
        (Role::You, false),
    ]));
    meeting.set_status_person(person(Role::Doctor, true));
    meeting.set_status(status);
    w.set_screen(Screen::InMeeting);
}

pub(crate) fn muted(w: &KitWindow, status: StatusLine) {
    w.global::<Meeting>().set_muted(true);
    in_meeting(w, status);
}

pub(crate) fn by_phone(w: &KitWindow, heard: bool) {
    w.global::<Phone>().set_heard(heard);
    w.set_screen(Screen::SoundByPhone);
}

pub(crate) fn calling_again(w: &KitWindow, state: CallingState) {
    let calling = w.global::<CallingAgain>();
    calling.set_others(3);
    calling.set_others_remain(true);
    calling.set_state(state);
    w.set_screen(Screen::CallingAgain);
}

pub(crate) fn new_person(w: &KitWindow, name: &str) {
    let meeting = w.global::<Meeting>();
    meeting.set_asks(true);
    meeting.set_new_person(Person {
        name: name.into(),
        ..person(Role::Participant, false)
    });
    in_meeting(w, StatusLine::SomebodyNew);
}

pub(crate) fn staff_panel(w: &KitWindow, host: bool) {
    let row = |role, known, waiting, act| PanelRow {
        person: Person {
            known,
            ..person(role, false)
        },
        waiting,
        act: if host || act == PanelAct::Withdraw {
            act
        } else {
            PanelAct::None
        },
    };
    let panel = w.global::<StaffPanel>();
    panel.set_rows(model([
        row(Role::Participant, Known::NotSaid, true, PanelAct::Admit),
        row(Role::Daughter, Known::ByPatient, false, PanelAct::Withdraw),
        row(Role::Doctor, Known::NotSaid, false, PanelAct::Remove),
        row(Role::CaseOfficer, Known::ByHost, false, PanelAct::Remove),
        row(Role::SocialServices, Known::FromBefore, false, PanelAct::Remove),
    ]));
    panel.set_host(host);
    panel.set_sharing_off(host);
    w.set_screen(Screen::StaffPanel);
}

pub(crate) fn stranger(w: &KitWindow, host: bool) {
    let stranger = w.global::<Stranger>();
    stranger.set_person(person(Role::Participant, false));
    stranger.set_host(host);
    stranger.set_can_lock(host);
    w.set_screen(Screen::Stranger);
}

pub(crate) fn repair(w: &KitWindow, trouble: Trouble) {
    w.global::<Repair>().set_trouble(trouble);
    w.set_screen(Screen::Repair);
}

pub(crate) fn ended(w: &KitWindow) {
    let ended = w.global::<Ended>();
    ended.set_people(4);
    ended.set_minutes(44);
    w.set_screen(Screen::Ended);
}

pub(crate) fn recap(w: &KitWindow) {
    let roles = [
        Role::Patient,
        Role::Daughter,
        Role::Staff,
        Role::Doctor,
        Role::Nurse,
        Role::CareCoordinator,
        Role::OccupationalTherapist,
        Role::SocialServices,
        Role::Interpreter,
    ];
    w.global::<Recap>()
        .set_people(model(roles.map(|role| person(role, false))));
    w.set_screen(Screen::Recap);
}

fn person(role: Role, speaking: bool) -> Person {
    Person {
        role,
        speaking,
        presence: Presence::Here,
        ..Person::default()
    }
}

pub(crate) fn roster(people: &[(Role, bool)]) -> ModelRc<Person> {
    let known = |role| match role {
        Role::Daughter => Known::ByPatient,
        Role::You => Known::StaffInRoom,
        Role::Nurse => Known::ByHost,
        _ => Known::NotSaid,
    };
    model(people.iter().map(|&(role, speaking)| Person {
        known: known(role),
        ..person(role, speaking)
    }))
}
