//! The made-up facts that the states show: one function for each screen that brings the window into it. Here what comes before a
//! meeting; the meeting itself is in `facts_in_meeting`, the care of the kit in `facts_of_kit`.

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

pub(crate) fn failure(w: &KitWindow, reason: FailureReason, can_retry: bool, number: &str) {
    let failure = w.global::<Failure>();
    failure.set_reason(reason);
    failure.set_can_retry(can_retry);
    failure.set_can_go_back(reason == FailureReason::NoConsent);
    failure.set_phone(number.into());
    w.set_screen(Screen::Failure);
}

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

/// Rows for a list on the screen.
pub(crate) fn model<T: Clone + 'static>(items: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(items))
}
