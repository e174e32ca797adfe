//! Whose rows a connection may touch.
//!
//! Every statement names its tenant in its own WHERE; the scope is the second lock on the same door. PostgreSQL's
//! policies compare each row with it, so a statement that forgot its WHERE finds its own tenant's rows and no others.

use fleet_api::TenantId;

/// Whose rows a connection may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Scope {
    /// One tenant's, and for a region the names of its municipalities.
    Tenant(TenantId),
    /// All tenants', for a reason that has a name.
    All(Exception),
}

/// Why something looks beyond one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Exception {
    /// It is about to learn whose a token, a code, a kit or a reservation is.
    WhoseIsIt,
    /// The operator's own command line and settings, and the server's rounds through all tenants.
    Operator,
    /// What has been kept long enough is erased, whoever's it is.
    Retention,
    /// What stops one tenant's visit is told to another, and what has yet to arrive is sent, whoever's it is.
    Alerts,
    /// It compares a meeting with those that are booked in the whole region, and learns only whether it is among them.
    BookedTwice,
    /// A kit goes from one municipality to another.
    HandOver,
    /// A kit becomes somebody else's property: whoever has it, whose it was and whose it becomes read so.
    ChangeOfOwner,
    /// A kit's life is told to whoever has the kit, at whichever municipality it was lived.
    KitsPast,
    /// A server says that it is alive, and clears away after those that are not, whoever's kits were connected to them.
    Presence,
}

impl Exception {
    /// As it stands in PostgreSQL's setting `fleet.exception`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WhoseIsIt => "whose_is_it",
            Self::Operator => "operator",
            Self::Retention => "retention",
            Self::Alerts => "alerts",
            Self::BookedTwice => "booked_twice",
            Self::HandOver => "hand_over",
            Self::ChangeOfOwner => "change_of_owner",
            Self::KitsPast => "kits_past",
            Self::Presence => "presence",
        }
    }
}

impl From<TenantId> for Scope {
    fn from(tenant: TenantId) -> Self {
        Self::Tenant(tenant)
    }
}

impl From<Exception> for Scope {
    fn from(exception: Exception) -> Self {
        Self::All(exception)
    }
}
