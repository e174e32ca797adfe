//! The only place with SQL.
//!
//! SQLite in WAL mode: one connection writes, several read. Every commit is on disk before it is answered
//! (`synchronous = FULL`). Every query names the tenant. Those that cannot say
//! why: they find the tenant (by the name of a token or a code, or for the operator's command line) or work for all
//! tenants. Deleted content is overwritten in the file (`secure_delete`).

mod agreements;
mod alert_channels;
mod alerts;
mod audit;
mod check_outs;
mod commands;
mod deliveries;
mod enrolment;
mod error;
mod first_codes;
mod follow_up;
mod hygiene;
mod intake;
mod kit_health;
mod kit_life;
mod kits;
mod organisation;
mod parts;
mod people;
mod ratings;
mod rebooking;
mod reservations;
mod spares;
mod support;
mod tenants;
mod tickets;
mod tokens;
mod training;
mod vault;

use std::{path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use alert_channels::Channel;
pub use alerts::OpenAlert;
pub use check_outs::CheckOut;
pub use deliveries::{CLAIM, Delivery};
pub use enrolment::{CodeUse, NewCode};
pub use error::StoreError;
pub use first_codes::NewFirstCode;
pub use follow_up::BookedMeeting;
pub use kit_health::KitHealth;
pub use kit_life::LifeStep;
pub use kits::{Kit, KitKey};
pub use organisation::{CareWorker, Unit};
pub use parts::RegisteredPart;
pub use people::{NewLogin, Person};
pub use ratings::{Answers, Asked};
pub use reservations::{BookedReservation, NewReservation};
pub use support::SupportAccess;
pub use tenants::{NewTenant, Settings, Tenant};
pub use tickets::{Ticket, TicketStep};
pub use tokens::NewToken;
pub use training::Learnt;
pub use vault::Vault;

use intake::Intake;

/// Handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    reader: SqlitePool,
    writer: SqlitePool,
    vault: Arc<Vault>,
    intake: Intake,
}

impl Store {
    /// Opens the database, creating it where it is missing, and brings its tables up to date.
    pub async fn open(file: &Path, vault: Vault) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .pragma("secure_delete", "ON");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("migrations/sqlite")
            .run(&writer)
            .await
            .map_err(StoreError::Migration)?;
        let reader = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await?;
        let intake = Intake::start(writer.clone());
        Ok(Self {
            reader,
            writer,
            vault: Arc::new(vault),
            intake,
        })
    }

    /// Whether the database answers.
    pub async fn is_healthy(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.reader).await.is_ok()
    }

    /// A transaction that may write; the next one waits until it is over.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Waits for running queries and closes the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Times are stored as milliseconds since 1970 (UTC).
fn stored(time: Timestamp) -> i64 {
    time.as_millisecond()
}

fn read_time(column: &'static str, stored: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(stored).map_err(|_| StoreError::Damaged(column))
}
