//! Requests that come with a key of their caller's: who is at one, and how it was answered. Answers are sealed, as they may
//! hold what is shown once.
//!
//! A request whose server died is taken over, unless a mark (`terms`) says that its change was committed.

use fleet_api::TenantId;
use jiff::{SignedDuration, Timestamp};

use super::{
    RequestKey, Store, StoreError,
    database::{Connection, Exception, query, query_scalar},
    stored,
};

/// How long answers are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long somebody may be at a request; longer than any request takes.
const CLAIM_TIME: SignedDuration = SignedDuration::from_secs(20);

/// What is known of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the claimer's to carry out.
    Ours,
    /// It was answered so.
    Answered(Vec<u8>),
    /// Somebody is at it.
    Underway,
    /// The key was used for another request.
    Differs,
    /// It was carried out, and its answer was lost with its server.
    AnswerLost,
}

impl Store {
    /// Claims a request for whoever carries it out. `fingerprint` says whether another that comes with its key is the same.
    pub async fn claim_request(
        &self,
        tenant: TenantId,
        request: &RequestKey,
        fingerprint: &[u8],
        now: Timestamp,
    ) -> Result<Claim, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let known = query(
            "SELECT sealed_fingerprint, sealed_answer, claimed_at FROM request_keys
             WHERE tenant_id = $1 AND caller = $2 AND request_key = $3",
        )
        .bind(tenant.0)
        .bind(&request.caller)
        .bind(&request.key)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(known) = known else {
            query(
                "INSERT INTO request_keys
                     (tenant_id, caller, request_key, sealed_fingerprint, claimed_at, created_at)
                 VALUES ($1, $2, $3, $4, $5, $5)",
            )
            .bind(tenant.0)
            .bind(&request.caller)
            .bind(&request.key)
            .bind(self.vault.seal_request(tenant, request, fingerprint))
            .bind(stored(now))
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            return Ok(Claim::Ours);
        };
        let first = self
            .vault
            .open_request(tenant, request, known.try_get("sealed_fingerprint")?)?;
        if first != fingerprint {
            return Ok(Claim::Differs);
        }
        if let Some(answer) = known.try_get::<Option<Vec<u8>>, _>("sealed_answer")? {
            return Ok(Claim::Answered(
                self.vault.open_request(tenant, request, &answer)?,
            ));
        }
        if known.try_get::<i64, _>("claimed_at")? > stored(now - CLAIM_TIME) {
            return Ok(Claim::Underway);
        }
        if is_carried_out(&mut transaction, tenant, request).await? {
            return Ok(Claim::AnswerLost);
        }
        query(
            "UPDATE request_keys SET claimed_at = $4 WHERE tenant_id = $1 AND caller = $2 AND request_key = $3",
        )
        .bind(tenant.0)
        .bind(&request.caller)
        .bind(&request.key)
        .bind(stored(now))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Claim::Ours)
    }

    /// Keeps how a request was answered.
    pub async fn answer_request(
        &self,
        tenant: TenantId,
        request: &RequestKey,
        answer: &[u8],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "UPDATE request_keys SET sealed_answer = $4
             WHERE tenant_id = $1 AND caller = $2 AND request_key = $3",
        )
        .bind(tenant.0)
        .bind(&request.caller)
        .bind(&request.key)
        .bind(self.vault.seal_request(tenant, request, answer))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Gives a request up that failed on our side, so that the next who sends it need not wait.
    pub async fn give_up_request(&self, tenant: TenantId, request: &RequestKey) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "UPDATE request_keys SET claimed_at = 0 WHERE tenant_id = $1 AND caller = $2 AND request_key = $3",
        )
        .bind(tenant.0)
        .bind(&request.caller)
        .bind(&request.key)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets, for all tenants, the requests of more than 24 hours ago. Returns how many.
    pub async fn forget_old_requests(&self, now: Timestamp) -> Result<u64, StoreError> {
        // Nobody changes rows of that age, so nobody need wait for this.
        let mut transaction = self.database.begin_unscoped().await?;
        transaction.enter(Exception::Retention.into()).await?;
        let before = stored(now - KEPT);
        let forgotten = query("DELETE FROM request_keys WHERE created_at <= $1")
            .bind(before)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        query("DELETE FROM request_marks WHERE made_at <= $1")
            .bind(stored(now - KEPT + CLAIM_TIME))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(forgotten)
    }
}

/// Whether something was changed by it, whoever's: a region's request may change what is a municipality's.
async fn is_carried_out(
    connection: &mut Connection,
    tenant: TenantId,
    request: &RequestKey,
) -> Result<bool, StoreError> {
    connection.enter(Exception::WhoseIsIt.into()).await?;
    let marks: i64 =
        query_scalar("SELECT count(*) FROM request_marks WHERE caller = $1 AND request_key = $2")
            .bind(&request.caller)
            .bind(&request.key)
            .fetch_one(&mut *connection)
            .await?;
    connection.enter(tenant.into()).await?;
    Ok(marks > 0)
}
