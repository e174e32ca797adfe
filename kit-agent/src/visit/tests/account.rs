//! What a visit's effects add up to, judged from outside.

use crate::visit::VisitMark;
use crate::visit::effect::{Effect, Gateway, Recorded, SoundRoute};
use crate::visit::event::WipeItem;
use crate::visit::gates::{Answer, Assessment, Gate, Sharing};

/// What the effects add up to, kept apart from the machine's own state.
#[derive(Default)]
pub(super) struct Account {
    pub(super) session_open: bool,
    pub(super) wipe_owed: bool,
    pub(super) wiped: Vec<WipeItem>,
    pub(super) answers: Vec<Answer>,
    pub(super) sound: Option<SoundRoute>,
    /// Whether our picture may leave.
    pub(super) picture: Option<Gateway>,
    /// What was recorded, in order.
    pub(super) recorded: Vec<Recorded>,
    /// A login by the patient is under way: browser or order.
    pub(super) login_open: bool,
}

impl Account {
    /// Takes what one step asked for.
    pub(super) fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Join(_) => {
                    assert!(!self.session_open, "joined twice without leaving");
                    self.session_open = true;
                    self.check_gates();
                }
                Effect::Leave => {
                    assert!(self.session_open, "left without having joined");
                    self.session_open = false;
                }
                Effect::Wipe => self.wiped.clear(),
                Effect::Mark(VisitMark::UnderWay, _) => {
                    self.wipe_owed = true;
                    self.answers.clear();
                }
                Effect::Mark(VisitMark::Clean, _) => {
                    assert!(WipeItem::ALL.iter().all(|item| self.wiped.contains(item)));
                    self.wipe_owed = false;
                }
                Effect::Sound(route) => self.sound = Some(route),
                Effect::Picture(picture) => self.picture = Some(picture),
                Effect::StartBankId | Effect::OpenPortal => {
                    assert!(!self.login_open, "a second login beside the first");
                    self.login_open = true;
                }
                Effect::CloseBrowser => self.login_open = false,
                Effect::Record(record) => self.note(&record.what),
                _ => {}
            }
        }
    }

    fn note(&mut self, what: &Recorded) {
        self.recorded.push(what.clone());
        let answers = &mut self.answers;
        match what {
            Recorded::Answered(answer, ..) => {
                answers.retain(|old| old.gate() != answer.gate());
                answers.push(*answer);
            }
            Recorded::Undone(gate) => {
                answers.retain(|old| old.gate() != *gate);
                if *gate == Gate::Sharing {
                    answers.retain(|old| !matches!(old, Answer::Secrecy(..)));
                }
            }
            _ => {}
        }
    }

    /// Every question must stand answered in the log before the meeting is joined.
    fn check_gates(&self) {
        let answers = &self.answers;
        let has = |answer| answers.contains(&answer);
        assert!(
            answers.iter().any(|answer| answer.gate() == Gate::Identity),
            "nobody was identified"
        );
        let assessed = |party| has(Answer::Secrecy(party, Assessment::Made));
        assert!(
            has(Answer::Sharing(Sharing::Consent))
                || (has(Answer::Sharing(Sharing::CannotConsent)) && assessed(0) && assessed(1)),
            "no ground to share"
        );
        assert!(
            answers.iter().any(|answer| answer.gate() == Gate::LegalMode),
            "others than care providers are here, and nobody asked whether they may know"
        );
        assert!(
            answers.iter().any(|answer| answer.gate() == Gate::Relative(0)),
            "a relative was not asked for"
        );
        assert!(
            answers.iter().any(|answer| answer.gate() == Gate::Privacy),
            "privacy was not asked for"
        );
        assert!(has(Answer::RoomSeen), "the room was not seen");
    }
}
