//! The only place with SQL.
//!
//! SQLite or PostgreSQL; `database` hides which. Every commit is on disk before it is answered. Every statement names the
//! tenant in its WHERE, and every connection is lent for one tenant's rows (`database::scope`). What looks further has a
//! name (`Exception`): it finds the tenant (by the name of a token or a code, or for the operator's command line) or works
//! for all tenants. Deleted content is overwritten in SQLite's file.

mod agreements;
mod alert_channels;
mod alerts;
mod attendance;
mod attendance_provider;
mod audit;
mod audit_ends;
mod booked;
mod booked_once;
mod care_providers;
mod care_workers;
mod changes;
mod check_outs;
mod commands;
mod custodians;
mod database;
mod deliveries;
mod enrolment;
mod error;
mod first_codes;
mod follow_up;
mod hand_over;
mod hygiene;
mod identification;
mod information_owners;
mod intake;
mod invitations;
mod join_grants;
mod kit_health;
mod kit_life;
mod kit_owner;
mod kit_sign_offs;
mod kits;
mod old_visits;
mod particulars;
mod parts;
mod people;
mod presence;
mod processing;
mod ratings;
mod rebooking;
mod register;
mod requests;
mod reservations;
mod sessions;
mod shifts;
mod signals;
mod spares;
mod staff_logins;
mod standing;
mod support;
mod tenants;
mod terms;
mod ticket_assignees;
mod tickets;
mod tokens;
mod told_again;
mod training;
mod uncleaned;
mod units;
mod vault;
mod wholeness;

use fleet_api::TenantId;
use std::{path::Path, sync::Arc};

use jiff::Timestamp;

pub use alert_channels::Channel;
pub use alerts::OpenAlert;
pub use attendance::AttendanceChain;
pub use audit_ends::SealedEnd;
pub use booked::BookedReservation;
pub use care_providers::CareProvider;
pub use care_workers::CareWorker;
pub use changes::Changes;
pub use check_outs::CheckOut;
pub use custodians::Custodian;
pub use database::{ConnectionString, NotAConnectionString, Place};
pub use deliveries::{CLAIM, Delivery};
pub use enrolment::{CodeUse, NewCode};
pub use error::StoreError;
pub use first_codes::NewFirstCode;
pub use follow_up::BookedMeeting;
pub use information_owners::InformationOwner;
pub use invitations::FromInvitation;
pub use kit_health::KitHealth;
pub use kit_life::LifeStep;
pub use kits::{Kit, KitKey};
pub use parts::RegisteredPart;
pub use people::{NewLogin, Person};
pub use presence::Presence;
pub use ratings::{Answers, Asked};
pub use requests::Claim;
pub use reservations::NewReservation;
pub use signals::{Heard, Hearer, Signal, Teller};
pub use staff_logins::{BegunLogin, LoginUnderWay, Vouched};
pub use support::SupportAccess;
pub use tenants::{NewTenant, Settings, Tenant};
pub use terms::{RequestKey, Terms};
pub use tickets::{Ticket, TicketStep};
pub use tokens::NewToken;
pub use training::Learnt;
pub use uncleaned::Uncleaned;
pub use units::Unit;
pub use vault::Vault;

use database::{Database, Reader, Scope, Transaction};
use intake::Intake;

/// Handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    vault: Arc<Vault>,
    intake: Intake,
    changes: Changes,
}

impl Store {
    /// Opens the database. A file is created where it is missing and brought up to date; the tables on a server are
    /// made by [`Store::migrate`].
    pub async fn open(place: &Place, vault: Vault) -> Result<Self, StoreError> {
        let database = Database::open(place, vault.trail_seal()).await?;
        let intake = Intake::start(database.clone());
        Ok(Self {
            database,
            vault: Arc::new(vault),
            intake,
            changes: Changes::default(),
        })
    }

    /// Brings the tables on a server up to date as their owner, and gives `server`'s role its rights on them.
    pub async fn migrate(owner: &ConnectionString, server: &ConnectionString) -> Result<(), StoreError> {
        database::migrate(owner, server).await
    }

    /// Copies a database that is a file, as it is at this moment; writers go on meanwhile.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        Ok(self.database.copy_to(file).await?)
    }

    /// Whether the database can be read.
    pub async fn answers(&self) -> bool {
        self.database.answers().await
    }

    /// Connections to the database by what they are for: all, and those that nobody uses.
    #[must_use]
    pub fn connections(&self) -> Vec<(&'static str, usize, usize)> {
        self.database.connections()
    }

    /// What seals and opens: for what is kept elsewhere, as a login under way is by its browser.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What has changed since the server started.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// A transaction that may write; the next one in the same scope waits until it is over. When it is committed, the
    /// tenant has changed.
    async fn begin(&self, scope: impl Into<Scope>) -> Result<Transaction, StoreError> {
        let scope = scope.into();
        let transaction = self.database.begin(scope).await?;
        Ok(match scope {
            Scope::Tenant(tenant) => transaction.noting(self.changes.clone(), tenant),
            Scope::All(_) => transaction,
        })
    }

    /// The same for what no page shows: nobody is told.
    async fn begin_quietly(&self, tenant: TenantId) -> Result<Transaction, StoreError> {
        Ok(self.database.begin(tenant.into()).await?)
    }

    /// Where to read.
    fn within(&self, scope: impl Into<Scope>) -> Reader<'_> {
        self.database.within(scope.into())
    }

    /// Waits for running queries and closes the database.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

/// Times are stored as milliseconds since 1970 (UTC). A kit's clock may stand anywhere: of the calendar's last second the beginning
/// is stored, as nothing later is read back.
fn stored(time: Timestamp) -> i64 {
    let last = Timestamp::MAX.as_second() * 1000;
    time.as_millisecond().min(last)
}

fn read_time(column: &'static str, stored: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(stored).map_err(|_| StoreError::Damaged(column))
}
