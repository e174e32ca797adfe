//! Who has logged in. A person is known by issuer and subject; the name is what the provider said last.

use fleet_api::{CareWorkerId, PersonId, TenantId};
use jiff::Timestamp;

use super::{
    Store, StoreError, audit,
    database::{Row, query, query_scalar},
    read_time, sessions, stored,
};
use crate::{
    audit::{Act, Actor, AuditEvent},
    domain::role::Role,
};

/// Somebody who logs in now.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// Who vouches for them.
    pub issuer: String,
    /// As whom.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// The role that their provider gives them.
    pub role: Role,
}

/// Somebody who has logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As whom the audit trail knows them.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// Their role at the last login.
    pub role: Role,
    /// Region operator by a one-time code.
    pub operator: bool,
    /// When they were here last.
    pub last_login_at: Timestamp,
}

impl Store {
    /// Whether somebody is region operator by a one-time code.
    pub async fn is_operator(
        &self,
        tenant: TenantId,
        issuer: &str,
        subject: &str,
    ) -> Result<bool, StoreError> {
        let row = query("SELECT operator FROM people WHERE tenant_id = $1 AND issuer = $2 AND subject = $3")
            .bind(tenant.0)
            .bind(issuer)
            .bind(subject)
            .fetch_optional(self.within(tenant))
            .await?;
        let operator: Option<bool> = row.map(|row| row.try_get("operator")).transpose()?;
        Ok(operator == Some(true))
    }

    /// Records a login; returns as whom, and in which role: a one-time code's gift goes before what the provider gives. Their
    /// sessions in another role end.
    pub async fn note_login(
        &self,
        tenant: TenantId,
        login: &NewLogin,
        now: Timestamp,
    ) -> Result<(PersonId, Role), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO people (tenant_id, person_id, issuer, subject, name, role, first_login_at, last_login_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
             ON CONFLICT (tenant_id, issuer, subject)
             DO UPDATE SET name = excluded.name, last_login_at = excluded.last_login_at,
                 role = CASE WHEN people.operator THEN 'region_operator' ELSE excluded.role END",
        )
        .bind(tenant.0)
        .bind(PersonId::generate().0)
        .bind(&login.issuer)
        .bind(&login.subject)
        .bind(&login.name)
        .bind(login.role.name())
        .bind(stored(now))
        .execute(&mut *transaction)
        .await?;
        let known =
            query("SELECT person_id, role FROM people WHERE tenant_id = $1 AND issuer = $2 AND subject = $3")
                .bind(tenant.0)
                .bind(&login.issuer)
                .bind(&login.subject)
                .fetch_one(&mut *transaction)
                .await?;
        let (person, role) = (PersonId(known.try_get("person_id")?), read_role(&known)?);
        sessions::end_in_another_role(&mut transaction, tenant, (person, role)).await?;
        let act = Act::by(Actor::Person(role, person), now);
        audit::append(
            &mut transaction,
            tenant,
            &act,
            &AuditEvent::LoggedIn { person, role },
        )
        .await?;
        transaction.commit().await?;
        Ok((person, role))
    }

    /// Everybody who has logged in, the latest first, at most `limit`.
    pub async fn people(&self, tenant: TenantId, limit: u32) -> Result<Vec<Person>, StoreError> {
        let rows = query("SELECT * FROM people WHERE tenant_id = $1 ORDER BY last_login_at DESC LIMIT $2")
            .bind(tenant.0)
            .bind(limit)
            .fetch_all(self.within(tenant))
            .await?;
        rows.iter().map(read_person).collect()
    }

    /// The care worker that somebody is: whoever has logged in on a kit with the same login as here.
    pub async fn care_worker_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Option<CareWorkerId>, StoreError> {
        let worker = query_scalar(
            "SELECT logins.worker_id FROM people JOIN care_worker_logins AS logins
               ON logins.tenant_id = people.tenant_id
                  AND logins.issuer = people.issuer AND logins.subject = people.subject
             WHERE people.tenant_id = $1 AND people.person_id = $2",
        )
        .bind(tenant.0)
        .bind(person.0)
        .fetch_optional(self.within(tenant))
        .await?;
        Ok(worker.map(CareWorkerId))
    }

    /// Takes away what a one-time code gave, and ends their sessions. At their next login somebody has the role that their provider says.
    pub async fn withdraw_operator(
        &self,
        tenant: TenantId,
        person: PersonId,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let changed = query(
            "UPDATE people SET operator = FALSE, role = 'newcomer'
             WHERE tenant_id = $1 AND person_id = $2 AND operator = TRUE",
        )
        .bind(tenant.0)
        .bind(person.0)
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() != 1 {
            return Err(StoreError::NotFound("operator"));
        }
        sessions::end_all_of(&mut transaction, tenant, person).await?;
        let withdrawn = AuditEvent::OperatorWithdrawn { person };
        audit::append(&mut transaction, tenant, act, &withdrawn).await?;
        Ok(transaction.commit().await?)
    }
}

fn read_person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: PersonId(row.try_get("person_id")?),
        name: row.try_get("name")?,
        role: read_role(row)?,
        operator: row.try_get("operator")?,
        last_login_at: read_time("people.last_login_at", row.try_get("last_login_at")?)?,
    })
}

fn read_role(row: &Row) -> Result<Role, StoreError> {
    Role::named(row.try_get("role")?).ok_or(StoreError::Damaged("people.role"))
}
