//! What a municipality consists of: care providers, units and who answers for the routine there. Care workers are in
//! `care_workers`.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{CareProviderId, TenantId, UnitId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Municipality, id};
use crate::{
    app::App,
    console::acts,
    identity::administrator::Administrator,
    store::{InformationOwner, Unit},
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A municipality's care providers and units.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct OrganisationView {
    care_providers: Vec<CareProviderView>,
    units: Vec<UnitView>,
}

/// A care provider.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct CareProviderView {
    id: CareProviderId,
    name: String,
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct UnitView {
    id: UnitId,
    name: String,
    /// Its care provider's name.
    care_provider: String,
    closed: bool,
    /// Who answers for the routine there, did and will, by first day.
    information_owners: Vec<InformationOwnerView>,
}

/// A manager who answers for the routine from a day on.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct InformationOwnerView {
    name: String,
    position: String,
    #[schema(value_type = String, format = Date)]
    from: Date,
}

/// What it is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct NameRequest {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// A new unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct UnitRequest {
    care_provider: CareProviderId,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// What is to be another way with a unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct UnitChange {
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Refused while care workers are there.
    closed: Option<bool>,
}

/// Who answers for the routine from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct InformationOwnerRequest {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Such as "enhetschef".
    #[schema(min_length = 1, max_length = 120)]
    position: String,
    #[schema(value_type = String, format = Date)]
    from: Date,
}

/// What was added.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct Added<T> {
    id: T,
}

/// Tells what a municipality consists of.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/organisation",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = OrganisationView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    Municipality(tenant): Municipality,
) -> Result<Json<OrganisationView>, Problem> {
    let providers = app.store.care_providers(tenant.id).await?.into_iter();
    let owners = app.store.information_owners(tenant.id).await?;
    let units = app.store.units(tenant.id).await?.into_iter();
    Ok(Json(OrganisationView {
        care_providers: providers
            .map(|provider| CareProviderView {
                id: provider.id,
                name: provider.name,
            })
            .collect(),
        units: units.map(|unit| view(unit, &owners)).collect(),
    }))
}

fn view(unit: Unit, owners: &[InformationOwner]) -> UnitView {
    let of_unit = owners.iter().filter(|owner| owner.unit == unit.id);
    UnitView {
        information_owners: of_unit
            .map(|owner| InformationOwnerView {
                name: owner.name.clone(),
                position: owner.position.clone(),
                from: owner.from,
            })
            .collect(),
        id: unit.id,
        name: unit.name,
        care_provider: unit.provider,
        closed: unit.is_closed,
    }
}

/// Adds a care provider.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/care-providers",
    params(("id" = TenantId, Path)),
    request_body = NameRequest,
    responses(
        (status = 201, body = Added<CareProviderId>),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn add_care_provider(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<NameRequest>,
) -> Result<(StatusCode, Json<Added<CareProviderId>>), Problem> {
    let now = Timestamp::now();
    let id = acts::add_care_provider(&app, &administrator, tenant.id, &request.name, now).await?;
    Ok((StatusCode::CREATED, Json(Added { id })))
}

/// Gives a care provider another name.
#[utoipa::path(
    patch,
    path = "/api/v1/municipalities/{id}/care-providers/{provider}",
    params(("id" = TenantId, Path), ("provider" = CareProviderId, Path)),
    request_body = NameRequest,
    responses(
        (status = 204, description = "Renamed."),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn rename_care_provider(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    Path(path): Path<(String, String)>,
    BoundedJson(request): BoundedJson<NameRequest>,
) -> Result<StatusCode, Problem> {
    let provider = (tenant.id, id(&path.1, "care provider")?);
    acts::rename_care_provider(&app, &administrator, provider, &request.name, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a unit to a care provider.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/units",
    params(("id" = TenantId, Path)),
    request_body = UnitRequest,
    responses(
        (status = 201, body = Added<UnitId>),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn add_unit(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<UnitRequest>,
) -> Result<(StatusCode, Json<Added<UnitId>>), Problem> {
    let provider = (tenant.id, request.care_provider);
    let id = acts::add_unit(&app, &administrator, provider, &request.name, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(Added { id })))
}

/// Gives a unit another name, closes it or opens it again.
#[utoipa::path(
    patch,
    path = "/api/v1/municipalities/{id}/units/{unit}",
    params(("id" = TenantId, Path), ("unit" = UnitId, Path)),
    request_body = UnitChange,
    responses(
        (status = 204, description = "Changed."),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn change_unit(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    Path(path): Path<(String, String)>,
    BoundedJson(request): BoundedJson<UnitChange>,
) -> Result<StatusCode, Problem> {
    let unit = (tenant.id, id(&path.1, "unit")?);
    let change = (request.name.as_deref(), request.closed);
    acts::change_unit(&app, &administrator, unit, change, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Names the manager who answers for the routine in a unit from a day on.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/units/{unit}/information-owners",
    params(("id" = TenantId, Path), ("unit" = UnitId, Path)),
    request_body = InformationOwnerRequest,
    responses(
        (status = 204, description = "Named."),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn name_information_owner(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    Path(path): Path<(String, String)>,
    BoundedJson(request): BoundedJson<InformationOwnerRequest>,
) -> Result<StatusCode, Problem> {
    let unit = (tenant.id, id(&path.1, "unit")?);
    let (named, from) = ((request.name.as_str(), request.position.as_str()), request.from);
    acts::name_information_owner(&app, &administrator, unit, named, from, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
