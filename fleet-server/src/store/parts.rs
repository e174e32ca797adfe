//! The parts of kits. A whole register at once is `register`'s.

use std::collections::HashSet;

use fleet_api::{KitId, PartId, TenantId};
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Row, query, query_scalar},
    kits, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    part::{Condition, Part, PartKind, Subscription, unregistered},
    responsibility::Responsible,
};

/// A part in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredPart {
    /// Its id.
    pub id: PartId,
    /// The kit that it belongs to; none = in the pool of spare parts.
    pub kit: Option<KitId>,
    /// What it is.
    pub part: Part,
}

impl Store {
    /// Registers a part of a kit.
    pub async fn add_part(&self, key: KitKey, part: &Part, act: &Act) -> Result<PartId, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        kits::life_here(&mut transaction, key).await?;
        let id = insert(&mut transaction, key, part, act).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Changes a part of a kit; its kind and serial number stay what they are.
    pub async fn change_part(
        &self,
        key: KitKey,
        part: PartId,
        change: impl FnOnce(Part) -> Part,
        act: &Act,
    ) -> Result<Part, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let row = query("SELECT * FROM parts WHERE tenant_id = $1 AND kit_id = $2 AND part_id = $3")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .bind(part.0)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(StoreError::NotFound("part"))?;
        let registered = read_part(&row)?;
        let to = change(registered.part.clone());
        bring_to(&mut transaction, key.tenant, &registered, &to, act).await?;
        transaction.commit().await?;
        Ok(to)
    }

    /// Changes the state of a part.
    pub async fn set_condition(
        &self,
        tenant: TenantId,
        part: PartId,
        to: Condition,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let from = query_scalar("SELECT condition FROM parts WHERE tenant_id = $1 AND part_id = $2")
            .bind(tenant.0)
            .bind(part.0)
            .fetch_optional(&mut *transaction)
            .await?;
        let from: String = from.ok_or(StoreError::NotFound("part"))?;
        let from = Condition::named(&from).ok_or(StoreError::Damaged("parts.condition"))?;
        query("UPDATE parts SET condition = $3 WHERE tenant_id = $1 AND part_id = $2")
            .bind(tenant.0)
            .bind(part.0)
            .bind(to.name())
            .execute(&mut *transaction)
            .await?;
        let changed = AuditEvent::PartConditionChanged { part, from, to };
        audit::append(&mut transaction, tenant, act, &changed).await?;
        Ok(transaction.commit().await?)
    }

    /// All parts of a municipality, by kit and kind.
    pub async fn parts(&self, tenant: TenantId) -> Result<Vec<RegisteredPart>, StoreError> {
        let rows =
            query("SELECT * FROM parts WHERE tenant_id = $1 ORDER BY kit_id IS NOT NULL, kit_id, created_at, part_id")
                .bind(tenant.0)
                .fetch_all(self.within(tenant))
                .await?;
        rows.iter().map(read_part).collect()
    }

    /// Which of a tenant's kits have parts that cannot be used, and which parts.
    pub async fn unusable_parts(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<(KitId, PartKind, Condition)>, StoreError> {
        let rows = query(
            "SELECT kit_id, kind, condition FROM parts
             WHERE tenant_id = $1 AND kit_id IS NOT NULL AND condition IN ('broken', 'missing')",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        let read = |row: &Row| {
            let kind = PartKind::named(row.try_get("kind")?).ok_or(StoreError::Damaged("parts.kind"))?;
            let condition = Condition::named(row.try_get("condition")?);
            let condition = condition.ok_or(StoreError::Damaged("parts.condition"))?;
            Ok((KitId(row.try_get("kit_id")?), kind, condition))
        };
        rows.iter().map(read).collect()
    }

    /// The tenant's kits that lack a part of some kind in the register.
    pub async fn incomplete_kits(&self, tenant: TenantId) -> Result<HashSet<KitId>, StoreError> {
        let kinds = i64::try_from(PartKind::ALL.len()).unwrap_or(i64::MAX);
        let kits: Vec<Uuid> = query_scalar(
            "SELECT kit_id FROM kits k WHERE tenant_id = $1 AND moved_to IS NULL
               AND (SELECT count(DISTINCT kind) FROM parts p
                    WHERE p.tenant_id = $1 AND p.kit_id = k.kit_id) < $2",
        )
        .bind(tenant.0)
        .bind(kinds)
        .fetch_all(self.within(tenant))
        .await?;
        Ok(kits.into_iter().map(KitId).collect())
    }

    /// The parts of one kit.
    pub async fn parts_of(&self, key: KitKey) -> Result<Vec<RegisteredPart>, StoreError> {
        let rows =
            query("SELECT * FROM parts WHERE tenant_id = $1 AND kit_id = $2 ORDER BY created_at, part_id")
                .bind(key.tenant.0)
                .bind(key.kit.0)
                .fetch_all(self.within(key.tenant))
                .await?;
        rows.iter().map(read_part).collect()
    }
}

/// The kinds of which a kit has no part in the register.
pub(super) async fn unregistered_kinds(
    connection: &mut Connection,
    key: KitKey,
) -> Result<Vec<PartKind>, StoreError> {
    let kinds: Vec<String> =
        query_scalar("SELECT DISTINCT kind FROM parts WHERE tenant_id = $1 AND kit_id = $2")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_all(connection)
            .await?;
    let known: Vec<PartKind> = kinds.iter().filter_map(|name| PartKind::named(name)).collect();
    Ok(unregistered(&known))
}

/// Changes a part where it is not yet so; whether it was not.
pub(super) async fn bring_to(
    connection: &mut Connection,
    tenant: TenantId,
    known: &RegisteredPart,
    to: &Part,
    act: &Act,
) -> Result<bool, StoreError> {
    let (part, from) = (known.id, &known.part);
    if from == to {
        return Ok(false);
    }
    let subscription = to.subscription.as_ref();
    if let Some(subscription) = subscription {
        check_iccid(connection, tenant, (part, &subscription.iccid)).await?;
    }
    query(
        "UPDATE parts SET condition = $3, warranty_until = $4, screen = $5, iccid = $6, operator = $7,
             subscription_owner = $8
         WHERE tenant_id = $1 AND part_id = $2",
    )
    .bind(tenant.0)
    .bind(part.0)
    .bind(to.condition.name())
    .bind(to.warranty_until.map(|day| day.to_string()))
    .bind(to.screen)
    .bind(subscription.map(|subscription| &subscription.iccid))
    .bind(subscription.map(|subscription| &subscription.operator))
    .bind(subscription.map(|subscription| subscription.owner.name()))
    .execute(&mut *connection)
    .await?;
    let changed = AuditEvent::PartChanged {
        part,
        from: Box::new(from.clone()),
        to: Box::new(to.clone()),
    };
    audit::append(connection, tenant, act, &changed).await?;
    Ok(true)
}

/// Adds a part. Refused where there is one of that kind and number.
pub(super) async fn insert(
    connection: &mut Connection,
    key: KitKey,
    part: &Part,
    act: &Act,
) -> Result<PartId, StoreError> {
    let id = PartId::generate();
    let subscription = part.subscription.as_ref();
    if let Some(subscription) = subscription {
        check_iccid(connection, key.tenant, (id, &subscription.iccid)).await?;
    }
    // Asked this way, a clash leaves the transaction usable for the rows that follow.
    let inserted = query(
        "INSERT INTO parts (tenant_id, part_id, kit_id, kind, serial, condition, warranty_until, screen,
                            iccid, operator, subscription_owner, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, kind, serial) DO NOTHING",
    )
    .bind(key.tenant.0)
    .bind(id.0)
    .bind(key.kit.0)
    .bind(part.kind.name())
    .bind(&part.serial)
    .bind(part.condition.name())
    .bind(part.warranty_until.map(|day| day.to_string()))
    .bind(part.screen)
    .bind(subscription.map(|subscription| &subscription.iccid))
    .bind(subscription.map(|subscription| &subscription.operator))
    .bind(subscription.map(|subscription| subscription.owner.name()))
    .bind(stored(act.at))
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() != 1 {
        return Err(StoreError::PartTaken);
    }
    let added = AuditEvent::PartAdded {
        part: id,
        kit: key.kit,
        part_kind: part.kind,
        serial: part.serial.clone(),
    };
    audit::append(connection, key.tenant, act, &added).await?;
    Ok(id)
}

/// Two SIMs with one ICCID would send whoever locks a lost card to the wrong kit.
async fn check_iccid(
    connection: &mut Connection,
    tenant: TenantId,
    (part, iccid): (PartId, &str),
) -> Result<(), StoreError> {
    let taken = query_scalar::<i64>(
        "SELECT count(*) FROM parts WHERE tenant_id = $1 AND iccid = $2 AND part_id <> $3",
    )
    .bind(tenant.0)
    .bind(iccid)
    .bind(part.0)
    .fetch_one(connection)
    .await?;
    if taken > 0 {
        return Err(StoreError::IccidTaken);
    }
    Ok(())
}

pub(super) fn read_part(row: &Row) -> Result<RegisteredPart, StoreError> {
    let damaged = || StoreError::Damaged("parts");
    let warranty_until: Option<&str> = row.try_get("warranty_until")?;
    let iccid: Option<String> = row.try_get("iccid")?;
    let subscription = match iccid {
        None => None,
        Some(iccid) => Some(Subscription {
            iccid,
            operator: row.try_get("operator")?,
            owner: Responsible::named(row.try_get("subscription_owner")?).ok_or_else(damaged)?,
        }),
    };
    Ok(RegisteredPart {
        id: PartId(row.try_get("part_id")?),
        kit: row.try_get::<Option<Uuid>, _>("kit_id")?.map(KitId),
        part: Part {
            kind: PartKind::named(row.try_get("kind")?).ok_or_else(damaged)?,
            serial: row.try_get("serial")?,
            condition: Condition::named(row.try_get("condition")?).ok_or_else(damaged)?,
            warranty_until: warranty_until
                .map(|day| day.parse::<Date>().map_err(|_| damaged()))
                .transpose()?,
            screen: row.try_get("screen")?,
            subscription,
        },
    })
}
