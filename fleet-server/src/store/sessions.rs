//! Who is logged in, for every server on the database. Only a hash of the cookie is stored: whoever reads the database cannot
//! go on with a session; the provider's farewell, which holds the ID token, is sealed.

use fleet_api::{PersonId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    stored,
};
use crate::{
    audit::{Act, Actor, AuditEvent},
    domain::role::Role,
    identity::{administrator::Administrator, secret::Hash, session::Farewell},
};

/// Most sessions of one tenant; the oldest are ended first.
const MOST: i64 = 20_000;
/// Most that are ended for that at a time.
const AT_ONCE: i64 = 1_000;

impl Store {
    /// Begins a session, and clears away those of its tenant that have ended. Whoever has another role by now, as when it was
    /// withdrawn during the login, is refused.
    pub async fn begin_session(
        &self,
        key: &Hash,
        administrator: &Administrator,
        farewell: Option<&Farewell>,
        (now, ends): (Timestamp, Timestamp),
    ) -> Result<(), StoreError> {
        let (tenant, session) = (administrator.tenant, Uuid::now_v7());
        let (person, token) = match &administrator.actor {
            Actor::Person(_, person) => (Some(person.0), None),
            Actor::Administrator(name) => (None, Some(name.as_str())),
            Actor::Operator | Actor::Kit(_) | Actor::Server => {
                return Err(StoreError::Damaged("sessions.actor"));
            }
        };
        let farewell = farewell.map(|farewell| self.vault.seal_farewell(tenant, session, &farewell.0));
        let mut transaction = self.begin_quietly(tenant).await?;
        if let Some(person) = person {
            still_has(&mut transaction, tenant, PersonId(person), administrator.role).await?;
        }
        query(
            "DELETE FROM sessions WHERE tenant_id = $1 AND (ends_at <= $2 OR session_id IN
                 (SELECT session_id FROM sessions WHERE tenant_id = $1 ORDER BY ends_at DESC LIMIT $3 OFFSET $4))",
        )
        .bind(tenant.0)
        .bind(stored(now))
        .bind(AT_ONCE)
        .bind(MOST - 1)
        .execute(&mut *transaction)
        .await?;
        query(
            "INSERT INTO sessions
                 (tenant_id, session_id, key_hash, role, person_id, token_name, sealed_farewell, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(tenant.0)
        .bind(session)
        .bind(key.as_slice())
        .bind(administrator.role.name())
        .bind(person)
        .bind(token)
        .bind(farewell)
        .bind(stored(ends))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Whose session it is, if it runs. The cookie finds the tenant.
    pub async fn session(&self, key: &Hash, now: Timestamp) -> Result<Option<Administrator>, StoreError> {
        // A token's session is worth no more than the token, also one that begins while it is revoked.
        let row = query(
            "SELECT * FROM sessions WHERE key_hash = $1 AND ends_at > $2
               AND (token_name IS NULL OR token_name IN (SELECT token_name FROM admin_tokens))",
        )
        .bind(key.as_slice())
        .bind(stored(now))
        .fetch_optional(self.within(Exception::WhoseIsIt))
        .await?;
        row.as_ref().map(read_administrator).transpose()
    }

    /// Ends a session, if there is one, and gives what its provider wants to hear.
    pub async fn end_session(&self, key: &Hash) -> Result<Option<Farewell>, StoreError> {
        let row = query("SELECT * FROM sessions WHERE key_hash = $1")
            .bind(key.as_slice())
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let tenant = TenantId(row.try_get("tenant_id")?);
        let session: Uuid = row.try_get("session_id")?;
        let mut transaction = self.begin_quietly(tenant).await?;
        query("DELETE FROM sessions WHERE tenant_id = $1 AND session_id = $2")
            .bind(tenant.0)
            .bind(session)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        let sealed: Option<Vec<u8>> = row.try_get("sealed_farewell")?;
        let farewell = sealed.map(|sealed| self.vault.open_farewell(tenant, session, &sealed));
        Ok(farewell.transpose()?.map(Farewell))
    }

    /// Ends every session of somebody, on every server, as when their computer is lost.
    pub async fn log_out_everywhere(
        &self,
        tenant: TenantId,
        person: PersonId,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let known: Option<Uuid> =
            query_scalar("SELECT person_id FROM people WHERE tenant_id = $1 AND person_id = $2")
                .bind(tenant.0)
                .bind(person.0)
                .fetch_optional(&mut *transaction)
                .await?;
        known.ok_or(StoreError::NotFound("person"))?;
        end_all_of(&mut transaction, tenant, person).await?;
        let ended = AuditEvent::SessionsEnded { person };
        audit::append(&mut transaction, tenant, act, &ended).await?;
        Ok(transaction.commit().await?)
    }

    /// Erases all tenants' sessions that have ended by themselves; returns how many.
    pub async fn erase_ended_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin(Exception::Retention).await?;
        let erased = query("DELETE FROM sessions WHERE ends_at <= $1")
            .bind(stored(now))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(erased.rows_affected())
    }
}

/// Ends every session of somebody.
pub(super) async fn end_all_of(
    connection: &mut Connection,
    tenant: TenantId,
    person: PersonId,
) -> Result<(), StoreError> {
    query("DELETE FROM sessions WHERE tenant_id = $1 AND person_id = $2")
        .bind(tenant.0)
        .bind(person.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every session of somebody in another role than this.
pub(super) async fn end_in_another_role(
    connection: &mut Connection,
    tenant: TenantId,
    (person, role): (PersonId, Role),
) -> Result<(), StoreError> {
    query("DELETE FROM sessions WHERE tenant_id = $1 AND person_id = $2 AND role <> $3")
        .bind(tenant.0)
        .bind(person.0)
        .bind(role.name())
        .execute(connection)
        .await?;
    Ok(())
}

async fn still_has(
    connection: &mut Connection,
    tenant: TenantId,
    person: PersonId,
    role: Role,
) -> Result<(), StoreError> {
    let now: Option<String> = query_scalar("SELECT role FROM people WHERE tenant_id = $1 AND person_id = $2")
        .bind(tenant.0)
        .bind(person.0)
        .fetch_optional(connection)
        .await?;
    match now {
        Some(now) if now == role.name() => Ok(()),
        _ => Err(StoreError::RoleChanged),
    }
}

fn read_administrator(row: &Row) -> Result<Administrator, StoreError> {
    let role = Role::named(row.try_get("role")?).ok_or(StoreError::Damaged("sessions.role"))?;
    let person: Option<Uuid> = row.try_get("person_id")?;
    let token: Option<String> = row.try_get("token_name")?;
    let actor = match (person, token) {
        (Some(person), None) => Actor::Person(role, PersonId(person)),
        (None, Some(name)) => Actor::Administrator(name),
        _ => return Err(StoreError::Damaged("sessions")),
    };
    Ok(Administrator {
        tenant: TenantId(row.try_get("tenant_id")?),
        role,
        actor,
    })
}
