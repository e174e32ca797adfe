//! How meetings felt: counts by month and unit. An answer is added to its count and not kept by itself.

use fleet_api::{KitId, Rating, TenantId, UnitId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError,
    database::{Connection, query, query_scalar},
    stored,
};
use crate::audit::Act;
use crate::domain::follow_up::month::Month;

/// Who was asked. Patients and staff are never added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The people in the patient's home, by the kit.
    Patient,
    /// The care worker, when bringing the kit back.
    Staff,
}

impl Asked {
    fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Staff => "staff",
        }
    }
}

/// How often an answer was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// The unit whose care worker had the kit. None = nobody had fetched it.
    pub unit: Option<UnitId>,
    /// Who was asked.
    pub asked: Asked,
    /// What they answered.
    pub answer: Rating,
    /// How often.
    pub number: u64,
}

impl Store {
    /// Counts a care worker's answer for their unit. It is not recorded whose it was.
    pub async fn rate_as_staff(
        &self,
        tenant: TenantId,
        unit: UnitId,
        answer: Rating,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        count(&mut transaction, (tenant, unit.0), Asked::Staff, answer, act.at).await?;
        Ok(transaction.commit().await?)
    }

    /// A tenant's answers of a month.
    pub async fn ratings(&self, tenant: TenantId, month: Month) -> Result<Vec<Answers>, StoreError> {
        let rows = query("SELECT * FROM ratings WHERE tenant_id = $1 AND month = $2")
            .bind(tenant.0)
            .bind(month.to_string())
            .fetch_all(self.within(tenant))
            .await?;
        let mut answers = Vec::new();
        for row in &rows {
            let unit: Uuid = row.try_get("unit_id")?;
            let asked = match row.try_get("asked")? {
                "patient" => Asked::Patient,
                "staff" => Asked::Staff,
                _ => return Err(StoreError::Damaged("ratings.asked")),
            };
            let name: &str = row.try_get("answer")?;
            let answer = Rating::ALL.into_iter().find(|answer| answer.name() == name);
            let number: i64 = row.try_get("answers")?;
            answers.push(Answers {
                unit: (!unit.is_nil()).then_some(UnitId(unit)),
                asked,
                answer: answer.ok_or(StoreError::Damaged("ratings.answer"))?,
                number: u64::try_from(number).map_err(|_| StoreError::Damaged("ratings.answers"))?,
            });
        }
        Ok(answers)
    }
}

/// Counts an answer that a kit delivered, for the unit whose care worker had it then.
pub(super) async fn count_from_kit(
    connection: &mut Connection,
    key: KitKey,
    answer: Rating,
    at: Timestamp,
) -> Result<(), StoreError> {
    let unit = unit_that_had(connection, key.tenant, key.kit, at).await?;
    let unit = unit.unwrap_or(Uuid::nil());
    count(connection, (key.tenant, unit), Asked::Patient, answer, at).await
}

async fn unit_that_had(
    connection: &mut Connection,
    tenant: TenantId,
    kit: KitId,
    at: Timestamp,
) -> Result<Option<Uuid>, StoreError> {
    Ok(query_scalar(
        "SELECT w.unit_id FROM check_outs c
         JOIN care_workers w ON w.tenant_id = c.tenant_id AND w.worker_id = c.worker_id
         WHERE c.tenant_id = $1 AND c.kit_id = $2 AND c.at <= $3 AND (c.returned_at IS NULL OR c.returned_at >= $3)
         ORDER BY c.at DESC LIMIT 1",
    )
    .bind(tenant.0)
    .bind(kit.0)
    .bind(stored(at))
    .fetch_optional(connection)
    .await?)
}

async fn count(
    connection: &mut Connection,
    (tenant, unit): (TenantId, Uuid),
    asked: Asked,
    answer: Rating,
    at: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO ratings (tenant_id, month, unit_id, asked, answer, answers) VALUES ($1, $2, $3, $4, $5, 1)
         ON CONFLICT (tenant_id, month, unit_id, asked, answer) DO UPDATE SET answers = ratings.answers + 1",
    )
    .bind(tenant.0)
    .bind(Month::of(at).to_string())
    .bind(unit)
    .bind(asked.name())
    .bind(answer.name())
    .execute(connection)
    .await?;
    Ok(())
}
