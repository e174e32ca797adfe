//! What a booking says besides kit, time, title and link: who is expected, what lets the kit in, whose BankID counts.
//!
//! Access is sealed like the link and erased with it. Of the patient's number only a keyed hash is kept, made for this one
//! reservation, and erased as soon as the visit is over.

use fleet_api::{ReservationId, TenantId};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;

use super::{
    Store, StoreError, Vault,
    database::{Connection, Exception, Row, query},
    invitations, stored,
};
use crate::domain::{
    identity::{
        expected::{Access, Expected, Particulars},
        personal_number::PersonalNumber,
    },
    reservation::JOINABLE_AFTER_END,
};

/// How long after its end a grant that nobody used is kept: long enough to see that it was tried twice.
const GRANT_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Adds the particulars to a reservation that has just been made.
pub(super) async fn note(
    connection: &mut Connection,
    vault: &Vault,
    (tenant, reservation): (TenantId, ReservationId),
    particulars: &Particulars,
) -> Result<(), StoreError> {
    let access = &particulars.access;
    let sealed = (*access != Access::default()).then(|| {
        let access = serde_json::to_vec(access).expect("access is plain data");
        vault.seal_access(tenant, reservation, &access)
    });
    let person = particulars.invited_person.as_ref();
    query(
        "UPDATE reservations SET expected = $3, sealed_access = $4, invited_person = $5
         WHERE tenant_id = $1 AND reservation_id = $2",
    )
    .bind(tenant.0)
    .bind(reservation.0)
    .bind(serde_json::to_string(&particulars.expected).expect("roles are plain data"))
    .bind(sealed)
    .bind(person.map(|person| {
        vault
            .hash_of_person(tenant, reservation, person)
            .as_ref()
            .to_vec()
    }))
    .execute(&mut *connection)
    .await?;
    match &particulars.origin {
        Some(origin) => invitations::note_origin(connection, vault, (tenant, reservation), origin).await,
        None => Ok(()),
    }
}

/// Who is expected.
pub(super) fn read_expected(row: &Row) -> Result<Expected, StoreError> {
    serde_json::from_str(row.try_get("expected")?).map_err(|_| StoreError::Damaged("reservations.expected"))
}

/// What lets the kit in.
pub(super) fn read_access(
    row: &Row,
    vault: &Vault,
    tenant: TenantId,
    reservation: ReservationId,
) -> Result<Access, StoreError> {
    let sealed: Option<&[u8]> = row.try_get("sealed_access")?;
    let Some(sealed) = sealed else {
        return Ok(Access::default());
    };
    let access = vault.open_access(tenant, reservation, sealed)?;
    serde_json::from_slice(access.expose_secret())
        .map_err(|_| StoreError::Damaged("reservations.sealed_access"))
}

impl Store {
    /// Whether this is the person that the meeting is for. None = the booking does not say who that is.
    pub async fn is_invited(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        person: &PersonalNumber,
    ) -> Result<Option<bool>, StoreError> {
        let row = query(
            "SELECT invited_person FROM reservations
             WHERE tenant_id = $1 AND reservation_id = $2 AND cancelled_at IS NULL",
        )
        .bind(tenant.0)
        .bind(reservation.0)
        .fetch_optional(self.within(tenant))
        .await?
        .ok_or(StoreError::NotFound("reservation"))?;
        let known: Option<Vec<u8>> = row.try_get("invited_person")?;
        Ok(known.map(|known| self.vault.is_hash_of(&known, tenant, reservation, person)))
    }

    /// Erases what is left of patients' numbers where the visit is over whatever its kit has reported, and old grants;
    /// returns how many numbers.
    pub async fn erase_old_persons(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin(Exception::Retention).await?;
        let erased = query(
            "UPDATE reservations SET invited_person = NULL WHERE invited_person IS NOT NULL AND ends_at <= $1",
        )
        .bind(stored(now - JOINABLE_AFTER_END))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        query("DELETE FROM join_grants WHERE expires_at <= $1")
            .bind(stored(now - GRANT_KEPT))
            .execute(&mut *transaction)
            .await?;
        query("DELETE FROM staff_logins WHERE began_at <= $1")
            .bind(stored(now - GRANT_KEPT))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        if erased > 0 {
            self.database.forget_erased().await?;
        }
        Ok(erased)
    }
}
