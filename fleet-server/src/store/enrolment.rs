//! One-time enrolment codes: stored as a hash, usable once, by one key, until they expire.

use fleet_api::{DeviceId, KitId, KitName, TenantId};
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    kits, stored,
};
use crate::audit::{Act, Actor, AuditEvent};
use crate::identity::secret::{self, Hash};

/// A code to be added.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// The part of the code that names it.
    pub name: String,
    /// SHA-256 of the part that proves it.
    pub secret_hash: Hash,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What came of an attempt to use a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeUse {
    /// The kit is enrolled; any earlier enrolment of it has ended.
    Enrolled {
        /// Which kit.
        key: KitKey,
        /// What is painted on it.
        kit_name: KitName,
        /// The new enrolment.
        device: DeviceId,
    },
    /// Unknown, wrong, expired or used by another key. Which of these is for the log, not for the caller.
    Refused(&'static str),
}

impl Store {
    /// Adds a code for a kit. Refused for one that is lost, stolen or retired.
    pub async fn add_code(&self, key: KitKey, code: &NewCode, act: impl Into<Act>) -> Result<(), StoreError> {
        let act = act.into();
        let mut transaction = self.begin(key.tenant).await?;
        if kits::life_here(&mut transaction, key).await?.ends_enrolment() {
            return Err(StoreError::Gone);
        }
        query(
            "INSERT INTO enrolment_codes (tenant_id, code_name, kit_id, secret_hash, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.tenant.0)
        .bind(&code.name)
        .bind(key.kit.0)
        .bind(code.secret_hash.as_slice())
        .bind(stored(act.at))
        .bind(stored(code.expires_at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let made = AuditEvent::EnrolmentCodeMade { kit: key.kit };
        audit::append(&mut transaction, key.tenant, &act, &made).await?;
        Ok(transaction.commit().await?)
    }

    /// Uses a code, all or nothing. The code finds the tenant.
    ///
    /// `key_hash` is SHA-256 of the device's public key: the same key may ask again with the same code, so that an
    /// answer lost on the way does not cost a new code.
    pub async fn use_code(
        &self,
        name: &str,
        secret_hash: &Hash,
        key_hash: &Hash,
        now: Timestamp,
    ) -> Result<CodeUse, StoreError> {
        let tenant = query_scalar("SELECT tenant_id FROM enrolment_codes WHERE code_name = $1")
            .bind(name)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        let Some(tenant) = tenant.map(TenantId) else {
            return Ok(CodeUse::Refused("unknown code"));
        };
        let mut transaction = self.begin(tenant).await?;
        let row = query(
            "SELECT c.*, k.name AS kit_name, k.device_id IS NOT DISTINCT FROM c.device_id AS still_in_force
             FROM enrolment_codes c JOIN kits k ON k.tenant_id = c.tenant_id AND k.kit_id = c.kit_id
             WHERE c.tenant_id = $1 AND c.code_name = $2",
        )
        .bind(tenant.0)
        .bind(name)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else {
            return Ok(CodeUse::Refused("unknown code"));
        };
        let kit = KitId(row.try_get("kit_id")?);
        let key = KitKey { tenant, kit };
        let mut fault = fault_of_code(&row, secret_hash, key_hash, now)?;
        if fault.is_none() {
            fault = fault_of_kit(&mut transaction, key).await?;
        }
        if let Some(why) = fault {
            return Ok(CodeUse::Refused(why));
        }
        let kit_name: String = row.try_get("kit_name")?;
        let earlier: Option<uuid::Uuid> = row.try_get("device_id")?;
        let device = earlier.map_or_else(DeviceId::generate, DeviceId);
        note_enrolled(&mut transaction, key, device, (name, key_hash), now).await?;
        transaction.commit().await?;
        let kit_name = kit_name
            .try_into()
            .map_err(|_| StoreError::Damaged("kits.name"))?;
        Ok(CodeUse::Enrolled {
            key,
            kit_name,
            device,
        })
    }

    /// For which kit a code was made, by the name in it, whether it works or not.
    pub async fn kit_of_code(&self, name: &str) -> Result<Option<KitKey>, StoreError> {
        let row = query("SELECT tenant_id, kit_id FROM enrolment_codes WHERE code_name = $1")
            .bind(name)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        row.map(|row| {
            Ok(KitKey {
                tenant: TenantId(row.try_get("tenant_id")?),
                kit: KitId(row.try_get("kit_id")?),
            })
        })
        .transpose()
    }
}

/// Why a code cannot be used by this key, if it cannot.
fn fault_of_code(
    row: &Row,
    secret_hash: &Hash,
    key_hash: &Hash,
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    if !secret::equal(row.try_get("secret_hash")?, secret_hash) {
        return Ok(Some("wrong code"));
    }
    if row.try_get::<i64, _>("expires_at")? <= stored(now) {
        return Ok(Some("expired code"));
    }
    let Some(used_by) = row.try_get::<Option<Vec<u8>>, _>("used_by_key")? else {
        return Ok(None);
    };
    if !secret::equal(&used_by, key_hash) {
        return Ok(Some("used code"));
    }
    // A tablet that was revoked or replaced must not return by repeating its old code.
    let in_force: bool = row.try_get("still_in_force")?;
    Ok((!in_force).then_some("used code of an ended enrolment"))
}

/// Why a kit cannot be enrolled where its code was made, if it cannot.
async fn fault_of_kit(connection: &mut Connection, key: KitKey) -> Result<Option<&'static str>, StoreError> {
    match kits::life_here(connection, key).await {
        Ok(life) if !life.ends_enrolment() => Ok(None),
        Ok(_) => Ok(Some("code of a kit that is lost, stolen or retired")),
        Err(StoreError::NotFound(_)) => Ok(Some("code of a kit that was handed over")),
        Err(error) => Err(error),
    }
}

async fn note_enrolled(
    connection: &mut Connection,
    key: KitKey,
    device: DeviceId,
    (code, key_hash): (&str, &Hash),
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "UPDATE enrolment_codes SET used_at = $3, used_by_key = $4, device_id = $5
         WHERE tenant_id = $1 AND code_name = $2",
    )
    .bind(key.tenant.0)
    .bind(code)
    .bind(stored(now))
    .bind(key_hash.as_slice())
    .bind(device.0)
    .execute(&mut *connection)
    .await?;
    query("UPDATE kits SET device_id = $3 WHERE tenant_id = $1 AND kit_id = $2")
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(device.0)
        .execute(&mut *connection)
        .await?;
    let act = Act::by(Actor::Kit(key.kit), now);
    let enrolled = AuditEvent::KitEnrolled { kit: key.kit };
    audit::append(connection, key.tenant, &act, &enrolled).await
}

/// Ends the codes of a kit that still work: nobody becomes by them what is gone.
pub(super) async fn void_codes(
    connection: &mut Connection,
    key: KitKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "UPDATE enrolment_codes SET expires_at = $3
         WHERE tenant_id = $1 AND kit_id = $2 AND expires_at > $3",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(now))
    .execute(connection)
    .await?;
    Ok(())
}
