//! The conditions that the routine sets before a meeting (§4.2.2, §4.2.3), in its order.
//!
//! [`Gated`] can only be made by [`Gates::pass`], and a join order can only be made from a [`Gated`]: there is no way
//! into the meeting around a gate. Nothing is pre-selected; every answer can be undone until the tap. Who discloses
//! what is asked one by one, and so are relatives. Neighbour: `answers`, the closed lists.

use jiff::Timestamp;

pub use super::answers::{Answer, Assessment, Gate, Method, Mixed, Privacy, RelativeAnswer, Sharing};
use super::reservation::{InvitedRole, Kinship, LegalMode, Reservation};

/// The answers so far.
#[derive(Debug, Clone)]
pub struct Gates {
    relatives: Vec<Kinship>,
    disclosing: Vec<Discloser>,
    legal_mode: LegalMode,
    /// The present answers with their times. An answer stands here only while its question is asked.
    given: Vec<(Answer, Timestamp)>,
}

/// Somebody who discloses information in the meeting, and has to assess secrecy where the patient cannot consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Discloser {
    /// One of those who are invited.
    Invited(InvitedRole),
    /// All of them, where it is not known who is invited.
    Everybody,
}

/// Whom a question is about, where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum About {
    /// A relative.
    Relative(Kinship),
    /// One who discloses.
    Discloser(Discloser),
}

/// Proof that every gate was passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gated {
    privacy: Privacy,
}

impl Gated {
    /// Whether the sound goes by telephone from the start.
    #[must_use]
    pub fn privacy(&self) -> Privacy {
        self.privacy
    }
}

impl Gates {
    /// No question answered yet.
    #[must_use]
    pub fn new(reservation: &Reservation) -> Self {
        Self {
            relatives: reservation.relatives.clone(),
            disclosing: disclosing(&reservation.invited),
            legal_mode: reservation.legal_mode,
            given: Vec::new(),
        }
    }

    /// Every question of this visit, in order.
    #[must_use]
    pub fn all(&self) -> Vec<Gate> {
        let mut gates = vec![Gate::Identity, Gate::Sharing];
        if self.answer(Gate::Sharing) == Some(Answer::Sharing(Sharing::CannotConsent)) {
            gates.extend((0..self.disclosing.len()).map(Gate::Secrecy));
        }
        if self.legal_mode == LegalMode::Mixed {
            gates.push(Gate::LegalMode);
        }
        gates.extend((0..self.relatives.len()).map(Gate::Relative));
        gates.extend([Gate::Privacy, Gate::RoomSeen]);
        gates
    }

    /// The first question without an answer that lets the meeting be held.
    #[must_use]
    pub fn current(&self) -> Option<Gate> {
        let is_open = |gate: &Gate| !self.answer(*gate).is_some_and(Answer::lets_pass);
        self.all().into_iter().find(is_open)
    }

    /// The answer to one question.
    #[must_use]
    pub fn answer(&self, gate: Gate) -> Option<Answer> {
        self.given(gate).map(|(answer, _)| answer)
    }

    /// When the present answer to one question was given.
    #[must_use]
    pub fn answered_at(&self, gate: Gate) -> Option<Timestamp> {
        self.given(gate).map(|(_, at)| at)
    }

    /// How the patient was identified.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        match self.answer(Gate::Identity) {
            Some(Answer::Identity(method)) => Some(method),
            _ => None,
        }
    }

    /// Whom a question is about, where there are several.
    #[must_use]
    pub fn about(&self, gate: Gate) -> Option<About> {
        match gate {
            Gate::Relative(index) => self.relatives.get(index).copied().map(About::Relative),
            Gate::Secrecy(index) => self.disclosing.get(index).copied().map(About::Discloser),
            _ => None,
        }
    }

    /// The relatives whom the patient wants here, with their place in the list.
    #[must_use]
    pub fn welcome(&self) -> Vec<(usize, Kinship)> {
        let is_welcome = |index: &usize| {
            self.answer(Gate::Relative(*index)) == Some(Answer::Relative(*index, RelativeAnswer::Welcome))
        };
        let relatives = self.relatives.iter().copied().enumerate();
        relatives.filter(|(index, _)| is_welcome(index)).collect()
    }

    /// Whether others than care providers take part and nothing may be shared with them.
    #[must_use]
    pub fn is_sharing_off(&self) -> bool {
        self.answer(Gate::LegalMode) == Some(Answer::LegalMode(Mixed::SharingOff))
    }

    /// What may be answered now: only to the current question. The ways by `BankID` end elsewhere.
    #[must_use]
    pub fn choices(&self) -> Vec<Answer> {
        match self.current() {
            None => Vec::new(),
            Some(Gate::Identity) => [Method::StaffInRoom, Method::KnownFromBefore]
                .map(Answer::Identity)
                .to_vec(),
            // A "no" stands until the care worker takes it back; it is not argued with.
            Some(Gate::Sharing) if self.answer(Gate::Sharing).is_some() => Vec::new(),
            Some(Gate::Sharing) => [Sharing::Consent, Sharing::Refused, Sharing::CannotConsent]
                .map(Answer::Sharing)
                .to_vec(),
            Some(Gate::Secrecy(index)) => [Assessment::Made, Assessment::NotYet]
                .map(|assessment| Answer::Secrecy(index, assessment))
                .to_vec(),
            Some(Gate::LegalMode) => [Mixed::SharingLifted, Mixed::SharingOff]
                .map(Answer::LegalMode)
                .to_vec(),
            Some(Gate::Relative(index)) => [RelativeAnswer::Welcome, RelativeAnswer::NotWelcome]
                .map(|answer| Answer::Relative(index, answer))
                .to_vec(),
            Some(Gate::Privacy) => [Privacy::NobodyElse, Privacy::SoundByTelephone]
                .map(Answer::Privacy)
                .to_vec(),
            Some(Gate::RoomSeen) => vec![Answer::RoomSeen],
        }
    }

    /// Notes an answer and its time.
    pub(super) fn note(&mut self, answer: Answer, now: Timestamp) {
        self.undo(answer.gate());
        self.given.push((answer, now));
    }

    /// Takes an answer back, and with it what was asked only because of it.
    pub(super) fn undo(&mut self, gate: Gate) {
        self.given.retain(|(given, _)| given.gate() != gate);
        if gate == Gate::Sharing {
            self.given
                .retain(|(given, _)| !matches!(given, Answer::Secrecy(..)));
        }
    }

    /// The proof, once every question has an answer with which the meeting can be held.
    #[must_use]
    pub fn pass(&self) -> Option<Gated> {
        match (self.current(), self.answer(Gate::Privacy)) {
            (None, Some(Answer::Privacy(privacy))) => Some(Gated { privacy }),
            _ => None,
        }
    }

    fn given(&self, gate: Gate) -> Option<(Answer, Timestamp)> {
        self.given.iter().copied().find(|(given, _)| given.gate() == gate)
    }
}

/// Each invited role that knows something of the patient by its work, once.
fn disclosing(invited: &[InvitedRole]) -> Vec<Discloser> {
    let mut parties: Vec<Discloser> = Vec::new();
    for role in invited.iter().filter(|role| role.discloses()) {
        if !parties.contains(&Discloser::Invited(*role)) {
            parties.push(Discloser::Invited(*role));
        }
    }
    if parties.is_empty() {
        parties.push(Discloser::Everybody);
    }
    parties
}
