//! A care worker's login for a kit: from the QR code on the kit to a kit that is bound to somebody (RFC 8628 through us).
//!
//! The provider's rules say whether whoever logs in is a care worker of the kit's own municipality; nobody else gets it. What the kit
//! learns is a pseudonym, which leads to a person only in our store.

use axum::http::StatusCode;
use fleet_api::{StaffLoginAnswer, StaffLoginEnd, StaffLoginId, StaffLoginStarted, StaffOnShift, UnitId};
use jiff::Timestamp;

use super::{
    entry,
    may_take::may_take,
    openid::{DeviceAnswer, Login, Rule},
};
use crate::{
    app::App,
    audit::{Act, Actor},
    domain::{identity::settings::Offered, role::Role, sweden},
    store::{BegunLogin, KitKey, LoginUnderWay, StoreError, Tenant, Vouched},
    web::Problem,
};

/// How much slower to ask where the provider says so (RFC 8628, section 3.5), in seconds.
const SLOWER: u32 = 5;

/// What this server can do for a municipality's kits.
pub async fn offered(app: &App, tenant: &Tenant) -> Result<Offered, StoreError> {
    let wants = &tenant.identity;
    if !wants.bank_id && !wants.staff_login {
        return Ok(Offered::default());
    }
    let names = organisations(app, tenant).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(Offered {
        bank_id: app.bank_id.for_one_of(&names).is_some(),
        staff_login: app.openid.for_kits(&names).is_some(),
    })
}

/// A municipality's own name and its region's.
pub async fn organisations(app: &App, tenant: &Tenant) -> Result<Vec<String>, StoreError> {
    let mut names = vec![tenant.name.clone()];
    if let Some(region) = tenant.region {
        names.push(app.store.tenant(region).await?.name);
    }
    Ok(names)
}

/// Begins a login.
pub async fn begin(app: &App, key: KitKey, now: Timestamp) -> Result<StaffLoginStarted, Problem> {
    let tenant = app.store.tenant(key.tenant).await?;
    let names = organisations(app, &tenant).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let provider = app
        .openid
        .for_kits(&names)
        .filter(|_| tenant.identity.staff_login);
    let Some(provider) = provider else {
        return Err(Problem::not_found("care workers do not log in for kits here"));
    };
    if !app.store.kit(key).await?.life.can_be_taken() {
        return Err(StoreError::NotInService.into());
    }
    if !app.store.may_log_in(key, now).await? {
        let detail = "too many logins on this kit; wait ten minutes, or call the help desk";
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-tries",
            detail,
        ));
    }
    let begun = app.openid.begin_device(provider, now).await.map_err(|_| {
        let detail = "the login provider does not answer; try again in a moment, or call the help desk";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "provider-away", detail)
    })?;
    let login = BegunLogin {
        id: StaffLoginId::generate(),
        provider: begun.provider,
        device_code: begun.device_code,
        expires_at: now + begun.expires_in,
        interval_s: begun.interval_s,
    };
    app.store.add_staff_login(key, &login, now).await?;
    Ok(StaffLoginStarted {
        id: login.id,
        verification_uri: begun.verification_uri,
        user_code: begun.user_code,
        expires_in_s: u32::try_from(begun.expires_in.as_secs()).unwrap_or(0),
        poll_every_s: begun.interval_s,
    })
}

/// How a login stands; asks the provider if it may be asked now.
pub async fn look(
    app: &App,
    key: KitKey,
    id: StaffLoginId,
    now: Timestamp,
) -> Result<StaffLoginAnswer, Problem> {
    let begun = match app.store.staff_login(key, id, now).await? {
        LoginUnderWay::Over(answer) => return Ok(answer),
        LoginUnderWay::Wait => return Ok(StaffLoginAnswer::Pending),
        LoginUnderWay::Ask(begun) => begun,
    };
    if now >= begun.expires_at {
        return over(app, key, id, StaffLoginEnd::Expired).await;
    }
    match app
        .openid
        .ask_device(&begun.provider, &begun.device_code, now)
        .await
    {
        DeviceAnswer::Pending => Ok(StaffLoginAnswer::Pending),
        DeviceAnswer::SlowDown => {
            let slower = begun.interval_s.saturating_add(SLOWER);
            app.store.slow_down(key, id, slower, now).await?;
            Ok(StaffLoginAnswer::Pending)
        }
        DeviceAnswer::Denied => over(app, key, id, StaffLoginEnd::Declined).await,
        DeviceAnswer::Expired => over(app, key, id, StaffLoginEnd::Expired).await,
        DeviceAnswer::Failed(super::openid::Why::Away) => {
            over(app, key, id, StaffLoginEnd::Unreachable).await
        }
        DeviceAnswer::Failed(_) => over(app, key, id, StaffLoginEnd::NotAllowed).await,
        DeviceAnswer::Done(login) => done(app, key, id, &login, now).await,
    }
}

/// Ends a login because the kit does not wait for it any more.
pub async fn cancel(app: &App, key: KitKey, id: StaffLoginId) -> Result<(), Problem> {
    over(app, key, id, StaffLoginEnd::Declined).await.map(|_| ())
}

async fn over(
    app: &App,
    key: KitKey,
    id: StaffLoginId,
    why: StaffLoginEnd,
) -> Result<StaffLoginAnswer, Problem> {
    let answer = StaffLoginAnswer::Ended { why };
    app.store.end_staff_login(key, id, &answer).await?;
    tracing::info!(tenant = %key.tenant, kit = %key.kit, why = why.name(), "no care worker logged in");
    Ok(answer)
}

/// Somebody has logged in: if they may, the kit is theirs.
async fn done(
    app: &App,
    key: KitKey,
    id: StaffLoginId,
    login: &Login,
    now: Timestamp,
) -> Result<StaffLoginAnswer, Problem> {
    let Some(unit) = unit_of(app, key, login).await? else {
        return over(app, key, id, StaffLoginEnd::NotAllowed).await;
    };
    let act = Act::by(Actor::Kit(key.kit), now);
    let vouched = Vouched {
        issuer: login.issuer.clone(),
        subject: login.subject.clone(),
        name: login.name.clone(),
    };
    let worker = app
        .store
        .care_worker_of_login(key.tenant, &vouched, unit, &act)
        .await?;
    if app.store.has_left(key.tenant, worker).await? {
        return over(app, key, id, StaffLoginEnd::NotAllowed).await;
    }
    if !may_take(&app.store, key.tenant, worker, sweden::day(now)).await? {
        return over(app, key, id, StaffLoginEnd::NotAllowed).await;
    }
    let tenant = app.store.tenant(key.tenant).await?;
    // Whole seconds, so that what is stored and what the kit is told are the same.
    let until = now + tenant.identity.shift();
    let staff = StaffOnShift {
        pseudonym: worker,
        until: Timestamp::from_second(until.as_second()).unwrap_or(until),
    };
    let answer = StaffLoginAnswer::Done { staff };
    match app.store.begin_shift(key, staff, &act).await {
        // Somebody has sent it to repair, or handed it over, since the login began.
        Err(StoreError::NotInService | StoreError::NotFound(_)) => {
            return over(app, key, id, StaffLoginEnd::NotAllowed).await;
        }
        begun => begun?,
    }
    app.store.end_staff_login(key, id, &answer).await?;
    tracing::info!(tenant = %key.tenant, kit = %key.kit, "a care worker logged in for a kit");
    Ok(answer)
}

/// The unit where somebody is a care worker of the kit's municipality. None = they are not.
async fn unit_of(app: &App, key: KitKey, login: &Login) -> Result<Option<UnitId>, StoreError> {
    let home = app.store.tenant_named(&login.tenant).await?;
    let family = app.store.family(home.id).await?;
    let rule: Option<&Rule> = login.rule.as_ref().filter(|rule| rule.role == Role::CareWorker);
    let here = rule.filter(|rule| entry::place(&family, rule).is_some_and(|tenant| tenant.id == key.tenant));
    let Some(rule) = here else { return Ok(None) };
    let mut units = app.store.units(key.tenant).await?;
    units.retain(|unit| !unit.is_closed);
    let unit = match &rule.unit {
        Some(name) => units.iter().find(|unit| unit.name == *name),
        None => units.first(),
    };
    if unit.is_none() {
        tracing::warn!(tenant = %key.tenant, "a rule in openid.toml leads to no unit of the municipality; add one");
    }
    Ok(unit.map(|unit| unit.id))
}
