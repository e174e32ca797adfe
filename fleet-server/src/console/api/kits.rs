//! Kits.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{CommandId, CommandKind, KitId, KitName, KitState, TenantId, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Place,
    kit_owner::{CustodianView, ServiceView},
    place,
};
use crate::{
    app::App,
    console::{
        acts,
        fleet::{self, KitRow},
        rest::{Listing, Page, Paging},
    },
    domain::{
        life_cycle::LifeState,
        readiness::{Cause, Readiness},
        responsibility::Responsible,
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// Where a kit stands in the list.
type Position = (Place, String, KitId);

/// A kit.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct KitView {
    id: KitId,
    name: KitName,
    /// Whether a tablet is enrolled as this kit.
    enrolled: bool,
    /// Whether the kit is connected now, or was heard within 90 s.
    connected: bool,
    /// The agent that it last reported.
    agent_version: Option<String>,
    /// Its last sync, or its last word on a connection that has ended since.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Timestamp>,
    /// The municipality, or the region, that has it.
    tenant: TenantId,
    /// Whose property it is: the region's or a municipality's.
    owner: Responsible,
    /// Which municipality's; none = the region's. It may be another than the one that has the kit.
    owner_municipality: Option<TenantId>,
    /// What that municipality is called.
    owner_name: Option<String>,
    /// Who answers for its service, and why.
    service: ServiceView,
    /// Who has it with them now; none = it is at its place.
    custodian: Option<CustodianView>,
    /// Where it is in its life.
    life: LifeState,
    /// Whether it can be used.
    readiness: Readiness,
    /// What stands in the way.
    cause: Option<Cause>,
    /// How it was when it last told: self-test, battery, storage, network.
    state: Option<KitState>,
    /// When the server learnt that.
    #[schema(value_type = Option<String>, format = DateTime)]
    state_received_at: Option<Timestamp>,
    /// Its open tickets, what stops a visit first.
    tickets: Vec<TicketId>,
    /// Whether it stands ready to take another kit's place.
    spare: bool,
}

impl From<KitRow> for KitView {
    fn from(row: KitRow) -> Self {
        let service = ServiceView::from(&row);
        Self {
            id: row.kit.id,
            name: row.kit.name,
            enrolled: row.kit.device.is_some(),
            connected: row.online,
            agent_version: row.kit.agent_version,
            last_seen_at: row.kit.last_seen_at,
            tenant: row.key.tenant,
            owner: row.kit.owner.kind(),
            owner_municipality: row.kit.owner.municipality(),
            service,
            owner_name: row.owner_name,
            custodian: row.holder.map(CustodianView::from),
            life: row.kit.life,
            readiness: row.readiness,
            cause: row.cause,
            state_received_at: row.health.as_ref().map(|health| health.received_at),
            state: row.health.map(|health| health.state),
            tickets: row.tickets.iter().map(|row| row.ticket.id).collect(),
            spare: row.spare,
        }
    }
}

/// Lists the kits that the administrator may see, by municipality and name.
#[utoipa::path(
    get,
    path = "/api/v1/kits",
    params(Paging),
    responses(
        (status = 200, body = Vec<KitView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Page<KitView>, Problem> {
    let after: Option<Position> = listing.after()?;
    let now = Timestamp::now();
    let mut rows = Vec::new();
    for tenant in administrator.reach(&app.store).await? {
        let place = place(&tenant, &administrator);
        // What a page before has shown whole need not be gathered again.
        if after.as_ref().is_some_and(|(shown, ..)| place < *shown) {
            continue;
        }
        let of_tenant = fleet::rows(&app, &[tenant], now).await?.into_iter();
        let position = |row: &KitRow| (place.clone(), row.kit.name.as_str().to_owned(), row.kit.id);
        rows.extend(of_tenant.map(|row| (position(&row), row)));
        rows.retain(|(position, _)| after.as_ref().is_none_or(|after| position > after));
        if rows.len() >= listing.enough() {
            break;
        }
    }
    let page = listing.page(rows, |(position, _)| position.clone())?;
    Ok(page.map(|(_, row)| row.into()))
}

/// One kit.
#[utoipa::path(
    get,
    path = "/api/v1/kits/{id}",
    params(("id" = KitId, Path)),
    responses(
        (status = 200, body = KitView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
) -> Result<Json<KitView>, Problem> {
    let row = acts::kit_row(&app, &administrator, &kit, Timestamp::now()).await?;
    Ok(Json(row.into()))
}

/// What of a kit is to be different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct KitChange {
    /// What is painted on it from now on.
    name: KitName,
}

/// Gives a kit another name. The tablet shows it when it is enrolled the next time.
#[utoipa::path(
    patch,
    path = "/api/v1/kits/{id}",
    params(("id" = KitId, Path)),
    request_body = KitChange,
    responses(
        (status = 204, description = "Renamed."),
        (status = 409, description = "The municipality has another kit of that name.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn rename(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(change): BoundedJson<KitChange>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    acts::rename(&app, &administrator, key, &change.name, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a kit's enrolment at once, as for a lost tablet.
#[utoipa::path(
    delete,
    path = "/api/v1/kits/{id}/enrolment",
    params(("id" = KitId, Path)),
    responses(
        (status = 204, description = "The kit's certificate is refused from now on."),
    ),
)]
pub(in crate::console) async fn end_enrolment(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    app.store
        .revoke_enrolment(key, &administrator.act(Timestamp::now()))
        .await?;
    app.nudges.disconnect(key);
    tracing::info!(tenant = %key.tenant, kit = %key.kit, "enrolment ended");
    Ok(StatusCode::NO_CONTENT)
}

/// Something for a kit to do once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct CommandRequest {
    kind: CommandKind,
}

/// A command that waits for the kit.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct CommandView {
    id: CommandId,
}

/// Asks a kit to do something once; during a meeting it waits until afterwards.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/commands",
    params(("id" = KitId, Path)),
    request_body = CommandRequest,
    responses(
        (status = 202, body = CommandView),
        (status = 409, description = "Too many wait already.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn command(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<CommandRequest>,
) -> Result<(StatusCode, Json<CommandView>), Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let id = app
        .store
        .add_command(key, request.kind, &administrator.act(Timestamp::now()))
        .await?;
    app.nudges.nudge(key);
    Ok((StatusCode::ACCEPTED, Json(CommandView { id })))
}
