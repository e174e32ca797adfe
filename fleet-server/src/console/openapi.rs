//! The OpenAPI document of both ports. `fleet-server/openapi.json` is its golden file.

use utoipa::OpenApi;

use super::api::{
    alerts, attendance, audit, enrolment_codes, follow_up, health, identification, kit_life, kits,
    municipalities, parts, reservations, spares, tickets, training, visits,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fleet server of the home-visit kit",
        description = "Reserve kits for meetings and enrol them. Every refusal is a problem detail (RFC 9457).",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    paths(
        health::health,
        kits::list,
        kits::end_enrolment,
        kits::command,
        kit_life::read,
        kit_life::take_step,
        kit_life::hand_over,
        parts::list,
        parts::add,
        parts::import,
        municipalities::list,
        municipalities::agreements,
        municipalities::make_agreement,
        municipalities::responsibility,
        enrolment_codes::create,
        reservations::create,
        reservations::list,
        reservations::read,
        reservations::rebook,
        reservations::cancel,
        visits::care_workers,
        visits::check_out,
        visits::take_back,
        visits::sign_off,
        visits::not_fetched,
        training::read,
        training::record,
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
        alerts::list,
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
    ),
    modifiers(&BearerToken, &Forbidden),
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

/// A token may have a narrow role, so every route that wants one may refuse it.
struct Forbidden;

impl utoipa::Modify for Forbidden {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
        let operations = openapi.paths.paths.values_mut().flat_map(|path| {
            [
                &mut path.get,
                &mut path.put,
                &mut path.post,
                &mut path.patch,
                &mut path.delete,
            ]
        });
        for operation in operations
            .flatten()
            .filter(|operation| operation.security.is_none())
        {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ProblemDetails")))
                .build();
            let refused = ResponseBuilder::new()
                .description("The token's role does not allow it.")
                .content("application/problem+json", content)
                .build();
            operation
                .responses
                .responses
                .insert("403".to_owned(), refused.into());
        }
    }
}

/// The document as it is served at `/api/v1/openapi.json`.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
