//! The made-up facts that the states show: one function for each screen that brings the window into it.

use kit_screens::*;
use slint::Model;

use crate::pictures;

pub(crate) fn facts_of_the_day(w: &KitWindow) {
    let kit = w.global::<Kit>();
    kit.set_place("Region Exempel".into());
    kit.set_kit_name("Kit 14".into());
    kit.set_clock("09.52".into());
    kit.set_battery(92);
    kit.set_next_meeting("10.00".into());
    kit.set_cleaned_at("08.15".into());
    kit.set_help_desk("060-98\u{a0}76\u{a0}54".into());
    let meeting = w.global::<Meeting>();
    meeting.set_stage(pictures::stage());
    meeting.set_self_view(pictures::self_view());
    meeting.set_slides(pictures::slide());
    let phone = w.global::<Phone>();
    phone.set_number("060-12\u{a0}34\u{a0}56".into());
    phone.set_code("482\u{a0}917\u{a0}#".into());
}

pub(crate) fn invitation(w: &KitWindow, state: InvitationState) {
    let invitation = w.global::<Invitation>();
    invitation.set_time("10.00".into());
    invitation.set_opens_at("09.45".into());
    invitation.set_state(state);
    w.set_screen(Screen::MeetingToday);
}

pub(crate) fn bank_id(w: &KitWindow, state: BankIdState) {
    let bank_id = w.global::<BankId>();
    bank_id.set_code(pictures::code());
    bank_id.set_logins(2);
    bank_id.set_state(state);
    w.set_screen(Screen::BankId);
}

pub(crate) fn staff_key(w: &KitWindow, state: StaffKeyState) {
    let key = w.global::<StaffKey>();
    key.set_valid_until("15.00".into());
    key.set_digits_entered(if state == StaffKeyState::Entering { 2 } else { 0 });
    key.set_patient_can_join(true);
    key.set_state(state);
    w.set_screen(Screen::StaffKey);
}

pub(crate) fn gates(w: &KitWindow, done: usize) {
    let questions = [
        GateQuestion::WhoIsPatient,
        GateQuestion::ShareInformation,
        GateQuestion::RelativePresent,
        GateQuestion::NobodyElse,
        GateQuestion::RoomSeen,
    ];
    let rows = questions
        .into_iter()
        .enumerate()
        .map(|(place, question)| GateRow {
            question,
            relative: Role::Daughter,
            state: match place.cmp(&done) {
                std::cmp::Ordering::Less => GateState::Done,
                std::cmp::Ordering::Equal => GateState::Current,
                std::cmp::Ordering::Greater => GateState::Later,
            },
            done_at: "09.47".into(),
        });
    let gates = w.global::<Gates>();
    gates.set_rows(model(rows));
    gates.set_done(done as i32);
    gates.set_text_version("3, 2026".into());
    w.set_screen(Screen::Gates);
}

pub(crate) fn shelf(w: &KitWindow, act: ShelfAct, screen: Screen) {
    w.global::<Kit>().set_shelf_act(act);
    w.set_screen(screen);
}

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

pub(crate) fn wiped(w: &KitWindow, state: WipeState) {
    let wipe = w.global::<Wipe>();
    wipe.set_state(state);
    wipe.set_media_gone(true);
    wipe.set_link_gone(state == WipeState::Done);
    wipe.set_login_gone(state == WipeState::Done);
    wipe.set_checked_at("10.49".into());
    w.set_screen(Screen::Wiped);
}

pub(crate) fn cleaning(w: &KitWindow, done: usize) {
    let parts = [
        Part::Hands,
        Part::Tablet,
        Part::Speaker,
        Part::Stand,
        Part::BackpackAndCable,
    ];
    let steps = parts.into_iter().enumerate().map(|(place, part)| CleaningStep {
        part,
        done: place < done,
    });
    let cleaning = w.global::<Cleaning>();
    cleaning.set_steps(model(steps));
    cleaning.set_current(done.min(4) as i32);
    cleaning.set_done(done as i32);
    cleaning.set_time_left("0.42".into());
    w.set_screen(Screen::Cleaning);
}

fn packed_parts(missing: Part) -> ModelRc<PackedPart> {
    let parts = [
        Part::Tablet,
        Part::Stand,
        Part::Speakerphone,
        Part::ExtensionCable,
        Part::Backpack,
    ];
    model(parts.into_iter().map(|part| PackedPart {
        part,
        state: if part == missing {
            PackState::Missing
        } else {
            PackState::Packed
        },
        note: if part == missing {
            "Saknas. Kommunen ersätter den.".into()
        } else {
            SharedString::default()
        },
    }))
}

pub(crate) fn check_out(w: &KitWindow, outcome: PackOutcome) {
    let stopped = outcome == PackOutcome::Stopped;
    let checks = [
        (SelfCheckKind::MeetingReachable, ""),
        (SelfCheckKind::SoundAndPicture, ""),
        (SelfCheckKind::MobileNetwork, ""),
        (SelfCheckKind::Cleaned, "08.15"),
        (SelfCheckKind::Battery, "92"),
    ];
    let checks = checks.map(|(kind, detail)| SelfCheck {
        kind,
        passed: !stopped,
        detail: detail.into(),
    });
    let check_out = w.global::<CheckOut>();
    check_out.set_parts(packed_parts(if stopped {
        Part::Speakerphone
    } else {
        Part::ExtensionCable
    }));
    check_out.set_checks(model(checks));
    check_out.set_outcome(outcome);
    check_out.set_signed_in_until("15.00".into());
    w.set_screen(Screen::CheckOut);
}

pub(crate) fn give_back(w: &KitWindow, state: ReturnState) {
    w.global::<Return>().set_parts(packed_parts(Part::Hands));
    w.global::<Return>().set_state(state);
    w.set_screen(Screen::ReturnKit);
}

/// What was tried and may be tried again; with the number to ring, or without.
pub(crate) fn failure(w: &KitWindow, reason: FailureReason, can_retry: bool, number: &str) {
    let failure = w.global::<Failure>();
    failure.set_reason(reason);
    failure.set_can_retry(can_retry);
    failure.set_can_go_back(reason == FailureReason::NoConsent);
    failure.set_phone(number.into());
    w.set_screen(Screen::Failure);
}

pub(crate) fn staff_login(w: &KitWindow, state: LoginState) {
    let login = w.global::<StaffLogin>();
    login.set_code(pictures::code());
    login.set_state(state);
    w.set_screen(Screen::StaffLogin);
}

/// The patient cannot consent: each who discloses is asked.
pub(crate) fn secrecy(w: &KitWindow) {
    let row = |question, role, state| GateRow {
        question,
        relative: role,
        state,
        done_at: "09.47".into(),
    };
    let gates = w.global::<Gates>();
    gates.set_rows(model([
        row(GateQuestion::WhoIsPatient, Role::Relative, GateState::Done),
        row(GateQuestion::ShareInformation, Role::Relative, GateState::Done),
        row(
            GateQuestion::PartyAssessed,
            Role::SocialServices,
            GateState::Current,
        ),
        row(GateQuestion::OthersMayKnow, Role::Relative, GateState::Later),
        row(GateQuestion::NobodyElse, Role::Relative, GateState::Later),
    ]));
    gates.set_done(2);
    gates.set_text_version("3, 2026".into());
    w.set_screen(Screen::Gates);
}

/// More questions than have room at once.
pub(crate) fn seven_questions(w: &KitWindow) {
    let gates = w.global::<Gates>();
    let mut rows: Vec<_> = gates.get_rows().iter().take(4).collect();
    for row in &mut rows[2..] {
        row.state = GateState::Done;
    }
    let more = |question, state| GateRow {
        question,
        state,
        ..rows[0].clone()
    };
    let further = [
        more(GateQuestion::RelativePresent, GateState::Done),
        more(GateQuestion::NobodyElse, GateState::Current),
        more(GateQuestion::RoomSeen, GateState::Later),
    ];
    gates.set_done(rows.len() as i32 + 1);
    gates.set_rows(model(rows.into_iter().chain(further)));
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

fn model<T: Clone + 'static>(items: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(items))
}
