//! The parts of kits, one by one or as a whole register.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use fleet_api::{KitId, PartId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Municipality;
use crate::{
    app::App,
    console::{
        acts::{self, TakenIn},
        csv_file, inventory,
        rest::{Listing, Page, Paging},
    },
    domain::{
        inventory_file::{COLUMNS, RowError},
        part::{Condition, Part},
        sweden::Day,
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A part of a kit.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct PartView {
    id: PartId,
    part: Part,
}

/// How a register was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ImportView {
    /// Rows that were taken in: all or none.
    taken_in: usize,
    /// Of these, those that changed something.
    changed: usize,
    /// Every row that is wrong.
    errors: Vec<RowError>,
}

/// Lists a kit's parts.
#[utoipa::path(
    get,
    path = "/api/v1/kits/{id}/parts",
    params(("id" = KitId, Path), Paging),
    responses(
        (status = 200, body = Vec<PartView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    listing: Listing,
) -> Result<Page<PartView>, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    // Ids grow with time.
    let page = listing.page(app.store.parts_of(key).await?, |part| part.id)?;
    Ok(page.map(|registered| PartView {
        id: registered.id,
        part: registered.part,
    }))
}

/// Registers a part of a kit. A tablet below 12 inches is refused.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/parts",
    params(("id" = KitId, Path)),
    request_body = Part,
    responses(
        (status = 201, body = PartView),
        (status = 409, description = "A part of that kind and serial number is registered already.",
         body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn add(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(part): BoundedJson<Part>,
) -> Result<(StatusCode, Json<PartView>), Problem> {
    part.check()
        .map_err(|refusal| Problem::refused("part", &refusal))?;
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let id = app
        .store
        .add_part(key, &part, &administrator.act(Timestamp::now()))
        .await?;
    Ok((StatusCode::CREATED, Json(PartView { id, part })))
}

/// What changes of a part; what is not said stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct PartChange {
    condition: Option<Condition>,
    /// Last day of the warranty, between 2000 and 2200.
    #[schema(value_type = Option<String>, format = Date)]
    warranty_until: Option<Day>,
}

/// Changes the condition or the warranty of a part.
#[utoipa::path(
    patch,
    path = "/api/v1/kits/{id}/parts/{part}",
    params(("id" = KitId, Path), ("part" = PartId, Path)),
    request_body = PartChange,
    responses(
        (status = 200, body = PartView),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn change(
    State(app): State<App>,
    administrator: Administrator,
    Path((kit, part)): Path<(String, String)>,
    BoundedJson(change): BoundedJson<PartChange>,
) -> Result<Json<PartView>, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let id: PartId = super::id(&part, "part")?;
    let changed = |part: Part| Part {
        condition: change.condition.unwrap_or(part.condition),
        warranty_until: change.warranty_until.map(Day::date).or(part.warranty_until),
        ..part
    };
    let act = administrator.act(Timestamp::now());
    let part = app.store.change_part(key, id, changed, &act).await?;
    Ok(Json(PartView { id, part }))
}

/// The register of kits and parts as CSV, in the columns in which it is taken in. That it was read is recorded. An apostrophe
/// stands before what a spreadsheet would calculate; it is passed over when the table is taken in.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/inventory",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
    ),
)]
pub(in crate::console) async fn export(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
) -> Result<Response, Problem> {
    let rows = inventory::rows(&app, &administrator, &tenant, Timestamp::now()).await?;
    Ok(csv_file::download("kit", COLUMNS, rows))
}

/// Takes in a register of kits and parts as CSV, all rows or none. The columns are kit, owner, part, serial, condition,
/// `warranty_until`, `screen_inches`, iccid, operator, `subscription_owner`, with semicolon, comma or tab between them. Kits of
/// new names are added as ordered; what is registered already is brought to what its row says. The owner is `region`, `municipality` (this one)
/// or, of a kit that is here already, another one as in `municipality: Granö kommun`; it is not changed this way.
#[utoipa::path(
    put,
    path = "/api/v1/municipalities/{id}/inventory",
    params(("id" = TenantId, Path)),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, body = ImportView),
        (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "Nothing was taken in; every wrong row is named.", body = ImportView),
    ),
)]
pub(in crate::console) async fn import(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    table: Result<String, axum::extract::rejection::StringRejection>,
) -> Result<Response, Problem> {
    let table = table.map_err(|rejection| {
        Problem::new(
            rejection.status(),
            "unreadable",
            "send a CSV file in UTF-8 of at most 2 MB",
        )
    })?;
    let imported = acts::import(&app, &administrator, &tenant, &table, Timestamp::now()).await?;
    Ok(match imported {
        Ok(TakenIn { rows, changed }) => {
            let view = ImportView {
                taken_in: rows,
                changed,
                errors: Vec::new(),
            };
            Json(view).into_response()
        }
        Err(errors) => {
            let view = ImportView {
                taken_in: 0,
                changed: 0,
                errors,
            };
            (StatusCode::UNPROCESSABLE_ENTITY, Json(view)).into_response()
        }
    })
}
