//! The conditions that the routine sets before a meeting (§4.2.2, §4.2.3), in its order.
//!
//! [`Gated`] can only be made by [`Gates::pass`], and a join order can only be made from a [`Gated`]: there is no way
//! into the meeting around a gate. Nothing is pre-selected; every answer can be undone until the tap.

use jiff::Timestamp;

use super::reservation::Kinship;

/// The questions, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Gate {
    /// Who is the patient?
    Identity,
    /// May the organisations share what they know?
    Sharing,
    /// May this relative take part? The number is the place in the reservation's list.
    Relative(usize),
    /// Can anybody else see or hear?
    Privacy,
    /// Is everybody in the room on the picture?
    RoomSeen,
}

/// How the patient was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Method {
    /// The care worker in the room vouches.
    StaffInRoom,
    /// The patient is known to the care worker from before.
    KnownFromBefore,
}

/// On what ground information may be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Sharing {
    /// The patient consents.
    Consent,
    /// The patient says no: the meeting cannot be held like this.
    Refused,
    /// The patient cannot consent, and not everybody who discloses has assessed secrecy yet.
    AssessmentMissing,
    /// The patient cannot consent; everybody who discloses has assessed secrecy.
    Assessed,
}

/// Whether others can hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Privacy {
    /// Nobody else sees or hears.
    NobodyElse,
    /// In doubt: the sound goes by telephone.
    SoundByTelephone,
}

/// One answer by the care worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Answer {
    /// To [`Gate::Identity`].
    Identity(Method),
    /// To [`Gate::Sharing`].
    Sharing(Sharing),
    /// To [`Gate::Relative`]: may take part or not.
    Relative(usize, RelativeAnswer),
    /// To [`Gate::Privacy`].
    Privacy(Privacy),
    /// To [`Gate::RoomSeen`].
    RoomSeen,
}

/// What the patient says about one relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum RelativeAnswer {
    /// May take part.
    Welcome,
    /// May not take part.
    NotWelcome,
}

impl Answer {
    /// The question that this answers.
    #[must_use]
    pub fn gate(self) -> Gate {
        match self {
            Answer::Identity(_) => Gate::Identity,
            Answer::Sharing(_) => Gate::Sharing,
            Answer::Relative(index, _) => Gate::Relative(index),
            Answer::Privacy(_) => Gate::Privacy,
            Answer::RoomSeen => Gate::RoomSeen,
        }
    }
}

/// The answers so far.
#[derive(Debug, Clone)]
pub struct Gates {
    identity: Option<Method>,
    sharing: Option<Sharing>,
    relatives: Vec<(Kinship, Option<RelativeAnswer>)>,
    privacy: Option<Privacy>,
    room_seen: bool,
    /// When each question got its present answer.
    answered: Vec<(Gate, Timestamp)>,
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
    pub fn new(relatives: &[Kinship]) -> Self {
        Self {
            identity: None,
            sharing: None,
            relatives: relatives.iter().map(|kinship| (*kinship, None)).collect(),
            privacy: None,
            room_seen: false,
            answered: Vec::new(),
        }
    }

    /// Every question of this visit, in order.
    #[must_use]
    pub fn all(&self) -> Vec<Gate> {
        let mut gates = vec![Gate::Identity, Gate::Sharing];
        gates.extend((0..self.relatives.len()).map(Gate::Relative));
        gates.extend([Gate::Privacy, Gate::RoomSeen]);
        gates
    }

    /// The first question without an answer that lets the meeting be held.
    #[must_use]
    pub fn current(&self) -> Option<Gate> {
        self.all().into_iter().find(|gate| !self.is_passed(*gate))
    }

    /// The answer to one question.
    #[must_use]
    pub fn answer(&self, gate: Gate) -> Option<Answer> {
        match gate {
            Gate::Identity => self.identity.map(Answer::Identity),
            Gate::Sharing => self.sharing.map(Answer::Sharing),
            Gate::Relative(index) => {
                let (_, answer) = self.relatives.get(index)?;
                answer.map(|answer| Answer::Relative(index, answer))
            }
            Gate::Privacy => self.privacy.map(Answer::Privacy),
            Gate::RoomSeen => self.room_seen.then_some(Answer::RoomSeen),
        }
    }

    /// When the present answer to one question was given.
    #[must_use]
    pub fn answered_at(&self, gate: Gate) -> Option<Timestamp> {
        let entry = self.answered.iter().find(|(answered, _)| *answered == gate);
        entry.map(|(_, at)| *at)
    }

    /// Kinship of the relative that a [`Gate::Relative`] asks about.
    #[must_use]
    pub fn kinship(&self, index: usize) -> Option<Kinship> {
        self.relatives.get(index).map(|(kinship, _)| *kinship)
    }

    /// What may be answered now: only to the current question.
    #[must_use]
    pub fn choices(&self) -> Vec<Answer> {
        match self.current() {
            None => Vec::new(),
            Some(Gate::Identity) => {
                vec![
                    Answer::Identity(Method::StaffInRoom),
                    Answer::Identity(Method::KnownFromBefore),
                ]
            }
            Some(Gate::Sharing) => self.sharing_choices(),
            Some(Gate::Relative(index)) => vec![
                Answer::Relative(index, RelativeAnswer::Welcome),
                Answer::Relative(index, RelativeAnswer::NotWelcome),
            ],
            Some(Gate::Privacy) => {
                vec![
                    Answer::Privacy(Privacy::NobodyElse),
                    Answer::Privacy(Privacy::SoundByTelephone),
                ]
            }
            Some(Gate::RoomSeen) => vec![Answer::RoomSeen],
        }
    }

    /// Notes an answer and its time.
    pub(super) fn note(&mut self, answer: Answer, now: Timestamp) {
        self.answered.retain(|(gate, _)| *gate != answer.gate());
        self.answered.push((answer.gate(), now));
        match answer {
            Answer::Identity(method) => self.identity = Some(method),
            Answer::Sharing(sharing) => self.sharing = Some(sharing),
            Answer::Relative(index, answer) => {
                if let Some(entry) = self.relatives.get_mut(index) {
                    entry.1 = Some(answer);
                }
            }
            Answer::Privacy(privacy) => self.privacy = Some(privacy),
            Answer::RoomSeen => self.room_seen = true,
        }
    }

    /// Takes an answer back.
    pub(super) fn undo(&mut self, gate: Gate) {
        self.answered.retain(|(answered, _)| *answered != gate);
        match gate {
            Gate::Identity => self.identity = None,
            Gate::Sharing => self.sharing = None,
            Gate::Relative(index) => {
                if let Some(entry) = self.relatives.get_mut(index) {
                    entry.1 = None;
                }
            }
            Gate::Privacy => self.privacy = None,
            Gate::RoomSeen => self.room_seen = false,
        }
    }

    /// The proof, once every question has an answer with which the meeting can be held.
    #[must_use]
    pub fn pass(&self) -> Option<Gated> {
        if self.current().is_some() {
            return None;
        }
        self.privacy.map(|privacy| Gated { privacy })
    }

    fn is_passed(&self, gate: Gate) -> bool {
        match self.answer(gate) {
            None | Some(Answer::Sharing(Sharing::Refused | Sharing::AssessmentMissing)) => false,
            Some(_) => true,
        }
    }

    fn sharing_choices(&self) -> Vec<Answer> {
        match self.sharing {
            Some(Sharing::AssessmentMissing) => vec![Answer::Sharing(Sharing::Assessed)],
            // A "no" stands until the care worker takes it back; it is not argued with.
            Some(Sharing::Refused) => Vec::new(),
            _ => vec![
                Answer::Sharing(Sharing::Consent),
                Answer::Sharing(Sharing::Refused),
                Answer::Sharing(Sharing::AssessmentMissing),
            ],
        }
    }
}
