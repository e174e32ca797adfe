//! A login under way at the provider: one person before a page with a QR code, one order of BankID after the other.
//!
//! An order that nobody opened within 30 s is replaced without the person noticing, for as long as the patience lasts.

use crate::bank_id::{BankIdControl, Begun, Progress};
use crate::people::Person;

use super::request::Authorization;

/// A login under way.
pub(super) struct Login {
    pub(super) purpose: Purpose,
    pub(super) order: Begun,
    pub(super) outcome: Option<Outcome>,
    /// What the app says, as BankID's hint code.
    pub(super) hint: String,
    gives_up: u64,
}

/// What a login is for.
#[derive(Clone)]
pub(super) enum Purpose {
    /// A browser is sent back with a code.
    Browser(Box<Authorization>),
    /// A device that waits elsewhere gets the login.
    Device { device_code: String, client_id: String },
}

/// How a login has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Person(Box<Person>),
    Failed(String),
}

impl Login {
    /// Begins the first order.
    pub(super) fn begin(purpose: Purpose, bank_id: &BankIdControl, gives_up: u64) -> anyhow::Result<Self> {
        Ok(Self {
            order: bank_id.begin(purpose.message())?,
            purpose,
            outcome: None,
            hint: "outstandingTransaction".into(),
            gives_up,
        })
    }

    pub(super) fn client_id(&self) -> &str {
        match &self.purpose {
            Purpose::Browser(request) => &request.client_id,
            Purpose::Device { client_id, .. } => client_id,
        }
    }

    /// Looks how far the person has come.
    pub(super) fn look(&mut self, bank_id: &BankIdControl, staff_only: bool, unix: u64) {
        if self.outcome.is_some() {
            return;
        }
        match bank_id.progress(&self.order.order_ref) {
            Progress::Pending(hint) => self.hint = hint,
            Progress::Failed(hint) if hint == "startFailed" && unix < self.gives_up => {
                match bank_id.begin(self.purpose.message()) {
                    Ok(order) => self.order = order,
                    Err(_) => self.outcome = Some(Outcome::Failed(hint)),
                }
            }
            Progress::Failed(hint) => self.outcome = Some(Outcome::Failed(hint)),
            Progress::Complete(user) => {
                let people = bank_id.people();
                let person = people
                    .into_iter()
                    .find(|person| person.personal_number == user.personal_number)
                    .filter(|person| person.staff.is_some() || !staff_only);
                self.outcome = Some(match person {
                    Some(person) => Outcome::Person(Box::new(person)),
                    None => Outcome::Failed("notStaff".into()),
                });
            }
        }
    }

    /// The person gives up on the page.
    pub(super) fn cancel(&mut self, bank_id: &BankIdControl) {
        if self.outcome.is_none() {
            bank_id.give_up(&self.order.order_ref);
            self.outcome = Some(Outcome::Failed("cancelled".into()));
        }
    }
}

impl Purpose {
    fn message(&self) -> Option<&str> {
        match self {
            Self::Browser(request) => request.message.as_deref(),
            Self::Device { .. } => None,
        }
    }
}
