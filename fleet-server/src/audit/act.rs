//! Who acts, in whose name, and when.

use fleet_api::{CareWorkerId, KitId, PersonId};
use jiff::Timestamp;

use crate::domain::role::Role;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever runs commands on the server itself.
    Operator,
    /// Whoever holds a token, by its public part.
    Administrator(String),
    /// Somebody who has logged in, in the role that they had then.
    Person(Role, PersonId),
    /// A kit, by its certificate.
    Kit(KitId),
    /// The server's own background work.
    Server,
}

impl Actor {
    /// What somebody is, without who they are, of an actor as it is written.
    #[must_use]
    pub fn kind(written: &str) -> &str {
        written.split(' ').next().unwrap_or_default()
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Administrator(name) => write!(f, "administrator {name}"),
            Self::Person(role, person) => write!(f, "{} {person}", role.name()),
            Self::Kit(kit) => write!(f, "kit {kit}"),
            Self::Server => f.write_str("server"),
        }
    }
}

/// One act: every change in the store is made by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// The care worker in whose name it was done.
    pub on_behalf_of: Option<CareWorkerId>,
    /// When.
    pub at: Timestamp,
}

impl Act {
    /// An act in nobody else's name.
    #[must_use]
    pub fn by(actor: Actor, at: Timestamp) -> Self {
        Self {
            actor,
            on_behalf_of: None,
            at,
        }
    }

    /// The same act in a care worker's name.
    #[must_use]
    pub fn for_worker(self, worker: CareWorkerId) -> Self {
        Self {
            on_behalf_of: Some(worker),
            ..self
        }
    }
}

/// A bare time is an act of the operator's command line.
impl From<Timestamp> for Act {
    fn from(at: Timestamp) -> Self {
        Self::by(Actor::Operator, at)
    }
}
