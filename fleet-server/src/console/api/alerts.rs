//! Alerts: what is the matter, putting it off, and who is told.

use std::cmp::Reverse;

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{AlertId, ChannelId, KitId, KitName, TenantId};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Municipality, id, place, within_reach};
use crate::{
    app::App,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    domain::alert::{AlertKind, ChannelKind},
    identity::administrator::Administrator,
    store::OpenAlert,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// An alert that people were told of and that is not over.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct AlertView {
    id: AlertId,
    kind: AlertKind,
    tenant: TenantId,
    kit: KitId,
    kit_name: KitName,
    /// When the visit begins that it is about.
    #[schema(value_type = Option<String>, format = DateTime)]
    visit_at: Option<Timestamp>,
    /// When people were told last.
    #[schema(value_type = String, format = DateTime)]
    raised_at: Timestamp,
    /// Until when nobody is told again.
    #[schema(value_type = Option<String>, format = DateTime)]
    snoozed_until: Option<Timestamp>,
}

impl AlertView {
    fn new(tenant: TenantId, alert: OpenAlert) -> Self {
        Self {
            id: alert.id,
            kind: alert.kind,
            tenant,
            kit: alert.kit,
            kit_name: alert.kit_name,
            visit_at: alert.visit_at,
            raised_at: alert.raised_at,
            snoozed_until: alert.snoozed_until,
        }
    }
}

/// Lists the alerts that the administrator may see, by municipality, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    params(Paging),
    responses(
        (status = 200, body = Vec<AlertView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Page<AlertView>, Problem> {
    let mut alerts = Vec::new();
    for tenant in administrator.reach(&app.store).await? {
        let open = app.store.open_alerts(tenant.id).await?.into_iter();
        alerts.extend(open.map(|alert| (place(&tenant, &administrator), AlertView::new(tenant.id, alert))));
    }
    let page = listing.page(alerts, |(place, alert)| {
        (place.clone(), Reverse(alert.raised_at), alert.id)
    })?;
    Ok(page.map(|(_, alert)| alert))
}

/// One alert.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{id}",
    params(("id" = AlertId, Path)),
    responses(
        (status = 200, body = AlertView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path(alert): Path<String>,
) -> Result<Json<AlertView>, Problem> {
    let missing = || Problem::not_found("there is no such alert");
    let alert: AlertId = id(&alert, "alert")?;
    let tenant = app.store.whose_alert(alert).await?;
    let reach = administrator.reach(&app.store).await?;
    if !reach.iter().any(|candidate| candidate.id == tenant) {
        return Err(missing());
    }
    let open = app.store.open_alerts(tenant).await?;
    let found = open.into_iter().find(|candidate| candidate.id == alert);
    Ok(Json(AlertView::new(tenant, found.ok_or_else(missing)?)))
}

/// Until when an alert is to be silent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct SnoozeRequest {
    /// At most 14 days ahead.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// Puts an alert off. If it still holds then, people are told again.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{id}/snooze",
    params(("id" = AlertId, Path)),
    request_body = SnoozeRequest,
    responses(
        (status = 204, description = "It is silent until then."),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn snooze(
    State(app): State<App>,
    administrator: Administrator,
    Path(alert): Path<String>,
    BoundedJson(request): BoundedJson<SnoozeRequest>,
) -> Result<StatusCode, Problem> {
    acts::snooze(&app, &administrator, &alert, request.until, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A receiver of alerts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ChannelView {
    id: ChannelId,
    kind: ChannelKind,
    /// Address or URL.
    target: String,
    /// Since when it has not been reached, where something waits for it.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
}

/// Lists a tenant's receivers of alerts.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/alert-channels",
    params(("id" = TenantId, Path), Paging),
    responses(
        (status = 200, body = Vec<ChannelView>),
    ),
)]
pub(in crate::console) async fn channels(
    State(app): State<App>,
    Municipality(tenant): Municipality,
    listing: Listing,
) -> Result<Page<ChannelView>, Problem> {
    let channels = app.store.channels(tenant.id).await?;
    // Ids grow with time.
    let page = listing.page(channels, |channel| channel.id)?;
    Ok(page.map(|channel| ChannelView {
        id: channel.id,
        kind: channel.kind,
        target: channel.target,
        failing_since: channel.failing_since,
    }))
}

/// A receiver to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ChannelRequest {
    kind: ChannelKind,
    /// An e-mail address, or an https address.
    #[schema(max_length = 500)]
    target: String,
}

/// A receiver that was added.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct AddedChannel {
    id: ChannelId,
    /// The key by which messages to a program are signed, `whsec_` and base64. It is shown this once.
    secret: Option<String>,
}

/// Adds a receiver of a tenant's alerts. Messages to a program are signed as Standard Webhooks says.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/alert-channels",
    params(("id" = TenantId, Path)),
    request_body = ChannelRequest,
    responses(
        (status = 201, body = AddedChannel),
        (status = 409, description = "It is there already, or there are 10.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn add_channel(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<ChannelRequest>,
) -> Result<(StatusCode, Json<AddedChannel>), Problem> {
    let new = (request.kind, request.target.as_str());
    let (id, secret) = acts::add_channel(&app, &administrator, &tenant, new, Timestamp::now()).await?;
    let secret = secret.map(|secret| secret.expose_secret().to_owned());
    Ok((StatusCode::CREATED, Json(AddedChannel { id, secret })))
}

/// Removes a receiver, with what still waits for it.
#[utoipa::path(
    delete,
    path = "/api/v1/municipalities/{id}/alert-channels/{channel}",
    params(("id" = TenantId, Path), ("channel" = ChannelId, Path)),
    responses(
        (status = 204, description = "Removed."),
    ),
)]
pub(in crate::console) async fn remove_channel(
    State(app): State<App>,
    administrator: Administrator,
    Path((municipality, channel)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let tenant = within_reach(&app, &administrator, id(&municipality, "municipality")?).await?;
    let channel = id(&channel, "receiver")?;
    acts::remove_channel(&app, &administrator, &tenant, channel, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
