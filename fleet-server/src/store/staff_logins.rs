//! Care workers' logins for a kit that are under way. They are here and not in memory, so that the kit may ask another server
//! of the same region how its login stands. The device code is sealed, and erased when the login has ended.

use fleet_api::{CareWorkerId, StaffLoginAnswer, StaffLoginId, TenantId, UnitId};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::{
    CareWorker, KitKey, Store, StoreError, care_workers,
    database::{Connection, query, query_scalar},
    read_time, stored,
};
use crate::{
    audit::Act,
    domain::identity::shift::{TRIES_WITHIN, one_more_try},
    identity::secret,
};

/// Letters of a pseudonym that the server gives.
const PSEUDONYM_LETTERS: usize = 4;

/// A login that has begun.
#[derive(Debug, Clone)]
pub struct BegunLogin {
    /// Its id.
    pub id: StaffLoginId,
    /// The provider's key in `openid.toml`.
    pub provider: String,
    /// What the provider knows it by.
    pub device_code: SecretString,
    /// Until when it can be completed.
    pub expires_at: Timestamp,
    /// How often the provider may be asked, in seconds.
    pub interval_s: u32,
}

/// How a login stands here.
#[derive(Debug)]
pub enum LoginUnderWay {
    /// The provider may be asked now.
    Ask(BegunLogin),
    /// The provider was asked a moment ago.
    Wait,
    /// It has ended.
    Over(StaffLoginAnswer),
}

/// Somebody whom a provider vouches for.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// Who vouches.
    pub issuer: String,
    /// For whom.
    pub subject: String,
    /// What they are called.
    pub name: String,
}

impl Store {
    /// Whether a kit may begin one more login.
    pub async fn may_log_in(&self, key: KitKey, now: Timestamp) -> Result<bool, StoreError> {
        let made: Vec<i64> = query_scalar(
            "SELECT began_at FROM staff_logins WHERE tenant_id = $1 AND kit_id = $2 AND began_at > $3",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(stored(now - TRIES_WITHIN))
        .fetch_all(self.within(key.tenant))
        .await?;
        let made: Result<Vec<_>, _> = made
            .into_iter()
            .map(|at| read_time("staff_logins.began_at", at))
            .collect();
        Ok(one_more_try(&made?, now))
    }

    /// Keeps a login that has begun. Any other of the same kit ends.
    pub async fn add_staff_login(
        &self,
        key: KitKey,
        begun: &BegunLogin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        query("DELETE FROM staff_logins WHERE tenant_id = $1 AND kit_id = $2 AND began_at <= $3")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .bind(stored(now - TRIES_WITHIN))
            .execute(&mut *transaction)
            .await?;
        let declined = StaffLoginAnswer::Ended {
            why: fleet_api::StaffLoginEnd::Declined,
        };
        query(
            "UPDATE staff_logins SET sealed_device_code = NULL, answer = $3
             WHERE tenant_id = $1 AND kit_id = $2 AND answer IS NULL",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(to_json(&declined))
        .execute(&mut *transaction)
        .await?;
        let code = begun.device_code.expose_secret().as_bytes();
        let next = now + SignedDuration::from_secs(begun.interval_s.into());
        query(
            "INSERT INTO staff_logins (tenant_id, login_id, kit_id, provider, sealed_device_code, began_at,
                                       expires_at, interval_s, ask_next_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(key.tenant.0)
        .bind(begun.id.0)
        .bind(key.kit.0)
        .bind(&begun.provider)
        .bind(self.vault.seal_device_code(key.tenant, begun.id, code))
        .bind(stored(now))
        .bind(stored(begun.expires_at))
        .bind(begun.interval_s)
        .bind(stored(next))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// How a kit's login stands. Whoever is told to ask the provider is the only one who is, for as long as one may not ask again.
    pub async fn staff_login(
        &self,
        key: KitKey,
        id: StaffLoginId,
        now: Timestamp,
    ) -> Result<LoginUnderWay, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let row = query("SELECT * FROM staff_logins WHERE tenant_id = $1 AND login_id = $2 AND kit_id = $3")
            .bind(key.tenant.0)
            .bind(id.0)
            .bind(key.kit.0)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(StoreError::NotFound("login"))?;
        let answer: Option<&str> = row.try_get("answer")?;
        if let Some(answer) = answer {
            let answer = serde_json::from_str(answer);
            return Ok(LoginUnderWay::Over(
                answer.map_err(|_| StoreError::Damaged("staff_logins.answer"))?,
            ));
        }
        let next = read_time("staff_logins.ask_next_at", row.try_get("ask_next_at")?)?;
        if now < next {
            return Ok(LoginUnderWay::Wait);
        }
        let interval_s: u32 = row.try_get("interval_s")?;
        let sealed: Option<&[u8]> = row.try_get("sealed_device_code")?;
        let sealed = sealed.ok_or(StoreError::Damaged("staff_logins.sealed_device_code"))?;
        let begun = BegunLogin {
            id,
            provider: row.try_get("provider")?,
            device_code: self.vault.open_device_code(key.tenant, id, sealed)?,
            expires_at: read_time("staff_logins.expires_at", row.try_get("expires_at")?)?,
            interval_s,
        };
        ask_again(&mut transaction, key, id, interval_s, now).await?;
        transaction.commit().await?;
        Ok(LoginUnderWay::Ask(begun))
    }

    /// The provider wants to be asked less often.
    pub async fn slow_down(
        &self,
        key: KitKey,
        id: StaffLoginId,
        interval_s: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        ask_again(&mut transaction, key, id, interval_s, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Ends a login that has not ended yet. False = it had, or there is none.
    pub async fn end_staff_login(
        &self,
        key: KitKey,
        id: StaffLoginId,
        answer: &StaffLoginAnswer,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let ended = query(
            "UPDATE staff_logins SET sealed_device_code = NULL, answer = $4
             WHERE tenant_id = $1 AND login_id = $2 AND kit_id = $3 AND answer IS NULL",
        )
        .bind(key.tenant.0)
        .bind(id.0)
        .bind(key.kit.0)
        .bind(to_json(answer))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(ended.rows_affected() == 1)
    }

    /// The care worker that a login is. Whoever logs in for the first time is added to this unit, under a pseudonym of their own.
    pub async fn care_worker_of_login(
        &self,
        tenant: TenantId,
        vouched: &Vouched,
        unit: UnitId,
        act: &Act,
    ) -> Result<CareWorkerId, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let known = query_scalar(
            "SELECT worker_id FROM care_worker_logins WHERE tenant_id = $1 AND issuer = $2 AND subject = $3",
        )
        .bind(tenant.0)
        .bind(&vouched.issuer)
        .bind(&vouched.subject)
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(known) = known {
            return Ok(CareWorkerId(known));
        }
        let new = CareWorker {
            id: CareWorkerId::generate(),
            pseudonym: secret::random_letters(PSEUDONYM_LETTERS),
            name: vouched.name.clone(),
            unit,
            has_left: false,
        };
        insert_worker(&mut transaction, tenant, &new, vouched, act).await?;
        transaction.commit().await?;
        Ok(new.id)
    }
}

async fn insert_worker(
    connection: &mut Connection,
    tenant: TenantId,
    new: &CareWorker,
    vouched: &Vouched,
    act: &Act,
) -> Result<(), StoreError> {
    care_workers::insert(connection, tenant, new, act).await?;
    query("INSERT INTO care_worker_logins (tenant_id, issuer, subject, worker_id) VALUES ($1, $2, $3, $4)")
        .bind(tenant.0)
        .bind(&vouched.issuer)
        .bind(&vouched.subject)
        .bind(new.id.0)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn ask_again(
    connection: &mut Connection,
    key: KitKey,
    id: StaffLoginId,
    interval_s: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "UPDATE staff_logins SET interval_s = $4, ask_next_at = $5
         WHERE tenant_id = $1 AND login_id = $2 AND kit_id = $3",
    )
    .bind(key.tenant.0)
    .bind(id.0)
    .bind(key.kit.0)
    .bind(interval_s)
    .bind(stored(now + SignedDuration::from_secs(interval_s.into())))
    .execute(connection)
    .await?;
    Ok(())
}

fn to_json(answer: &StaffLoginAnswer) -> String {
    serde_json::to_string(answer).expect("answers are plain data")
}
