//! What a municipality decides about identification, and its consent text by version.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{TenantId, TextToRead};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Municipality;
use crate::{
    app::App,
    console::acts,
    domain::identity::{consent::AdoptedText, settings::IdentitySettings},
    identity::administrator::Administrator,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// A text to be adopted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ConsentRequest {
    /// To read aloud in Swedish.
    #[schema(example = "Får vi prata om dig med dem som är med i mötet?")]
    swedish: TextToRead,
    /// To read aloud in English.
    english: TextToRead,
    /// Who answers for it, in at most 100 bytes.
    #[schema(example = "MAS Karin Lind")]
    author: String,
}

/// A version of the consent text.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ConsentView {
    number: u16,
    year: i16,
    #[schema(value_type = String, format = Date)]
    adopted_on: Date,
    author: String,
    swedish: TextToRead,
    english: TextToRead,
}

impl From<AdoptedText> for ConsentView {
    fn from(adopted: AdoptedText) -> Self {
        let AdoptedText {
            text,
            adopted_on,
            author,
        } = adopted;
        Self {
            number: text.version.number,
            year: text.version.year,
            adopted_on,
            author,
            swedish: text.swedish,
            english: text.english,
        }
    }
}

/// What a municipality decides about identification.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/identification",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = IdentitySettings),
    ),
)]
pub(in crate::console) async fn read(
    Municipality(tenant): Municipality,
) -> Result<Json<IdentitySettings>, Problem> {
    Ok(Json(tenant.identity))
}

/// Replaces what a municipality decides about identification; its kits learn of it within seconds.
#[utoipa::path(
    put,
    path = "/api/v1/municipalities/{id}/identification",
    params(("id" = TenantId, Path)),
    request_body = IdentitySettings,
    responses(
        (status = 200, body = IdentitySettings),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn replace(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(settings): BoundedJson<IdentitySettings>,
) -> Result<Json<IdentitySettings>, Problem> {
    acts::set_identification(&app, &administrator, tenant.id, &settings, Timestamp::now()).await?;
    Ok(Json(settings))
}

/// The versions of a municipality's consent text, the newest first: that one is in force.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/consent-texts",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = Vec<ConsentView>),
    ),
)]
pub(in crate::console) async fn consent_texts(
    State(app): State<App>,
    Municipality(tenant): Municipality,
) -> Result<Json<Vec<ConsentView>>, Problem> {
    let texts = app.store.consent_texts(tenant.id).await?;
    Ok(Json(texts.into_iter().map(ConsentView::from).collect()))
}

/// Adopts a consent text, in force from today. Earlier answers keep naming the version that was read then.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/consent-texts",
    params(("id" = TenantId, Path)),
    request_body = ConsentRequest,
    responses(
        (status = 201, body = ConsentView),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn adopt_consent(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<ConsentRequest>,
) -> Result<(StatusCode, Json<ConsentView>), Problem> {
    let ConsentRequest {
        swedish,
        english,
        author,
    } = request;
    acts::adopt_consent(
        &app,
        &administrator,
        tenant.id,
        (swedish, english),
        &author,
        Timestamp::now(),
    )
    .await?;
    let adopted = app.store.consent_text(tenant.id).await?;
    let adopted = adopted.ok_or_else(|| Problem::not_found("the text has just been replaced"))?;
    Ok((StatusCode::CREATED, Json(adopted.into())))
}
