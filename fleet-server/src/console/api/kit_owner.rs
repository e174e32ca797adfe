//! Whose property a kit is, who answers for its service, and who has it now: three different things (R57).

use axum::{Json, extract::State};
use fleet_api::{CareWorkerId, KitId, TenantId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    console::{acts, fleet::KitRow},
    domain::{
        ownership::Owner,
        responsibility::{Item, Reason, Responsible},
    },
    identity::administrator::Administrator,
    store::Custodian,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// Whose property a kit is.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct OwnerView {
    /// The region or a municipality.
    owner: Responsible,
    /// Which municipality; none = the region. It may be another than the one that has the kit.
    municipality: Option<TenantId>,
    /// What that municipality is called.
    municipality_name: Option<String>,
}

impl From<&KitRow> for OwnerView {
    fn from(row: &KitRow) -> Self {
        Self {
            owner: row.kit.owner.kind(),
            municipality: row.kit.owner.municipality(),
            municipality_name: row.owner_name.clone(),
        }
    }
}

/// Who answers for a kit's service, support and replacement, by the agreement in force today where the kit is.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ServiceView {
    /// Who; none = nobody, as it follows from an agreement and none is in force.
    who: Option<Responsible>,
    /// Why.
    why: Reason,
}

impl From<&KitRow> for ServiceView {
    fn from(row: &KitRow) -> Self {
        let answer = row.answer(Item::ServiceAndReplacement);
        Self {
            who: answer.who,
            why: answer.why,
        }
    }
}

/// Who has a kit with them, by pseudonym.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct CustodianView {
    care_worker: CareWorkerId,
    pseudonym: String,
    unit: UnitId,
    unit_name: String,
    /// When they checked it out.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

impl From<Custodian> for CustodianView {
    fn from(custodian: Custodian) -> Self {
        Self {
            care_worker: custodian.worker,
            pseudonym: custodian.pseudonym,
            unit: custodian.unit,
            unit_name: custodian.unit_name,
            since: custodian.since,
        }
    }
}

/// Whose property a kit is.
#[utoipa::path(
    get,
    path = "/api/v1/kits/{id}/owner",
    params(("id" = KitId, Path)),
    responses(
        (status = 200, body = OwnerView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
) -> Result<Json<OwnerView>, Problem> {
    let row = acts::kit_row(&app, &administrator, &kit, Timestamp::now()).await?;
    Ok(Json(OwnerView::from(&row)))
}

/// Who is to own a kit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct OwnerRequest {
    /// The region or a municipality.
    owner: Responsible,
    /// Which municipality; to be left out for the region.
    #[serde(default)]
    municipality: Option<TenantId>,
}

impl OwnerRequest {
    fn owner(&self) -> Result<Owner, Problem> {
        match (self.owner, self.municipality) {
            (Responsible::Region, None) => Ok(Owner::Region),
            (Responsible::Municipality, Some(municipality)) => Ok(Owner::Municipality(municipality)),
            (Responsible::Region, Some(_)) => Err(Problem::invalid(
                "owner",
                "leave out \"municipality\" where the region is to own the kit",
            )),
            (Responsible::Municipality, None) => Err(Problem::invalid(
                "owner",
                "say in \"municipality\" which one is to own the kit",
            )),
        }
    }
}

/// Makes a kit the region's or a municipality's property. Where it is and who answers for its service do not change by it. Only
/// the region's operator may.
#[utoipa::path(
    put,
    path = "/api/v1/kits/{id}/owner",
    params(("id" = KitId, Path)),
    request_body = OwnerRequest,
    responses(
        (status = 200, body = OwnerView),
        (status = 404, description = "No such kit, or no such municipality.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn replace(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<OwnerRequest>,
) -> Result<Json<OwnerView>, Problem> {
    let (key, now) = (acts::kit_key(&app, &administrator, &kit).await?, Timestamp::now());
    acts::change_owner(&app, &administrator, key, request.owner()?, now).await?;
    let row = acts::kit_row(&app, &administrator, &kit, now).await?;
    Ok(Json(OwnerView::from(&row)))
}
