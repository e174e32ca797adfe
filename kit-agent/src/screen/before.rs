//! Screens from the shelf to the tap: ready, the tile, the staff's code, the gates.

use jiff::tz::TimeZone;
use kit_screens as ui;

use super::page::Page;
use super::{roles, rows, words};
use crate::visit::event::Act;
use crate::visit::gates::{About, Answer, Discloser, Gate};
use crate::visit::readiness::NotReady;
use crate::visit::reservation::{AdoptedText, TextVersion, Title};
use crate::visit::view::{GateRow, GateRows, KeyPad, ReadyFacts, Sentence, Tile};

impl Page<'_> {
    /// §4.1.
    pub(super) fn shelf(&self, facts: ReadyFacts) -> ui::Screen {
        let kit = self.global::<ui::Kit>();
        kit.set_next_meeting(words::clock_or_empty(facts.next, self.time_zone).into());
        kit.set_cleaned_at(words::clock_or_empty(facts.cleaned_at, self.time_zone).into());
        kit.set_shelf_act(self.shelf_act());
        match self.view.sentence {
            Sentence::NextMeeting => kit.set_ready(ui::Ready::MeetingBooked),
            Sentence::NothingBooked => kit.set_ready(ui::Ready::NothingBooked),
            Sentence::NotReady(reason) => {
                kit.set_not_ready(not_ready(reason));
                return ui::Screen::NotReady;
            }
            _ => return ui::Screen::Starting,
        }
        ui::Screen::Ready
    }

    /// The one next thing for the care worker, where there is one.
    fn shelf_act(&self) -> ui::ShelfAct {
        let offers = |act| self.view.acts.contains(&act);
        if offers(Act::CheckOut) {
            ui::ShelfAct::CheckOut
        } else if offers(Act::Clean) {
            ui::ShelfAct::Clean
        } else if offers(Act::CheckAgain) {
            ui::ShelfAct::CheckAgain
        } else {
            ui::ShelfAct::None
        }
    }

    /// §4.2.
    pub(super) fn tile(&self, tile: Tile) -> ui::Screen {
        let invitation = self.global::<ui::Invitation>();
        invitation.set_time(words::clock(tile.starts_at, self.time_zone).into());
        invitation.set_opens_at(words::clock(tile.opens_at, self.time_zone).into());
        invitation.set_title(match tile.title {
            Title::CarePlanMeeting => ui::BookedTitle::CarePlanMeeting,
            Title::CareVisit => ui::BookedTitle::CareVisit,
        });
        invitation.set_state(match self.view.sentence {
            Sentence::OpensAt => ui::InvitationState::Early,
            Sentence::ReadyToJoin => ui::InvitationState::Ready,
            Sentence::MeetingHasBegun => ui::InvitationState::Late,
            Sentence::Connecting => ui::InvitationState::Connecting,
            _ => ui::InvitationState::GatesOpen,
        });
        ui::Screen::MeetingToday
    }

    /// §4.5.
    pub(super) fn key_pad(&self, pad: KeyPad) -> ui::Screen {
        let key = self.global::<ui::StaffKey>();
        key.set_digits_entered(words::count(self.around.digits_typed));
        key.set_tries_left(pad.tries_left.into());
        key.set_patient_can_join(pad.patient_can_join);
        key.set_valid_until(words::clock_or_empty(pad.valid_until, self.time_zone).into());
        if let Some(until) = pad.locked_until {
            key.set_minutes_locked(words::minutes_until(until, self.around.now));
        }
        key.set_state(match self.view.sentence {
            Sentence::ShiftOver => ui::StaffKeyState::ShiftOver,
            Sentence::CodeLocked => ui::StaffKeyState::Locked,
            Sentence::WrongCode => ui::StaffKeyState::Wrong,
            _ => ui::StaffKeyState::Entering,
        });
        ui::Screen::StaffKey
    }

    /// §4.6; where the patient said no, the sentence that says what that means.
    pub(super) fn gates(&self, shown: &GateRows) -> ui::Screen {
        if self.view.sentence == Sentence::CannotBeHeld {
            return self.cannot_be_held(shown.telephone.as_ref());
        }
        let gates = self.global::<ui::Gates>();
        let current = shown.current;
        let row = |row: &GateRow| gate_row(*row, current, self.time_zone);
        let all: Vec<_> = shown.rows.iter().map(row).collect();
        let done = all.iter().filter(|row| row.state == ui::GateState::Done).count();
        rows::write(&gates.get_rows(), all, |all| gates.set_rows(all));
        gates.set_done(words::count(done));
        gates.set_text_version(words::text_version(shown.text_version).into());
        gates.set_staff_vouches(shown.staff_vouches);
        gates.set_bank_id(shown.bank_id);
        gates.set_closing(self.view.sentence == Sentence::PanelCloses);
        ui::Screen::Gates
    }

    /// §4.6, the text.
    pub(super) fn consent_text(&self, version: TextVersion, text: Option<&AdoptedText>) -> ui::Screen {
        let gates = self.global::<ui::Gates>();
        let adopted = text.map(|text| match self.language {
            ui::Language::English => &text.english,
            _ => &text.swedish,
        });
        let pages = adopted.map(|text| words::pages(text)).unwrap_or_default();
        let pages = pages.into_iter().map(Into::into).collect();
        rows::write(&gates.get_adopted(), pages, |pages| gates.set_adopted(pages));
        gates.set_text_version(words::text_version(version).into());
        ui::Screen::ConsentText
    }
}

fn not_ready(reason: NotReady) -> ui::NotReady {
    match reason {
        NotReady::SelfTest => ui::NotReady::SelfTestFailed,
        NotReady::Clean => ui::NotReady::Clean,
        NotReady::Charge => ui::NotReady::Charge,
        NotReady::Network => ui::NotReady::NoNetwork,
    }
}

fn gate_row(row: GateRow, current: Option<Gate>, time_zone: &TimeZone) -> ui::GateRow {
    ui::GateRow {
        question: question(row),
        relative: match row.about {
            Some(About::Relative(kinship)) => roles::relative(kinship),
            Some(About::Discloser(Discloser::Invited(role))) => roles::invited(role),
            Some(About::Discloser(Discloser::Everybody)) | None => ui::Role::Relative,
        },
        state: if current == Some(row.gate) {
            ui::GateState::Current
        } else if row.answer.is_some_and(Answer::lets_pass) {
            ui::GateState::Done
        } else {
            ui::GateState::Later
        },
        done_at: words::clock_or_empty(row.answered_at, time_zone).into(),
    }
}

fn question(row: GateRow) -> ui::GateQuestion {
    match row.gate {
        Gate::Identity => ui::GateQuestion::WhoIsPatient,
        Gate::Secrecy(_) if row.about == Some(About::Discloser(Discloser::Everybody)) => {
            ui::GateQuestion::CannotConsent
        }
        Gate::Secrecy(_) => ui::GateQuestion::PartyAssessed,
        Gate::LegalMode => ui::GateQuestion::OthersMayKnow,
        Gate::Sharing => ui::GateQuestion::ShareInformation,
        Gate::Relative(_) => ui::GateQuestion::RelativePresent,
        Gate::Privacy => ui::GateQuestion::NobodyElse,
        Gate::RoomSeen => ui::GateQuestion::RoomSeen,
    }
}
