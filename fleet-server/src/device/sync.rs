//! The one round trip: takes in what happened, answers with what the kit should be.

use axum::{Extension, Json, extract::State};
use fleet_api::{DesiredState, SyncRequest, SyncResponse};
use jiff::Timestamp;

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    identity::staff_login,
    store::{KitKey, StoreError},
    web::{BoundedJson, Problem},
};

/// `POST /device/v1/sync`. What is acknowledged is on disk.
pub(super) async fn sync(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    BoundedJson(request): BoundedJson<SyncRequest>,
) -> Result<Json<SyncResponse>, Problem> {
    request
        .validate()
        .map_err(|error| Problem::invalid("sync", error))?;
    let now = Timestamp::now();
    let events = request.events.len();
    let acknowledged_up_to = app.store.take_in(kit.key, request, now).await?;
    app.metrics.events_stored(events);
    let desired = desired_state(&app, kit.key, now).await?;
    Ok(Json(SyncResponse {
        acknowledged_up_to,
        desired,
        server_time: now,
    }))
}

async fn desired_state(app: &App, key: KitKey, now: Timestamp) -> Result<DesiredState, StoreError> {
    let store = &app.store;
    let tenant = store.tenant(key.tenant).await?;
    let offered = staff_login::offered(app, &tenant).await?;
    let identification = tenant.identity.identification(offered);
    let on_shift = if identification.staff_login {
        store.on_shift(key, now).await?
    } else {
        None
    };
    Ok(DesiredState {
        configuration_version: tenant.configuration_version,
        reservations: store.reservations_for_kit(key, now).await?,
        update_target: tenant.settings.update_target,
        commands: store.waiting_commands(key).await?,
        consent: store.consent_text(key.tenant).await?.map(|adopted| adopted.text),
        checklist: store
            .checklist(key.tenant)
            .await?
            .map(|adopted| adopted.for_kits()),
        meeting_hosts: tenant.identity.meeting_hosts(&tenant.settings.meeting_hosts),
        help_desk: tenant.settings.help_desk,
        identification,
        on_shift,
    })
}
