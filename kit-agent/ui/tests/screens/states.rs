//! Every state that a screen can be in; `facts` fills them.

use kit_screens::*;

use crate::{
    facts::{bank_id, facts_of_the_day, failure, gates, invitation, secrecy, seven_questions},
    facts_in_meeting::{
        by_phone, calling_again, ended, in_meeting, muted, new_person, recap, repair, roster, staff_panel,
        stranger, waiting,
    },
    facts_of_kit::{check_out, cleaning, give_back, shelf, staff_key, staff_login, wiped},
};

/// The longest of the recommended messages of a BankID login that came to nothing (RFA17-B).
const LONGEST_WHY: &str = "Misslyckades att läsa av QR-koden. Starta BankID-appen och läs av QR-koden. Kontrollera att \
    BankID-appen är uppdaterad. Om du inte har BankID-appen måste du installera den och skaffa ett BankID hos din bank. \
    Installera appen från din appbutik eller https://install.bankid.com";

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

/// The state of that name.
pub(crate) fn state(name: &str) -> &'static State {
    STATES.iter().find(|state| state.name == name).unwrap()
}

/// The states in the order of a visit.
pub(crate) const STATES: &[State] = &[
    patient("01-starting", |w| w.set_screen(Screen::Starting)),
    patient("01-not-ready", |w| {
        w.global::<Kit>().set_not_ready(NotReady::Charge);
        shelf(w, ShelfAct::CheckAgain, Screen::NotReady);
    }),
    patient("01-not-ready-clean", |w| {
        w.global::<Kit>().set_not_ready(NotReady::Clean);
        shelf(w, ShelfAct::Clean, Screen::NotReady);
    }),
    patient("01-not-ready-self-test", |w| {
        w.global::<Kit>().set_not_ready(NotReady::SelfTestFailed);
        shelf(w, ShelfAct::CheckAgain, Screen::NotReady);
    }),
    patient("01-ready", |w| shelf(w, ShelfAct::CheckOut, Screen::Ready)),
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
    patient("04-identify-two-logins", |w| {
        w.global::<Identify>().set_logins(2);
        w.set_screen(Screen::Identify);
    }),
    patient("05-bank-id", |w| bank_id(w, BankIdState::ShowCode)),
    patient("05-bank-id-scanned", |w| bank_id(w, BankIdState::Scanned)),
    patient("05-bank-id-done", |w| bank_id(w, BankIdState::Done)),
    patient("05-bank-id-expiring", |w| bank_id(w, BankIdState::Expiring)),
    patient("05-bank-id-starting", |w| bank_id(w, BankIdState::Starting)),
    patient("05-bank-id-failed", |w| bank_id(w, BankIdState::Failed)),
    patient("05-bank-id-failed-why", |w| {
        w.global::<BankId>().set_message(LONGEST_WHY.into());
        bank_id(w, BankIdState::Failed);
    }),
    patient("05-portal", |w| {
        bank_id(w, BankIdState::ShowCode);
        w.set_screen(Screen::Portal);
    }),
    patient("05-bank-id-cancelled", |w| bank_id(w, BankIdState::Cancelled)),
    staff("06-staff-key", |w| staff_key(w, StaffKeyState::Entering)),
    staff("06-staff-key-wrong", |w| staff_key(w, StaffKeyState::Wrong)),
    staff("06-staff-key-locked", |w| staff_key(w, StaffKeyState::Locked)),
    staff("06-staff-key-choose", |w| staff_key(w, StaffKeyState::Choose)),
    staff("06-staff-key-repeat", |w| staff_key(w, StaffKeyState::Repeat)),
    staff("06-staff-key-differs", |w| staff_key(w, StaffKeyState::Differs)),
    staff("06-staff-key-shift-over", |w| {
        staff_key(w, StaffKeyState::ShiftOver);
    }),
    staff("07-gates-secrecy", secrecy),
    staff("07-gates-seven", |w| {
        secrecy(w);
        seven_questions(w);
    }),
    staff("07-gates-shift-over", |w| {
        w.global::<Gates>().set_staff_vouches(false);
        gates(w, 0);
    }),
    staff("07-consent-text-adopted", |w| {
        w.global::<Gates>().set_text_version("3, 2026".into());
        let page = SharedString::from("Regionen och kommunen delar uppgifter om dig. ".repeat(13));
        w.global::<Gates>()
            .set_adopted(ModelRc::new(VecModel::from(vec![page.clone(), page])));
        w.set_screen(Screen::ConsentText);
    }),
    staff("07-gates", |w| gates(w, 1)),
    staff("07-gates-none-yet", |w| gates(w, 0)),
    staff("07-gates-relative", |w| gates(w, 2)),
    staff("07-gates-nobody-else", |w| gates(w, 3)),
    staff("07-gates-last", |w| gates(w, 5)),
    staff("07-gates-closing", |w| {
        w.global::<Gates>().set_closing(true);
        gates(w, 1);
    }),
    staff("07-consent-text", |w| {
        w.global::<Gates>().set_text_version("3, 2026".into());
        w.set_screen(Screen::ConsentText);
    }),
    patient("07-give-up-question", |w| {
        w.global::<EndQuestion>().set_asks(EndAsks::Visit);
        w.set_screen(Screen::EndQuestion);
    }),
    patient("07-give-up-question-staff", |w| {
        w.global::<EndQuestion>().set_asks(EndAsks::Visit);
        w.global::<EndQuestion>().set_can_in_person(true);
        w.set_screen(Screen::EndQuestion);
    }),
    patient("07-in-person-question", |w| {
        w.global::<EndQuestion>().set_asks(EndAsks::InPerson);
        w.set_screen(Screen::EndQuestion);
    }),
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
    patient("09-in-meeting-can-phone", |w| {
        w.global::<Meeting>().set_can_phone(true);
        in_meeting(w, StatusLine::DoTheyHear);
    }),
    patient("09-in-meeting-nobody-answers", |w| {
        in_meeting(w, StatusLine::NobodyAnswers);
    }),
    patient("09-in-meeting-new-person", |w| new_person(w, "")),
    patient("09-in-meeting-new-person-named", |w| {
        new_person(w, "Anna Andersson");
    }),
    staff("09-staff-panel", |w| staff_panel(w, true)),
    staff("09-staff-panel-guest", |w| staff_panel(w, false)),
    staff("09-stranger", |w| stranger(w, true)),
    staff("09-stranger-guest", |w| stranger(w, false)),
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
    patient("13-picture-off", |w| {
        w.global::<Meeting>().set_sound_only(true);
        w.global::<Meeting>().set_camera_off(true);
        w.global::<Meeting>().set_picture_off(true);
        in_meeting(w, StatusLine::Speaking);
    }),
    patient("14-sound-by-phone", |w| by_phone(w, false)),
    patient("14-sound-by-phone-heard", |w| by_phone(w, true)),
    patient("14-sound-by-phone-new-person", |w| {
        new_person(w, "");
        by_phone(w, false);
    }),
    patient("15-calling-again", |w| calling_again(w, CallingState::AtOnce)),
    patient("15-calling-again-longer", |w| {
        calling_again(w, CallingState::TakesLonger);
    }),
    patient("15-calling-again-no-number", |w| {
        w.global::<CallingAgain>().set_can_call(false);
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
    patient("16-help-desk-in-person", |w| {
        w.global::<Kit>().set_in_person(true);
        w.set_screen(Screen::HelpDesk);
    }),
    patient("16-help-desk", |w| w.set_screen(Screen::HelpDesk)),
    patient("16-help-desk-no-number", |w| {
        w.global::<Kit>().set_help_desk(SharedString::default());
        w.set_screen(Screen::HelpDesk);
    }),
    patient("17-what-is-wrong", |w| w.set_screen(Screen::WhatIsWrong)),
    patient("17-repair", |w| repair(w, Trouble::WeHearNothing)),
    patient("17-repair-broken", |w| repair(w, Trouble::SomethingBroken)),
    patient("18-end-question", |w| w.set_screen(Screen::EndQuestion)),
    patient("19-ended", ended),
    patient("19-recap", recap),
    patient("20-rating", |w| w.set_screen(Screen::Rating)),
    patient("21-wiped", |w| wiped(w, WipeState::Done)),
    patient("21-wipe-under-way", |w| wiped(w, WipeState::UnderWay)),
    patient("21-wipe-not-confirmed", |w| wiped(w, WipeState::NotConfirmed)),
    staff("22-cleaning", |w| cleaning(w, 3)),
    staff("22-cleaning-all-done", |w| cleaning(w, 5)),
    staff("22-cleaning-on-the-shelf", |w| {
        w.global::<Cleaning>().set_can_go_back(true);
        cleaning(w, 0);
    }),
    staff("22-skip-cleaning", |w| w.set_screen(Screen::SkipCleaning)),
    staff("23-log-in", |w| staff_login(w, LoginState::Code)),
    staff("23-log-in-starting", |w| staff_login(w, LoginState::Starting)),
    staff("23-log-in-declined", |w| staff_login(w, LoginState::Declined)),
    staff("23-log-in-expired", |w| staff_login(w, LoginState::Expired)),
    staff("23-log-in-not-allowed", |w| {
        staff_login(w, LoginState::NotAllowed);
    }),
    staff("23-log-in-unreachable", |w| {
        staff_login(w, LoginState::Unreachable);
    }),
    staff("23-check-out-checking", |w| check_out(w, PackOutcome::Checking)),
    staff("23-check-out-log-in-first", |w| {
        check_out(w, PackOutcome::LogInFirst);
    }),
    staff("23-check-out-no-longer-booked", |w| {
        check_out(w, PackOutcome::NoLongerBooked);
    }),
    staff("23-check-out-other-kits", |w| {
        w.global::<CheckOut>().set_other_kits("02 eller 19".into());
        check_out(w, PackOutcome::Stopped);
    }),
    staff("23-check-out", |w| check_out(w, PackOutcome::MissingMinor)),
    staff("23-check-out-stopped", |w| check_out(w, PackOutcome::Stopped)),
    staff("24-return-ticking", |w| give_back(w, ReturnState::Ticking)),
    staff("24-return", |w| give_back(w, ReturnState::Complete)),
    staff("24-return-done", |w| give_back(w, ReturnState::Returned)),
    patient("25-failure-no-consent", |w| {
        failure(w, FailureReason::NoConsent, false, NUMBER);
    }),
    patient("25-failure-link-not-allowed", |w| {
        failure(w, FailureReason::LinkNotAllowed, false, "");
    }),
    patient("25-failure-link-unusable", |w| {
        failure(w, FailureReason::LinkUnusable, false, NUMBER);
    }),
    patient("25-failure-wrong-code", |w| {
        failure(w, FailureReason::WrongCode, false, NUMBER);
    }),
    patient("25-failure-refused", |w| {
        failure(w, FailureReason::Refused, false, NUMBER);
    }),
    patient("25-failure-not-found", |w| {
        failure(w, FailureReason::NotFound, false, NUMBER);
    }),
    patient("25-failure-over-already", |w| {
        failure(w, FailureReason::OverAlready, false, NUMBER);
    }),
    patient("25-failure-room-full", |w| {
        failure(w, FailureReason::RoomFull, true, "");
    }),
    patient("25-failure-nobody-let-in", |w| {
        failure(w, FailureReason::NobodyLetIn, true, NUMBER);
    }),
    patient("25-failure-service-busy", |w| {
        failure(w, FailureReason::ServiceBusy, true, NUMBER);
    }),
    patient("25-failure-no-sound", |w| {
        failure(w, FailureReason::NoCameraOrSound, true, NUMBER);
    }),
    patient("25-failure-no-sound-no-number", |w| {
        failure(w, FailureReason::NoCameraOrSound, true, "");
    }),
    patient("25-failure-no-network", |w| {
        failure(w, FailureReason::NoNetwork, true, NUMBER);
    }),
    patient("19-ended-lost", |w| {
        failure(w, FailureReason::CutOff, true, NUMBER);
    }),
];

/// The number to ring.
const NUMBER: &str = "060-12\u{a0}34\u{a0}56";
