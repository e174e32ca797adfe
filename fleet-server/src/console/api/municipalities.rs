//! A region's municipalities, their agreements, and who answers for what.

use std::cmp::Reverse;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use fleet_api::TenantId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Municipality;
use crate::{
    app::App,
    console::{
        acts, clock,
        rest::{Listing, Page, Paging},
    },
    domain::{
        agreement::{Agreement, Arrangement, timeline},
        responsibility::{Answer, BASE_FEE, Item, Reason, Responsible, on_day},
        sweden::Day,
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A municipality.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct MunicipalityView {
    id: TenantId,
    name: String,
}

/// A new agreement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct AgreementRequest {
    arrangement: Arrangement,
    /// First day in force; today at the earliest, unless it is the municipality's first agreement.
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// Last day in force; none = until further notice.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Day>,
}

/// The last day of an agreement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct AgreementEnd {
    /// Today or later; null = until further notice. Not said is not null: nothing becomes endless by an empty body.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<String>, format = Date, required = true)]
    until: Option<Day>,
}

/// Who answers for what in a municipality on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ResponsibilityView {
    #[schema(value_type = String, format = Date)]
    on: Date,
    base_fee: bool,
    items: Vec<ItemView>,
}

/// Who answers for one item.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ItemView {
    item: Item,
    /// Nobody where it follows from an agreement and none is in force.
    who: Option<Responsible>,
    why: Reason,
}

/// Which day. Without it: today.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct OnDay {
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
}

/// Lists the municipalities that the administrator may see, by name.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities",
    params(Paging),
    responses(
        (status = 200, body = Vec<MunicipalityView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Page<MunicipalityView>, Problem> {
    let mut municipalities = administrator.reach(&app.store).await?;
    municipalities.retain(|tenant| tenant.region.is_some());
    let page = listing.page(municipalities, |tenant| (tenant.name.clone(), tenant.id))?;
    Ok(page.map(|tenant| MunicipalityView {
        id: tenant.id,
        name: tenant.name,
    }))
}

/// One municipality.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = MunicipalityView),
    ),
)]
pub(in crate::console) async fn read(
    Municipality(tenant): Municipality,
) -> Result<Json<MunicipalityView>, Problem> {
    Ok(Json(MunicipalityView {
        id: tenant.id,
        name: tenant.name,
    }))
}

/// Lists a municipality's agreements, each with the days on which it is really in force, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/agreements",
    params(("id" = TenantId, Path), Paging),
    responses(
        (status = 200, body = Vec<Agreement>),
    ),
)]
pub(in crate::console) async fn agreements(
    State(app): State<App>,
    Municipality(municipality): Municipality,
    listing: Listing,
) -> Result<Page<Agreement>, Problem> {
    let agreements = timeline(&app.store.agreements(municipality.id).await?);
    listing.page(agreements, |agreement| Reverse(agreement.from))
}

/// Makes an agreement between the region and a municipality. Nothing that is past changes by it.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/agreements",
    params(("id" = TenantId, Path)),
    request_body = AgreementRequest,
    responses(
        (status = 201, body = Agreement),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn make_agreement(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(municipality): Municipality,
    BoundedJson(request): BoundedJson<AgreementRequest>,
) -> Result<(StatusCode, Json<Agreement>), Problem> {
    let AgreementRequest {
        arrangement,
        from,
        until,
    } = request;
    let agreement = Agreement {
        arrangement,
        from: from.date(),
        until: until.map(Day::date),
    };
    acts::make_agreement(&app, &administrator, &municipality, &agreement, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(agreement)))
}

/// Gives an agreement its last day. Nothing that is past changes by it.
#[utoipa::path(
    patch,
    path = "/api/v1/municipalities/{id}/agreements/{from}",
    params(("id" = TenantId, Path), ("from" = String, Path, description = "Its first day.", format = Date)),
    request_body = AgreementEnd,
    responses(
        (status = 204, description = "It ends then."),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn end_agreement(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(municipality): Municipality,
    Path(path): Path<(String, String)>,
    BoundedJson(request): BoundedJson<AgreementEnd>,
) -> Result<StatusCode, Problem> {
    let from: Day = super::id(&path.1, "agreement")?;
    let days = (from.date(), request.until.map(Day::date));
    acts::end_agreement(&app, &administrator, &municipality, days, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws an agreement that has not begun.
#[utoipa::path(
    delete,
    path = "/api/v1/municipalities/{id}/agreements/{from}",
    params(("id" = TenantId, Path), ("from" = String, Path, description = "Its first day.", format = Date)),
    responses(
        (status = 204, description = "It is withdrawn."),
        (status = 422, description = "It has begun.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn withdraw_agreement(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(municipality): Municipality,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let from: Day = super::id(&path.1, "agreement")?;
    acts::withdraw_agreement(&app, &administrator, &municipality, from.date(), Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who answers for what in a municipality on a day, and why.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/responsibility",
    params(("id" = TenantId, Path), OnDay),
    responses(
        (status = 200, body = ResponsibilityView),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn responsibility(
    State(app): State<App>,
    Municipality(municipality): Municipality,
    day: Result<Query<OnDay>, QueryRejection>,
) -> Result<Json<ResponsibilityView>, Problem> {
    let Query(OnDay { on }) = day.map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "query",
            "\"on\" is a day such as 2026-11-20",
        )
    })?;
    let on = on.unwrap_or_else(|| clock::day(Timestamp::now()));
    let agreements = app.store.agreements(municipality.id).await?;
    let items = Item::ALL.iter().map(|item| {
        let Answer { who, why } = on_day(*item, &agreements, on);
        ItemView {
            item: *item,
            who,
            why,
        }
    });
    Ok(Json(ResponsibilityView {
        on,
        base_fee: BASE_FEE,
        items: items.collect(),
    }))
}
