//! Screens after the meeting, and the plain ones: help, repair, what could not be done, shall the visit be given up.

use kit_screens as ui;

use super::page::Page;
use super::words;
use crate::meeting::{Loss, Refusal};
use crate::visit::event::{Act, Trouble, WipeItem};
use crate::visit::gates::Gate;
use crate::visit::reservation::Telephone;
use crate::visit::state::Failure;
use crate::visit::view::Sentence;

impl Page<'_> {
    /// §4.16.
    pub(super) fn summary(&self, most_present: usize, minutes: i64) -> ui::Screen {
        let ended = self.global::<ui::Ended>();
        ended.set_people(words::count(most_present));
        ended.set_minutes(i32::try_from(minutes).unwrap_or(i32::MAX));
        ui::Screen::Ended
    }

    /// §4.16, lost.
    pub(super) fn lost(&self, telephone: Option<&Telephone>) -> ui::Screen {
        self.failure(ui::FailureReason::CutOff, telephone)
    }

    /// §4.17. Here begins what may not remember the visit, so its people and numbers go too.
    pub(super) fn wipe(&self, checked: &[WipeItem]) -> ui::Screen {
        self.forget_people();
        self.global::<ui::Failure>().set_phone("".into());
        let wipe = self.global::<ui::Wipe>();
        wipe.set_media_gone(checked.contains(&WipeItem::Media));
        wipe.set_link_gone(checked.contains(&WipeItem::Link));
        wipe.set_login_gone(checked.contains(&WipeItem::Login));
        wipe.set_state(match self.view.sentence {
            Sentence::NothingLeft { at } => {
                wipe.set_checked_at(words::clock(at, self.time_zone).into());
                ui::WipeState::Done
            }
            Sentence::NotSure => ui::WipeState::NotConfirmed,
            _ => ui::WipeState::UnderWay,
        });
        ui::Screen::Wiped
    }

    /// §4.13.
    pub(super) fn help(&self, in_meeting: bool) -> ui::Screen {
        let help = self.global::<ui::Help>();
        help.set_in_meeting(in_meeting);
        help.set_staff_called(self.view.sentence == Sentence::HelpIsComing);
        ui::Screen::Help
    }

    /// Would the patient rather meet in person?
    pub(super) fn in_person_question(&self) -> ui::Screen {
        self.global::<ui::EndQuestion>().set_asks(ui::EndAsks::InPerson);
        ui::Screen::EndQuestion
    }

    /// Shall the visit be given up?
    pub(super) fn give_up_question(&self) -> ui::Screen {
        let question = self.global::<ui::EndQuestion>();
        question.set_can_in_person(self.offers(Act::AskInPerson));
        question.set_asks(ui::EndAsks::Visit);
        ui::Screen::EndQuestion
    }

    /// §4.14. Where the repair failed, "call us" is what is left.
    pub(super) fn repair(&self, trouble: Trouble) -> ui::Screen {
        let repair = self.global::<ui::Repair>();
        repair.set_under_way(false);
        repair.set_trouble(match trouble {
            _ if self.view.sentence == Sentence::RepairFailed => ui::Trouble::SomethingBroken,
            Trouble::WeHearNothing => ui::Trouble::WeHearNothing,
            Trouble::TheyDoNotHearUs => ui::Trouble::TheyHearNothing,
            Trouble::NoPicture => ui::Trouble::NoPicture,
            Trouble::Broken => ui::Trouble::SomethingBroken,
        });
        ui::Screen::Repair
    }

    /// Not let in, or not reachable.
    pub(super) fn failed(&self, failure: Failure, telephone: Option<&Telephone>) -> ui::Screen {
        self.failure(reason(failure), telephone)
    }

    /// §4.6: the patient said no.
    pub(super) fn cannot_be_held(&self, telephone: Option<&Telephone>) -> ui::Screen {
        self.failure(ui::FailureReason::NoConsent, telephone)
    }

    /// Its buttons are those that the view offers.
    fn failure(&self, reason: ui::FailureReason, telephone: Option<&Telephone>) -> ui::Screen {
        let failure = self.global::<ui::Failure>();
        let offers = |act| self.view.acts.contains(&act);
        failure.set_reason(reason);
        failure.set_can_retry(offers(Act::JoinAgain));
        failure.set_can_go_back(offers(Act::Undo(Gate::Sharing)));
        failure.set_phone(telephone.map(words::number).unwrap_or_default().into());
        ui::Screen::Failure
    }
}

fn reason(failure: Failure) -> ui::FailureReason {
    match failure {
        Failure::Refused(refusal) => match refusal {
            Refusal::NoSuchMeeting => ui::FailureReason::NotFound,
            Refusal::Pin => ui::FailureReason::WrongCode,
            Refusal::NotLetIn => ui::FailureReason::NobodyLetIn,
            Refusal::Full => ui::FailureReason::RoomFull,
            Refusal::LinkNotAllowed => ui::FailureReason::LinkNotAllowed,
            Refusal::LoginNeeded | Refusal::LoginFailed | Refusal::Other => ui::FailureReason::Refused,
        },
        Failure::NotReached(loss) => match loss {
            Loss::Unreachable | Loss::ServiceDown | Loss::Garbage => ui::FailureReason::ServiceBusy,
            Loss::NotTrusted => ui::FailureReason::LinkUnusable,
            Loss::Network => ui::FailureReason::NoNetwork,
            Loss::Media => ui::FailureReason::NoCameraOrSound,
        },
        Failure::OverAlready => ui::FailureReason::OverAlready,
    }
}
