//! What the servers on one PostgreSQL tell each other (LISTEN and NOTIFY). Beside SQLite there is no other server.
//!
//! A signal carries no state, so one that is lost costs at most the time until the kit asks by itself.

use fleet_api::{DeviceId, TenantId};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, postgres::PgListener};
use uuid::Uuid;

use super::{KitKey, Store, StoreError};

const CHANNEL: &str = "fleet_signals";
/// Most signals in one notification: PostgreSQL takes 8,000 bytes, a signal has some 120.
const PER_NOTIFICATION: usize = 50;

/// What a server tells the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The kit shall sync now.
    SyncNow(KitKey),
    /// The kit's connection shall end.
    Disconnect(KitKey),
    /// The kit was enrolled anew, as this device: a connection of an earlier enrolment shall end.
    Enrolled(KitKey, DeviceId),
    /// Something of the tenant's has changed.
    Changed(TenantId),
}

/// Tells the other servers.
#[derive(Debug, Clone)]
pub struct Teller {
    own: Uuid,
    pool: PgPool,
}

/// Hears the other servers.
#[derive(Debug)]
pub struct Hearer {
    own: Uuid,
    pool: PgPool,
    listener: PgListener,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Another server's signals.
    Signals(Vec<Signal>),
    /// The connection was lost for a while; signals may have passed unheard.
    Gap,
}

#[derive(Serialize, Deserialize)]
struct Notification {
    from: Uuid,
    signals: Vec<Signal>,
}

impl Store {
    /// Joins the other servers on the same database, where there can be any. Signals are heard from now on.
    pub async fn join_others(&self) -> Result<Option<(Teller, Hearer)>, StoreError> {
        let Some(pool) = self.database.server() else {
            return Ok(None);
        };
        let own = Uuid::now_v7();
        let hearer = Hearer {
            own,
            pool: pool.clone(),
            listener: listen(pool).await?,
        };
        let pool = pool.clone();
        Ok(Some((Teller { own, pool }, hearer)))
    }
}

impl Teller {
    /// Tells all other servers.
    pub async fn tell(&self, signals: &[Signal]) -> Result<(), StoreError> {
        for signals in signals.chunks(PER_NOTIFICATION) {
            let notification = Notification {
                from: self.own,
                signals: signals.to_vec(),
            };
            sqlx::query("SELECT pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(serde_json::to_string(&notification).expect("signals are plain data"))
                .execute(&self.pool)
                .await?;
        }
        Ok(())
    }
}

impl Hearer {
    /// Begins anew after an error; signals are heard again from now on.
    pub async fn rejoin(&mut self) -> Result<(), StoreError> {
        self.listener = listen(&self.pool).await?;
        Ok(())
    }

    /// Waits for the next word of another server.
    pub async fn hear(&mut self) -> Result<Heard, StoreError> {
        loop {
            let Some(notification) = self.listener.try_recv().await? else {
                return Ok(Heard::Gap);
            };
            match serde_json::from_str::<Notification>(notification.payload()) {
                Ok(told) if told.from == self.own => {}
                Ok(told) => return Ok(Heard::Signals(told.signals)),
                Err(_) => tracing::warn!("a newer server said something that this one does not understand"),
            }
        }
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
