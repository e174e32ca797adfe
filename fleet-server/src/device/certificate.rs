//! The layer that lets only enrolled kits through.

use axum::{
    Extension,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use fleet_api::DeviceId;
use jiff::Timestamp;

use crate::{
    app::App,
    identity::device_certificate,
    store::{KitKey, StoreError},
    web::{PeerCertificate, Problem},
};

/// The kit that a request comes from. Only [`require_enrolment`] makes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct EnrolledKit {
    pub(super) key: KitKey,
    pub(super) device: DeviceId,
}

/// Refuses requests without a certificate, with an outlived one, and of an enrolment that has ended.
pub(super) async fn require_enrolment(
    State(app): State<App>,
    Extension(PeerCertificate(certificate)): Extension<PeerCertificate>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let identity = certificate.as_ref().and_then(device_certificate::read);
    let Some(identity) = identity else {
        return Err(refused(
            "certificate-required",
            "this route needs the certificate of an enrolled kit",
        ));
    };
    if identity.valid_until <= Timestamp::now() {
        return Err(refused(
            "certificate-expired",
            "the kit's certificate has expired; enrol the kit anew",
        ));
    }
    let in_force = match app.store.kit(identity.key).await {
        Ok(kit) => kit.device == Some(identity.device),
        Err(StoreError::NotFound(_)) => false,
        Err(error) => return Err(error.into()),
    };
    if !in_force {
        return Err(refused(
            "enrolment-ended",
            "this enrolment has ended; enrol the kit anew with a new code",
        ));
    }
    request.extensions_mut().insert(EnrolledKit {
        key: identity.key,
        device: identity.device,
    });
    Ok(next.run(request).await)
}

fn refused(kind: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, kind, detail)
}
