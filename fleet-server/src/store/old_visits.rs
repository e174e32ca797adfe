//! What is kept of a visit for five years besides the log of meetings: the booking, why it was not held, and what the kit reported.
//!
//! They go together, so that no meeting of long ago looks as if nobody had come. Who fetched the kit stays, without the booking.

use jiff::Timestamp;

use super::{
    Store, StoreError,
    database::{Exception, query},
    stored,
};
use crate::domain::attendance::KEPT;

/// What points to old bookings must let go of them first.
const LET_GO: [&str; 3] = [
    "DELETE FROM meeting_causes WHERE EXISTS (
         SELECT 1 FROM reservations r
         WHERE r.tenant_id = meeting_causes.tenant_id AND r.reservation_id = meeting_causes.reservation_id
           AND r.ends_at <= $1)",
    "DELETE FROM join_grants WHERE EXISTS (
         SELECT 1 FROM reservations r
         WHERE r.tenant_id = join_grants.tenant_id AND r.reservation_id = join_grants.reservation_id
           AND r.ends_at <= $1)",
    "UPDATE check_outs SET reservation_id = NULL WHERE reservation_id IS NOT NULL AND EXISTS (
         SELECT 1 FROM reservations r
         WHERE r.tenant_id = check_outs.tenant_id AND r.reservation_id = check_outs.reservation_id
           AND r.ends_at <= $1)",
];
const ERASE: [&str; 2] = [
    "DELETE FROM reservations WHERE ends_at <= $1",
    "DELETE FROM events WHERE received_at <= $1",
];

impl Store {
    /// Erases what has been kept for five years, whoever's it is; returns how many bookings and reports of kits.
    pub async fn erase_old_visits(&self, now: Timestamp) -> Result<u64, StoreError> {
        let until = stored(now - KEPT);
        let mut transaction = self.begin(Exception::Retention).await?;
        for statement in LET_GO {
            query(statement).bind(until).execute(&mut *transaction).await?;
        }
        let mut erased = 0;
        for statement in ERASE {
            let done = query(statement).bind(until).execute(&mut *transaction).await?;
            erased += done.rows_affected();
        }
        transaction.commit().await?;
        if erased > 0 {
            self.database.forget_erased().await?;
        }
        Ok(erased)
    }
}
