//! What a kit's certificate says: whose kit it is, which kit, which enrolment.
//!
//! The three ids stand in one URI name in the form of a SPIFFE ID. The chain, the dates and the purpose have been checked
//! by rustls before anything here is read; that the enrolment is still in force is checked per request.

use fleet_api::DeviceId;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::store::KitKey;

const TRUST_DOMAIN: &str = "spiffe://home-visit-kit/";

/// The kit at the other end of a connection, as its certificate names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceIdentity {
    /// Whose kit and which.
    pub key: KitKey,
    /// Which enrolment.
    pub device: DeviceId,
    /// A connection may outlive its certificate, so every request looks again.
    pub valid_until: Timestamp,
}

/// The URI that names an enrolled device.
#[must_use]
pub fn uri(key: KitKey, device: DeviceId) -> String {
    format!(
        "{TRUST_DOMAIN}tenant/{}/kit/{}/device/{device}",
        key.tenant, key.kit
    )
}

/// Reads who a certificate was made for. None = not one of ours.
#[must_use]
pub fn read(certificate: &CertificateDer<'_>) -> Option<DeviceIdentity> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let names = &certificate.subject_alternative_name().ok()??.value.general_names;
    let [GeneralName::URI(uri)] = names.as_slice() else {
        return None;
    };
    let (key, device) = parse(uri)?;
    let valid_until = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
    Some(DeviceIdentity {
        key,
        device,
        valid_until,
    })
}

fn parse(uri: &str) -> Option<(KitKey, DeviceId)> {
    let mut parts = uri.strip_prefix(TRUST_DOMAIN)?.split('/');
    let mut id = |label| {
        if parts.next() == Some(label) {
            parts.next()
        } else {
            None
        }
    };
    let (tenant, kit, device) = (id("tenant")?, id("kit")?, id("device")?);
    let key = KitKey {
        tenant: tenant.parse().ok()?,
        kit: kit.parse().ok()?,
    };
    if parts.next().is_none() {
        Some((key, device.parse().ok()?))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use fleet_api::{KitId, TenantId};

    use super::*;

    #[test]
    fn the_uri_is_read_as_it_was_written_and_nothing_else_is() {
        let key = KitKey {
            tenant: TenantId::generate(),
            kit: KitId::generate(),
        };
        let device = DeviceId::generate();
        let uri = uri(key, device);
        assert_eq!(parse(&uri), Some((key, device)));
        let kit_alone = uri.rsplit_once("/device").unwrap().0;
        for other in [
            "",
            "https://home-visit-kit/",
            &format!("{uri}/more"),
            &uri[1..],
            kit_alone,
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
