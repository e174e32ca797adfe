//! Booking, moving and cancelling visits; checking kits out and taking them back.

use fleet_api::{CareWorkerId, KitId, MeetingLink, NeutralTitle, ReservationId, TenantId};
use jiff::Timestamp;

use super::{kit_key, may_take};
use crate::{
    app::App,
    console::clock,
    domain::{
        hygiene::{HYGIENE_LOOKS_BACK, HygieneRefusal, OverrideReason, missing},
        identity::expected::{Particulars, check_expected},
        link_policy::check_link,
        neutrality::approve_title,
        refusal::Refusal as _,
        reservation::{ChangeRefusal, check_time},
        visit::{Booking, FETCHED_SINCE, clashes, fetched_by_now, not_fetched, taken_for},
    },
    identity::administrator::Administrator,
    store::{Kit, KitKey, NewReservation, StoreError, Tenant},
    web::Problem,
};

/// Most kits and meetings that are looked through for free kits and overdue visits.
const MOST: u32 = 5_000;

/// A meeting to be booked, before anything in it has been checked.
pub(in crate::console) struct Meeting {
    pub(in crate::console) kit: String,
    pub(in crate::console) title: String,
    pub(in crate::console) time: (Timestamp, Timestamp),
    pub(in crate::console) link: MeetingLink,
    pub(in crate::console) particulars: Particulars,
}

/// Books a kit for a meeting: link, title and time are checked at once; the kit learns of it within seconds.
pub(in crate::console) async fn book(
    app: &App,
    administrator: &Administrator,
    meeting: Meeting,
    now: Timestamp,
) -> Result<(ReservationId, KitKey, NeutralTitle), Problem> {
    let Meeting {
        kit,
        title,
        time,
        link,
        particulars,
    } = meeting;
    let key = kit_key(app, administrator, &kit).await?;
    let rules = app.store.tenant(key.tenant).await?.settings.meeting_hosts;
    check_link(&link, &rules).map_err(|refusal| Problem::refused("link", &refusal))?;
    let title = approve_title(&title).map_err(|refusal| Problem::refused("title", &refusal))?;
    check_time(time.0, time.1, now).map_err(|refusal| Problem::refused("time", &refusal))?;
    check_expected(&particulars.expected).map_err(|refusal| Problem::refused("expected", &refusal))?;
    check_in_use(app, key).await?;
    let new = NewReservation {
        kit: key.kit,
        title,
        starts_at: time.0,
        ends_at: time.1,
        link,
    };
    let id = app
        .store
        .reserve_with(key.tenant, &new, &particulars, administrator.act(now))
        .await?;
    app.nudges.nudge(key);
    Ok((id, key, title))
}

/// What is lost or retired goes to no meeting.
async fn check_in_use(app: &App, key: KitKey) -> Result<(), Problem> {
    let in_use = app.store.kit(key).await?.life.can_be_reserved();
    let detail = "the kit is not in use any more; choose another";
    in_use
        .then_some(())
        .ok_or_else(|| Problem::conflict("out-of-service", detail))
}

/// Moves a reservation to another time, and if wished to another kit of the same municipality.
pub(in crate::console) async fn rebook(
    app: &App,
    administrator: &Administrator,
    reservation: ReservationId,
    kit: Option<KitId>,
    time: (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<(), Problem> {
    rebook_as(app, administrator, reservation, (kit, time), None, now).await
}

/// As [`rebook`], because of a version of its invitation, which may have another link.
pub(super) async fn rebook_as(
    app: &App,
    administrator: &Administrator,
    reservation: ReservationId,
    (kit, time): (Option<KitId>, (Timestamp, Timestamp)),
    version: Option<(u32, &MeetingLink)>,
    now: Timestamp,
) -> Result<(), Problem> {
    let tenant = reservation_tenant(app, administrator, reservation).await?;
    check_time(time.0, time.1, now).map_err(|refusal| Problem::refused("time", &refusal))?;
    let booked = app.store.reservation(tenant, reservation).await?;
    let kit = kit.unwrap_or(booked.kit);
    let key = KitKey { tenant, kit };
    check_in_use(app, key).await?;
    let act = administrator.act(now);
    let moved = app.store.rebook(tenant, reservation, kit, time, version, &act);
    let moved = moved.await?;
    let before = moved.map_err(unchangeable)?;
    for kit in [before, kit] {
        app.nudges.nudge(KitKey { tenant, kit });
    }
    Ok(())
}

/// Cancels a reservation and erases its link.
pub(in crate::console) async fn cancel(
    app: &App,
    administrator: &Administrator,
    reservation: ReservationId,
    now: Timestamp,
) -> Result<(), Problem> {
    cancel_as(app, administrator, reservation, None, now).await
}

/// As [`cancel`], because of a version of its invitation.
pub(super) async fn cancel_as(
    app: &App,
    administrator: &Administrator,
    reservation: ReservationId,
    version: Option<u32>,
    now: Timestamp,
) -> Result<(), Problem> {
    let tenant = reservation_tenant(app, administrator, reservation).await?;
    let act = administrator.act(now);
    let cancelled = app.store.cancel(tenant, reservation, version, &act).await?;
    let kit = cancelled.map_err(unchangeable)?;
    app.nudges.nudge(KitKey { tenant, kit });
    Ok(())
}

/// Why a booking stays as it is.
pub(in crate::console) fn unchangeable(refusal: ChangeRefusal) -> Problem {
    Problem::conflict(refusal.code(), refusal)
}

/// Whose a reservation is, if the administrator may see it.
pub(in crate::console) async fn reservation_tenant(
    app: &App,
    administrator: &Administrator,
    reservation: ReservationId,
) -> Result<TenantId, Problem> {
    let tenant = app.store.whose_reservation(reservation).await?;
    let reach = administrator.reach(&app.store).await?;
    let within = reach.iter().any(|candidate| candidate.id == tenant);
    within
        .then_some(tenant)
        .ok_or_else(|| StoreError::NotFound("reservation").into())
}

/// Hands a kit to a named care worker. Where a hygiene sign-off is missing, only with a reason, which is recorded.
pub(in crate::console) async fn check_out(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    worker: CareWorkerId,
    reason: Option<OverrideReason>,
    now: Timestamp,
) -> Result<(), Problem> {
    known_worker(app, key.tenant, worker).await?;
    check_in_use(app, key).await?;
    may_take(app, key.tenant, worker, clock::day(now)).await?;
    let steps = app
        .store
        .hygiene_steps(key.tenant, now - HYGIENE_LOOKS_BACK)
        .await?;
    let steps: Vec<_> = steps
        .get(&key.kit)
        .into_iter()
        .flatten()
        .map(|(_, step)| *step)
        .collect();
    if reason.is_some_and(|reason| !OverrideReason::GIVEN_BY_PEOPLE.contains(&reason)) {
        return Err(Problem::refused("hygiene", &HygieneRefusal::NotYourReason));
    }
    let unsigned = !missing(&steps).is_empty();
    if unsigned && reason.is_none() {
        return Err(Problem::refused("hygiene", &HygieneRefusal::NotSigned));
    }
    let (from, until) = taken_for(now, clock::day_of(clock::day(now)).1);
    let visits = app.store.reservations(key.tenant, from, until, MOST).await?;
    let visit = visits.iter().find(|visit| visit.kit == key.kit && !visit.wiped);
    let act = administrator.act(now);
    app.store
        .check_out(
            key,
            worker,
            visit.map(|visit| visit.id),
            reason.filter(|_| unsigned),
            &act,
        )
        .await?;
    Ok(())
}

/// Takes a kit back from a care worker.
pub(in crate::console) async fn take_back(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    worker: CareWorkerId,
    now: Timestamp,
) -> Result<(), Problem> {
    known_worker(app, key.tenant, worker).await?;
    app.store.take_back(key, worker, &administrator.act(now)).await?;
    // The shift on the kit is over with it.
    app.nudges.nudge(key);
    Ok(())
}

pub(super) async fn known_worker(app: &App, tenant: TenantId, worker: CareWorkerId) -> Result<(), Problem> {
    let workers = app.store.care_workers(tenant).await?;
    let known = workers.iter().any(|candidate| candidate.id == worker);
    known
        .then_some(())
        .ok_or_else(|| StoreError::NotFound("care worker").into())
}

/// The kits of a municipality that are free at a time.
pub(in crate::console) async fn free_kits(
    app: &App,
    tenant: TenantId,
    time: (Timestamp, Timestamp),
) -> Result<Vec<Kit>, StoreError> {
    let taken = app.store.reservations(tenant, time.0, time.1, MOST).await?;
    let taken = taken.iter().filter(|visit| !visit.wiped);
    let taken: Vec<Booking> = taken.map(|visit| visit.as_booking(false)).collect();
    let mut kits = app.store.kits(tenant, MOST).await?;
    kits.retain(|kit| kit.life.can_be_reserved() && clashes(&taken, kit.id, time).next().is_none());
    Ok(kits)
}

/// The visits of these tenants whose kit should have been fetched by now.
pub(in crate::console) async fn overdue(
    app: &App,
    tenants: &[Tenant],
    now: Timestamp,
) -> Result<Vec<Booking>, StoreError> {
    let (from, until) = fetched_by_now(now);
    let mut overdue = Vec::new();
    for tenant in tenants {
        let fetched = app.store.check_outs(tenant.id, now - FETCHED_SINCE).await?;
        let visits = app.store.reservations(tenant.id, from, until, MOST).await?;
        let visits = visits.iter().filter(|visit| !visit.wiped);
        let bookings: Vec<Booking> = visits
            .map(|visit| {
                let taken = |out: &crate::store::CheckOut| {
                    out.kit == visit.kit && out.outing().serves(visit.id, visit.starts_at)
                };
                visit.as_booking(fetched.iter().any(taken))
            })
            .collect();
        overdue.extend(not_fetched(&bookings, now));
    }
    Ok(overdue)
}
