//! Every state that a screen can be in, with the made-up facts that it shows.

use kit_screens::*;

use crate::pictures;

/// One state: the name of its picture, and how the window is brought into it.
pub(crate) struct State {
    pub(crate) name: &'static str,
    pub(crate) staff: bool,
    set: fn(&KitWindow),
}

impl State {
    /// Brings a new window into the state.
    pub(crate) fn show(&self, window: &KitWindow) {
        facts_of_the_day(window);
        (self.set)(window);
    }
}

const fn patient(name: &'static str, set: fn(&KitWindow)) -> State {
    State {
        name,
        staff: false,
        set,
    }
}

const fn staff(name: &'static str, set: fn(&KitWindow)) -> State {
    State {
        name,
        staff: true,
        set,
    }
}

/// The states in the order of a visit.
pub(crate) const STATES: &[State] = &[
    patient("01-starting", |w| w.set_screen(Screen::Starting)),
    patient("01-not-ready", |w| {
        w.global::<Kit>().set_not_ready(NotReady::Charge);
        w.set_screen(Screen::NotReady);
    }),
    patient("01-not-ready-self-test", |w| {
        w.global::<Kit>().set_not_ready(NotReady::SelfTestFailed);
        w.set_screen(Screen::NotReady);
    }),
    patient("01-ready", |w| w.set_screen(Screen::Ready)),
    patient("01-ready-nothing-booked", |w| {
        w.global::<Kit>().set_ready(Ready::NothingBooked);
        w.set_screen(Screen::Ready);
    }),
    patient("02-meeting-today", |w| invitation(w, InvitationState::Ready)),
    patient("02-meeting-today-gates-open", |w| {
        invitation(w, InvitationState::GatesOpen);
    }),
    patient("02-meeting-today-early", |w| {
        invitation(w, InvitationState::Early);
    }),
    patient("02-meeting-today-connecting", |w| {
        invitation(w, InvitationState::Connecting);
    }),
    patient("02-meeting-today-late", |w| invitation(w, InvitationState::Late)),
    patient("04-identify", |w| w.set_screen(Screen::Identify)),
    patient("05-bank-id", |w| bank_id(w, BankIdState::ShowCode)),
    patient("05-bank-id-scanned", |w| bank_id(w, BankIdState::Scanned)),
    patient("05-bank-id-done", |w| bank_id(w, BankIdState::Done)),
    patient("05-bank-id-expiring", |w| bank_id(w, BankIdState::Expiring)),
    patient("05-bank-id-cancelled", |w| bank_id(w, BankIdState::Cancelled)),
    staff("06-staff-key", |w| staff_key(w, StaffKeyState::Entering)),
    staff("06-staff-key-wrong", |w| staff_key(w, StaffKeyState::Wrong)),
    staff("06-staff-key-locked", |w| staff_key(w, StaffKeyState::Locked)),
    staff("07-gates", |w| gates(w, 1)),
    staff("07-gates-last", |w| gates(w, 5)),
    patient("08-waiting-room", |w| waiting(w, WaitingState::Lobby, 0)),
    patient("08-waiting-room-guests", |w| waiting(w, WaitingState::Soon, 4)),
    patient("08-waiting-room-lobby-guests", |w| {
        waiting(w, WaitingState::Lobby, 6);
    }),
    patient("08-waiting-room-host-missing", |w| {
        waiting(w, WaitingState::HostMissing, 2);
    }),
    patient("08-waiting-room-late", |w| waiting(w, WaitingState::Late, 3)),
    patient("09-in-meeting", |w| in_meeting(w, StatusLine::Speaking)),
    patient("09-in-meeting-alone", |w| in_meeting(w, StatusLine::Alone)),
    patient("09-in-meeting-captions", |w| {
        w.global::<Meeting>()
            .set_captions("Hur har det gått hemma den här veckan?".into());
        in_meeting(w, StatusLine::Speaking);
    }),
    patient("09-in-meeting-seven", |w| {
        in_meeting(w, StatusLine::InMeeting);
        w.global::<Meeting>().set_people(roster(&[
            (Role::CaseOfficer, true),
            (Role::OccupationalTherapist, false),
            (Role::Physiotherapist, false),
            (Role::Doctor, false),
            (Role::Nurse, false),
            (Role::Daughter, false),
            (Role::You, false),
        ]));
    }),
    patient("10-muted", |w| muted(w, StatusLine::Muted)),
    patient("10-muted-by-host", |w| muted(w, StatusLine::MutedByHost)),
    patient("11-slides", |w| {
        w.global::<Meeting>().set_slides_shown(true);
        in_meeting(w, StatusLine::Slides);
    }),
    patient("11-slides-swapped", |w| {
        w.global::<Meeting>().set_slides_shown(true);
        w.global::<Meeting>().set_swapped(true);
        in_meeting(w, StatusLine::Slides);
    }),
    patient("12-weak-network", |w| in_meeting(w, StatusLine::WeakNetworkHeard)),
    patient("12-weak-network-unconfirmed", |w| {
        in_meeting(w, StatusLine::WeakNetwork);
    }),
    patient("13-sound-only", |w| {
        w.global::<Meeting>().set_sound_only(true);
        w.global::<Meeting>().set_camera_off(true);
        in_meeting(w, StatusLine::WeakNetworkHeard);
    }),
    patient("14-sound-by-phone", |w| by_phone(w, false)),
    patient("14-sound-by-phone-heard", |w| by_phone(w, true)),
    patient("15-calling-again", |w| calling_again(w, CallingState::AtOnce)),
    patient("15-calling-again-longer", |w| {
        calling_again(w, CallingState::TakesLonger);
    }),
    patient("15-calling-again-number", |w| {
        calling_again(w, CallingState::ShowNumber);
    }),
    patient("16-help", |w| w.set_screen(Screen::Help)),
    patient("16-help-staff-called", |w| {
        w.global::<Help>().set_staff_called(true);
        w.set_screen(Screen::Help);
    }),
    patient("17-what-is-wrong", |w| w.set_screen(Screen::WhatIsWrong)),
    patient("17-repair", |w| repair(w, Trouble::WeHearNothing)),
    patient("17-repair-broken", |w| repair(w, Trouble::SomethingBroken)),
    patient("18-end-question", |w| w.set_screen(Screen::EndQuestion)),
    patient("19-ended", |w| ended(w, Ending::Normal)),
    patient("19-ended-lost", |w| ended(w, Ending::Lost)),
    patient("20-rating", |w| w.set_screen(Screen::Rating)),
    patient("21-wiped", |w| wiped(w, WipeState::Done)),
    patient("21-wipe-under-way", |w| wiped(w, WipeState::UnderWay)),
    patient("21-wipe-not-confirmed", |w| wiped(w, WipeState::NotConfirmed)),
    staff("22-cleaning", |w| cleaning(w, 3)),
    staff("22-cleaning-all-done", |w| cleaning(w, 5)),
    staff("23-check-out", |w| check_out(w, PackOutcome::MissingMinor)),
    staff("23-check-out-stopped", |w| check_out(w, PackOutcome::Stopped)),
    staff("24-return", |w| give_back(w, false)),
    staff("24-return-done", |w| give_back(w, true)),
    patient("25-failure-call", |w| {
        failure(w, FailureReason::NoConsent, WayOn::Call);
    }),
    patient("25-failure-link-not-allowed", |w| {
        failure(w, FailureReason::LinkNotAllowed, WayOn::Staff);
    }),
    patient("25-failure-wrong-code", |w| {
        failure(w, FailureReason::WrongCode, WayOn::Staff);
    }),
    patient("25-failure-refused", |w| {
        failure(w, FailureReason::Refused, WayOn::TryAgain);
    }),
    patient("25-failure-no-sound", |w| {
        failure(w, FailureReason::NoCameraOrSound, WayOn::Call);
    }),
    patient("25-failure-no-network", |w| {
        failure(w, FailureReason::NoNetwork, WayOn::Back);
    }),
];

fn facts_of_the_day(w: &KitWindow) {
    let kit = w.global::<Kit>();
    kit.set_place("Region Exempel".into());
    kit.set_kit_name("Kit 14".into());
    kit.set_clock("09.52".into());
    kit.set_battery(92);
    kit.set_next_meeting("10.00".into());
    kit.set_cleaned_at("08.15".into());
    let meeting = w.global::<Meeting>();
    meeting.set_stage(pictures::stage());
    meeting.set_self_view(pictures::self_view());
    meeting.set_slides(pictures::slide());
    let phone = w.global::<Phone>();
    phone.set_number("060-12\u{a0}34\u{a0}56".into());
    phone.set_code("482\u{a0}917\u{a0}#".into());
}

fn invitation(w: &KitWindow, state: InvitationState) {
    let invitation = w.global::<Invitation>();
    invitation.set_time("10.00".into());
    invitation.set_opens_at("09.45".into());
    invitation.set_state(state);
    w.set_screen(Screen::MeetingToday);
}

fn bank_id(w: &KitWindow, state: BankIdState) {
    let bank_id = w.global::<BankId>();
    bank_id.set_code(pictures::code());
    bank_id.set_logins(2);
    bank_id.set_state(state);
    w.set_screen(Screen::BankId);
}

fn staff_key(w: &KitWindow, state: StaffKeyState) {
    let key = w.global::<StaffKey>();
    key.set_valid_until("15.00".into());
    key.set_digits_entered(if state == StaffKeyState::Entering { 2 } else { 0 });
    key.set_patient_can_join(true);
    key.set_state(state);
    w.set_screen(Screen::StaffKey);
}

fn gates(w: &KitWindow, done: usize) {
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

fn waiting(w: &KitWindow, state: WaitingState, guests: usize) {
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

fn in_meeting(w: &KitWindow, status: StatusLine) {
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

fn muted(w: &KitWindow, status: StatusLine) {
    w.global::<Meeting>().set_muted(true);
    in_meeting(w, status);
}

fn by_phone(w: &KitWindow, heard: bool) {
    w.global::<Phone>().set_heard(heard);
    w.set_screen(Screen::SoundByPhone);
}

fn calling_again(w: &KitWindow, state: CallingState) {
    let calling = w.global::<CallingAgain>();
    calling.set_others(3);
    calling.set_others_remain(true);
    calling.set_state(state);
    w.set_screen(Screen::CallingAgain);
}

fn repair(w: &KitWindow, trouble: Trouble) {
    w.global::<Repair>().set_trouble(trouble);
    w.set_screen(Screen::Repair);
}

fn ended(w: &KitWindow, ending: Ending) {
    let ended = w.global::<Ended>();
    ended.set_ending(ending);
    ended.set_people(4);
    ended.set_minutes(44);
    w.set_screen(Screen::Ended);
}

fn wiped(w: &KitWindow, state: WipeState) {
    let wipe = w.global::<Wipe>();
    wipe.set_state(state);
    wipe.set_media_gone(true);
    wipe.set_link_gone(state == WipeState::Done);
    wipe.set_login_gone(state == WipeState::Done);
    wipe.set_checked_at("10.49".into());
    w.set_screen(Screen::Wiped);
}

fn cleaning(w: &KitWindow, done: usize) {
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

fn check_out(w: &KitWindow, outcome: PackOutcome) {
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
    check_out.set_other_kits("02 eller 19".into());
    check_out.set_signed_in_until("15.00".into());
    w.set_screen(Screen::CheckOut);
}

fn give_back(w: &KitWindow, returned: bool) {
    w.global::<Return>().set_parts(packed_parts(Part::Hands));
    w.global::<Return>().set_returned(returned);
    w.set_screen(Screen::ReturnKit);
}

fn failure(w: &KitWindow, reason: FailureReason, way_on: WayOn) {
    let failure = w.global::<Failure>();
    failure.set_reason(reason);
    failure.set_way_on(way_on);
    failure.set_phone("060-12\u{a0}34\u{a0}56".into());
    w.set_screen(Screen::Failure);
}

fn person(role: Role, speaking: bool) -> Person {
    Person {
        role,
        speaking,
        presence: Presence::Here,
        ..Person::default()
    }
}

fn roster(people: &[(Role, bool)]) -> ModelRc<Person> {
    model(people.iter().map(|&(role, speaking)| person(role, speaking)))
}

fn model<T: Clone + 'static>(items: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(items))
}
