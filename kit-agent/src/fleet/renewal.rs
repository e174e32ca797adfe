//! Keeps the device's certificate fresh: renewed at two thirds of its life, over a connection made with the present one.

use fleet_api::{CertificateResponse, RenewRequest, paths};
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{
    client::{Client, ClientError},
    enrol::{EnrolError, device_key, signing_request},
    state_dir::{DEVICE_CERTIFICATE, StateDir},
};

/// Whether the certificate has lived two thirds of its life. One that cannot be read has.
pub(super) fn is_due(certificate_pem: &[u8], now: Timestamp) -> bool {
    let Some((begins, ends)) = life(certificate_pem) else {
        return true;
    };
    now >= due_at(begins, ends)
}

fn due_at(begins: Timestamp, ends: Timestamp) -> Timestamp {
    begins + SignedDuration::from_secs(ends.duration_since(begins).as_secs() / 3 * 2)
}

fn life(certificate_pem: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let certificate = CertificateDer::from_pem_slice(certificate_pem).ok()?;
    let (_, certificate) = X509Certificate::from_der(&certificate).ok()?;
    let time = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).ok();
    Some((
        time(certificate.validity().not_before)?,
        time(certificate.validity().not_after)?,
    ))
}

/// Fetches the next certificate for the same key and stores it.
pub(super) async fn renew(state: &StateDir, client: &Client) -> Result<(), EnrolError> {
    let request = RenewRequest {
        signing_request: signing_request(&device_key(state)?)?,
    };
    let answer: CertificateResponse = client.post(paths::RENEW, &request).await?;
    let certificate = answer.certificate.as_str().as_bytes();
    // A certificate that cannot be read must not take the place of one that works.
    life(certificate).ok_or(EnrolError::Server(ClientError::Answer))?;
    Ok(state.replace(DEVICE_CERTIFICATE, certificate)?)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn renewal_is_due_at_two_thirds() {
        let mut params = CertificateParams::default();
        params.not_before = date_time_ymd(2026, 11, 1);
        params.not_after = date_time_ymd(2026, 11, 10);
        let pem = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
        let at = |time: &str| is_due(pem.as_bytes(), time.parse().unwrap());
        assert!(!at("2026-11-06T23:59:59Z"));
        assert!(at("2026-11-07T00:00:00Z"));
        assert!(is_due(b"no certificate", Timestamp::UNIX_EPOCH));
    }
}
