//! What the follow-up is computed from: booked meetings, what kits reported of them, stated causes, kits' lives; and the
//! settings by which it is read.

use std::collections::HashMap;

use fleet_api::{EventKind, KitId, NeutralTitle, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    Store, StoreError, audit,
    database::{Row, query, query_scalar},
    read_time,
    standing::joined,
    stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    follow_up::{
        account::{Report, WhyNotHeld},
        settings::Settings,
        utilisation::Lived,
    },
    life_cycle::LifeState,
};

/// A booked meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookedMeeting {
    /// Its reservation.
    pub reservation: ReservationId,
    /// Which kit.
    pub kit: KitId,
    /// When it was to begin.
    pub starts_at: Timestamp,
    /// When it was to end.
    pub ends_at: Timestamp,
    /// Why it was not held, where somebody has said so.
    pub stated: Option<WhyNotHeld>,
}

impl Store {
    /// A tenant's meetings that were to begin in this time and were not cancelled, earliest first.
    pub async fn booked_meetings(
        &self,
        tenant: TenantId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<BookedMeeting>, StoreError> {
        let rows = query(
            "SELECT r.reservation_id, r.kit_id, r.starts_at, r.ends_at, c.cause FROM reservations r
             LEFT JOIN meeting_causes c ON c.tenant_id = r.tenant_id AND c.reservation_id = r.reservation_id
             WHERE r.tenant_id = $1 AND r.starts_at >= $2 AND r.starts_at < $3 AND r.cancelled_at IS NULL
             ORDER BY r.starts_at, r.reservation_id",
        )
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until))
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_meeting).collect()
    }

    /// What their kits reported of these meetings.
    pub async fn kit_reports(
        &self,
        tenant: TenantId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<HashMap<ReservationId, Vec<(Timestamp, Report)>>, StoreError> {
        // A kit speaks only for its own meetings.
        let mut asked = query(
            "SELECT e.reservation_id, e.happened_at, e.body FROM reservations r
             JOIN events e ON e.tenant_id = r.tenant_id AND e.reservation_id = r.reservation_id
                 AND e.kit_id = r.kit_id AND e.kind IN ($4, $5, $6, $7, $8, $9)
             WHERE r.tenant_id = $1 AND r.starts_at >= $2 AND r.starts_at < $3 AND r.cancelled_at IS NULL",
        )
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until));
        for kind in Report::TOLD_BY {
            asked = asked.bind(kind);
        }
        let rows = asked.fetch_all(self.within(tenant)).await?;
        let mut reports: HashMap<ReservationId, Vec<(Timestamp, Report)>> = HashMap::new();
        for row in &rows {
            let event: EventKind =
                serde_json::from_str(row.try_get("body")?).map_err(|_| StoreError::Damaged("events.body"))?;
            if let Some(report) = Report::of(&event) {
                let at = read_time("events.happened_at", row.try_get("happened_at")?)?;
                let reservation = ReservationId(row.try_get("reservation_id")?);
                reports.entry(reservation).or_default().push((at, report));
            }
        }
        Ok(reports)
    }

    /// How many care plan meetings that were to begin in this time were held, as far as kits have reported. Other visits are
    /// not what the plan is about (R3: of the county's care plannings, those that are held at home).
    pub async fn home_meetings(
        &self,
        tenant: TenantId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<u64, StoreError> {
        let held: i64 = query_scalar(concat!(
            "SELECT count(*) FROM reservations r
             WHERE r.tenant_id = $1 AND r.starts_at >= $2 AND r.starts_at < $3 AND r.cancelled_at IS NULL
               AND r.title = $4 AND ",
            joined!("r")
        ))
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until))
        .bind(NeutralTitle::CarePlanMeeting.as_str())
        .fetch_one(self.within(tenant))
        .await?;
        Ok(u64::try_from(held).unwrap_or(0))
    }

    /// The states that a tenant's kits went through before a time, oldest first; none where they left.
    pub async fn kit_lives(
        &self,
        tenant: TenantId,
        until: Timestamp,
    ) -> Result<HashMap<KitId, Vec<Lived>>, StoreError> {
        let rows = query(
            "SELECT kit_id, at, state, moved_to IS NOT NULL AS has_left FROM kit_states WHERE tenant_id = $1 AND at < $2 ORDER BY kit_id, number",
        )
        .bind(tenant.0)
        .bind(stored(until))
        .fetch_all(self.within(tenant))
        .await?;
        let mut lives: HashMap<KitId, Vec<Lived>> = HashMap::new();
        for row in &rows {
            let state = LifeState::named(row.try_get("state")?);
            let state = state.ok_or(StoreError::Damaged("kit_states.state"))?;
            let state = (!row.try_get::<bool, _>("has_left")?).then_some(state);
            let at = read_time("kit_states.at", row.try_get("at")?)?;
            let kit = KitId(row.try_get("kit_id")?);
            lives.entry(kit).or_default().push((at, state));
        }
        Ok(lives)
    }

    /// States why a meeting was not held. Stating it again replaces what was stated.
    pub async fn state_cause(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        cause: WhyNotHeld,
        act: &Act,
    ) -> Result<(), StoreError> {
        self.reservation(tenant, reservation).await?;
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO meeting_causes (tenant_id, reservation_id, cause, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, reservation_id) DO UPDATE SET cause = $3, at = $4",
        )
        .bind(tenant.0)
        .bind(reservation.0)
        .bind(cause.name())
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let stated = AuditEvent::MeetingCauseStated { reservation, cause };
        audit::append(&mut transaction, tenant, act, &stated).await?;
        Ok(transaction.commit().await?)
    }

    /// What a tenant has said about its follow-up.
    pub async fn follow_up_settings(&self, tenant: TenantId) -> Result<Settings, StoreError> {
        let body: Option<String> = query_scalar("SELECT body FROM follow_up_settings WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_optional(self.within(tenant))
            .await?;
        match body {
            None => Ok(Settings::default()),
            Some(body) => {
                serde_json::from_str(&body).map_err(|_| StoreError::Damaged("follow_up_settings.body"))
            }
        }
    }

    /// Replaces what a tenant has said about its follow-up.
    pub async fn set_follow_up_settings(
        &self,
        tenant: TenantId,
        settings: &Settings,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO follow_up_settings (tenant_id, body) VALUES ($1, $2)
             ON CONFLICT (tenant_id) DO UPDATE SET body = $2",
        )
        .bind(tenant.0)
        .bind(serde_json::to_string(settings).expect("settings are plain data"))
        .execute(&mut *transaction)
        .await?;
        let changed = AuditEvent::FollowUpSettingsChanged {
            settings: settings.clone(),
        };
        audit::append(&mut transaction, tenant, act, &changed).await?;
        Ok(transaction.commit().await?)
    }
}

fn read_meeting(row: &Row) -> Result<BookedMeeting, StoreError> {
    let cause: Option<&str> = row.try_get("cause")?;
    let stated = cause.map(|name| WhyNotHeld::named(name).ok_or(StoreError::Damaged("meeting_causes.cause")));
    Ok(BookedMeeting {
        reservation: ReservationId(row.try_get("reservation_id")?),
        kit: KitId(row.try_get("kit_id")?),
        starts_at: read_time("reservations.starts_at", row.try_get("starts_at")?)?,
        ends_at: read_time("reservations.ends_at", row.try_get("ends_at")?)?,
        stated: stated.transpose()?,
    })
}
