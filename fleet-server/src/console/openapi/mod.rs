//! The OpenAPI document of both ports. `fleet-server/openapi.json` is its golden file.

mod promises;

use axum::Json;
use utoipa::OpenApi;

use super::api::{
    alerts, assignees, attendance, audit, care_workers, checklists, enrolment_codes, follow_up, health,
    identification, invitations, kit_life, kit_owner, kits, municipalities, organisation, parts, processing,
    reservations, settings, spares, tickets, training, visits,
};

use promises::Promises;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fleet server of the home-visit kit",
        description = "Reserve kits for meetings and enrol them. Every refusal is a problem detail (RFC 9457). Lists come in pages \
                       (`Link`, RFC 8288). What is read has an ETag; a change that comes with it as `If-Match` is made only if nothing \
                       has changed since. A POST that comes with an `Idempotency-Key` is carried out once.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    paths(
        health::health,
        health::ready,
        openapi_json,
        kits::list,
        kits::read,
        kits::rename,
        kits::end_enrolment,
        kits::command,
        kit_life::read,
        kit_life::take_step,
        kit_life::hand_over,
        kit_owner::read,
        kit_owner::replace,
        parts::list,
        parts::add,
        parts::change,
        parts::export,
        parts::import,
        municipalities::list,
        municipalities::read,
        municipalities::agreements,
        municipalities::make_agreement,
        municipalities::end_agreement,
        municipalities::withdraw_agreement,
        municipalities::responsibility,
        enrolment_codes::create,
        invitations::take,
        reservations::create,
        reservations::list,
        reservations::read,
        reservations::rebook,
        reservations::cancel,
        care_workers::list,
        care_workers::add,
        care_workers::change,
        organisation::read,
        organisation::add_care_provider,
        organisation::rename_care_provider,
        organisation::add_unit,
        organisation::change_unit,
        organisation::name_information_owner,
        visits::check_out,
        visits::take_back,
        visits::sign_off,
        visits::not_fetched,
        checklists::list,
        checklists::adopt,
        training::read,
        training::record,
        processing::read,
        processing::note,
        training::adopt_routine,
        training::acknowledge,
        follow_up::read,
        follow_up::settings,
        follow_up::set_settings,
        follow_up::state_cause,
        tickets::list,
        tickets::read,
        tickets::report,
        tickets::step,
        assignees::list,
        assignees::assign,
        alerts::list,
        alerts::read,
        alerts::snooze,
        alerts::channels,
        alerts::add_channel,
        alerts::remove_channel,
        spares::list,
        spares::replace,
        spares::mark_spare,
        spares::unmark_spare,
        audit::read,
        identification::read,
        identification::replace,
        identification::consent_texts,
        identification::adopt_consent,
        attendance::read,
        settings::read,
        settings::replace,
    ),
    modifiers(&BearerToken, &Promises),
    security(("administrator" = [])),
)]
struct Document;

struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("administrator", scheme);
    }
}

/// This document.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    security(()),
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object)),
)]
pub(super) async fn openapi_json() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

/// The document as it is served at `/api/v1/openapi.json`.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
