//! Who was trained in what until when, the versions of the routine, and who has read which.

use std::collections::{BTreeSet, HashMap};

use fleet_api::{CareWorkerId, TenantId};
use jiff::{Timestamp, civil::Date};

use super::{
    Store, StoreError, audit,
    database::{Row, query, query_scalar},
    read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::training::{RoutineVersion, Topic, Training};

/// What a care worker has learnt and read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Trainings, newest first.
    pub trainings: Vec<Training>,
    /// Versions of the routine that they have read, and when.
    pub read: Vec<(u32, Timestamp)>,
}

impl Learnt {
    /// The versions that they have read.
    #[must_use]
    pub fn versions(&self) -> BTreeSet<u32> {
        self.read.iter().map(|(version, _)| *version).collect()
    }
}

impl Store {
    /// Records that somebody was trained. Recording the same training again corrects how long it counts.
    pub async fn record_training(
        &self,
        tenant: TenantId,
        worker: CareWorkerId,
        new: &Training,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO trainings (tenant_id, worker_id, topic, trained_on, valid_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, worker_id, topic, trained_on) DO UPDATE SET valid_until = $5",
        )
        .bind(tenant.0)
        .bind(worker.0)
        .bind(new.topic.name())
        .bind(new.on.to_string())
        .bind(new.valid_until.to_string())
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let trained = AuditEvent::WorkerTrained {
            worker,
            topic: new.topic,
            on: new.on,
            valid_until: new.valid_until,
        };
        audit::append(&mut transaction, tenant, act, &trained).await?;
        Ok(transaction.commit().await?)
    }

    /// Adopts a routine as the next version, which it returns.
    pub async fn adopt_routine(
        &self,
        tenant: TenantId,
        title: &str,
        (from, review_on): (Date, Date),
        act: &Act,
    ) -> Result<u32, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let newest: Option<u32> =
            query_scalar("SELECT max(version) FROM routine_versions WHERE tenant_id = $1")
                .bind(tenant.0)
                .fetch_one(&mut *transaction)
                .await?;
        let version = newest.unwrap_or(0) + 1;
        query(
            "INSERT INTO routine_versions (tenant_id, version, title, from_day, review_day, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(tenant.0)
        .bind(version)
        .bind(title)
        .bind(from.to_string())
        .bind(review_on.to_string())
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let adopted = AuditEvent::RoutineAdopted {
            version,
            title: title.to_owned(),
            from,
            review_on,
        };
        audit::append(&mut transaction, tenant, act, &adopted).await?;
        transaction.commit().await?;
        Ok(version)
    }

    /// Records that somebody has read a version of the routine. Doing it twice changes nothing.
    pub async fn acknowledge_routine(
        &self,
        tenant: TenantId,
        worker: CareWorkerId,
        version: u32,
        act: &Act,
    ) -> Result<(), StoreError> {
        let versions = self.routine_versions(tenant).await?;
        if !versions.iter().any(|known| known.version == version) {
            return Err(StoreError::NotFound("version of the routine"));
        }
        let mut transaction = self.begin(tenant).await?;
        let inserted = query(
            "INSERT INTO acknowledgements (tenant_id, worker_id, version, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, worker_id, version) DO NOTHING",
        )
        .bind(tenant.0)
        .bind(worker.0)
        .bind(version)
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 1 {
            let act = act.clone().for_worker(worker);
            audit::append(
                &mut transaction,
                tenant,
                &act,
                &AuditEvent::RoutineRead { version },
            )
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// A municipality's versions of the routine, newest first.
    pub async fn routine_versions(&self, tenant: TenantId) -> Result<Vec<RoutineVersion>, StoreError> {
        let rows = query("SELECT * FROM routine_versions WHERE tenant_id = $1 ORDER BY version DESC")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        let version = |row: &Row| {
            Ok(RoutineVersion {
                version: row.try_get("version")?,
                title: row.try_get("title")?,
                from: day(row, "from_day")?,
                review_on: day(row, "review_day")?,
            })
        };
        rows.iter().map(version).collect()
    }

    /// What each care worker of a municipality has learnt and read. Who has done neither is not in it.
    pub async fn learnt(&self, tenant: TenantId) -> Result<HashMap<CareWorkerId, Learnt>, StoreError> {
        let mut learnt: HashMap<CareWorkerId, Learnt> = HashMap::new();
        let trainings = query("SELECT * FROM trainings WHERE tenant_id = $1 ORDER BY trained_on DESC, topic")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        for row in &trainings {
            let topic = Topic::named(row.try_get("topic")?);
            let training = Training {
                topic: topic.ok_or(StoreError::Damaged("trainings.topic"))?,
                on: day(row, "trained_on")?,
                valid_until: day(row, "valid_until")?,
            };
            let worker = CareWorkerId(row.try_get("worker_id")?);
            learnt.entry(worker).or_default().trainings.push(training);
        }
        let read = query("SELECT * FROM acknowledgements WHERE tenant_id = $1 ORDER BY version DESC")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        for row in &read {
            let at = read_time("acknowledgements.at", row.try_get("at")?)?;
            let worker = CareWorkerId(row.try_get("worker_id")?);
            let read = (row.try_get("version")?, at);
            learnt.entry(worker).or_default().read.push(read);
        }
        Ok(learnt)
    }
}

fn day(row: &Row, column: &'static str) -> Result<Date, StoreError> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::Damaged(column))
}
