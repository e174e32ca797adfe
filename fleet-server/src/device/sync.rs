//! The one round trip: takes in what happened, answers with what the kit should be.

use axum::{Extension, Json, extract::State};
use fleet_api::{DesiredState, SyncRequest, SyncResponse};
use jiff::Timestamp;

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    store::{KitKey, Store, StoreError},
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
    let desired = desired_state(&app.store, kit.key, now).await?;
    Ok(Json(SyncResponse {
        acknowledged_up_to,
        desired,
        server_time: now,
    }))
}

async fn desired_state(store: &Store, key: KitKey, now: Timestamp) -> Result<DesiredState, StoreError> {
    let tenant = store.tenant(key.tenant).await?;
    Ok(DesiredState {
        configuration_version: tenant.configuration_version,
        reservations: store.reservations_for_kit(key, now).await?,
        help_desk: tenant.settings.help_desk,
        update_target: tenant.settings.update_target,
        commands: store.waiting_commands(key).await?,
    })
}
