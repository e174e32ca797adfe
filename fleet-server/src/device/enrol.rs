//! Enrolment by one-time code, and renewal of certificates.

use axum::{Extension, Json, extract::State, http::StatusCode};
use fleet_api::{CertificateResponse, EnrolRequest, EnrolResponse, RenewRequest};
use jiff::Timestamp;

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    audit::AuditEvent,
    identity::{authority::SigningRequest, secret},
    store::CodeUse,
    web::{BoundedJson, Problem},
};

/// `POST /device/v1/enrol`: the only route without a client certificate.
pub(super) async fn enrol(
    State(app): State<App>,
    BoundedJson(request): BoundedJson<EnrolRequest>,
) -> Result<Json<EnrolResponse>, Problem> {
    let now = Timestamp::now();
    let signing_request = SigningRequest::read(&request.signing_request)?;
    let secret_hash = secret::hash(request.code.expose_secret_part().as_bytes());
    let use_of_code = app
        .store
        .use_code(
            request.code.name(),
            &secret_hash,
            &signing_request.key_hash(),
            now,
        )
        .await?;
    match use_of_code {
        CodeUse::Enrolled {
            key,
            kit_name,
            device,
        } => {
            let certificate = app
                .device_authority
                .sign_device(&signing_request, key, device, now)?;
            // Whatever tablet the kit had before is no longer it.
            app.nudges.enrolled(key, device);
            tracing::info!(tenant = %key.tenant, kit = %key.kit, %device, "kit enrolled");
            Ok(Json(EnrolResponse {
                tenant: key.tenant,
                kit: key.kit,
                kit_name,
                device,
                certificate,
            }))
        }
        CodeUse::Refused(reason) => {
            tracing::warn!(reason, "enrolment refused");
            if let Some(key) = app.store.kit_of_code(request.code.name()).await? {
                let refused = AuditEvent::EnrolmentRefused {
                    kit: key.kit,
                    reason: reason.to_owned(),
                };
                app.refusals.record(&app.store, key.tenant, &refused, now).await?;
            }
            Err(Problem::new(
                StatusCode::FORBIDDEN,
                "code-refused",
                "the code is wrong, used or too old; make a new code and try again",
            ))
        }
    }
}

/// `POST /device/v1/renew`: the next certificate for the same enrolment.
pub(super) async fn renew(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    BoundedJson(request): BoundedJson<RenewRequest>,
) -> Result<Json<CertificateResponse>, Problem> {
    let signing_request = SigningRequest::read(&request.signing_request)?;
    let certificate =
        app.device_authority
            .sign_device(&signing_request, kit.key, kit.device, Timestamp::now())?;
    tracing::info!(tenant = %kit.key.tenant, kit = %kit.key.kit, "certificate renewed");
    Ok(Json(CertificateResponse { certificate }))
}
