//! The two certificate authorities in the data directory.
//!
//! The *device* authority signs kits' certificates and nothing else; the *server* authority signs the server's own. They are
//! apart so that neither's key lets anybody pose as the other side. Both are ECDSA P-256.

use fleet_api::{CertificatePem, DeviceId, SigningRequestPem};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::{
    device_certificate,
    secret::{self, Hash},
};
use crate::store::KitKey;

/// How long a kit's certificate lives. Kits renew at two thirds of it. A kit may lie in a cupboard for weeks, and ending its
/// enrolment does not wait for the certificate: every request looks whether the enrolment is in force.
pub const DEVICE_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long the server's certificate lives; `work::certificates` makes a new one long before.
pub const SERVER_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Clocks of tablets that were off for long are late; certificates begin this much earlier.
const BACKDATED: SignedDuration = SignedDuration::from_hours(1);
const AUTHORITY_LIFETIME: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);

/// Why a certificate was not made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Not PKCS #10, not signed by its own key, or of a kind that we do not take.
    #[error("the signing request cannot be used; make a new key on the kit and try again")]
    SigningRequest,
    /// The authority's own files.
    #[error("the certificate authority's files cannot be used")]
    Authority(#[source] rcgen::Error),
}

/// A certificate authority with its key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority")
            .field("certificate", &self.certificate_pem)
            .finish_non_exhaustive()
    }
}

/// Makes a new authority: (certificate, private key), both PEM.
pub fn create(name: &str, now: Timestamp) -> Result<(String, String), AuthorityError> {
    let key = KeyPair::generate().map_err(AuthorityError::Authority)?;
    let mut params = parameters(name, now, AUTHORITY_LIFETIME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key_pem = key.serialize_pem();
    let authority = CertifiedIssuer::self_signed(params, key).map_err(AuthorityError::Authority)?;
    Ok((authority.pem(), key_pem))
}

/// What a signing request asks for, checked: it is signed by the key that it names.
#[derive(Debug)]
pub struct SigningRequest(CertificateSigningRequestParams);

impl SigningRequest {
    /// Reads and checks a request. Everything in it but the public key is ignored: names are ours to give.
    pub fn read(pem: &SigningRequestPem) -> Result<Self, AuthorityError> {
        let request = CertificateSigningRequestParams::from_pem(pem.as_str())
            .map_err(|_| AuthorityError::SigningRequest)?;
        Ok(Self(request))
    }

    /// Hash of the public key.
    #[must_use]
    pub fn key_hash(&self) -> Hash {
        secret::hash(self.0.public_key.der_bytes())
    }
}

impl Authority {
    /// Reads an authority's certificate and key.
    pub fn read(certificate_pem: String, key_pem: &str) -> Result<Self, AuthorityError> {
        let key = KeyPair::from_pem(key_pem).map_err(AuthorityError::Authority)?;
        let issuer = Issuer::from_ca_cert_pem(&certificate_pem, key).map_err(AuthorityError::Authority)?;
        Ok(Self {
            issuer,
            certificate_pem,
        })
    }

    /// The authority's own certificate.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Makes a kit's certificate.
    pub fn sign_device(
        &self,
        request: &SigningRequest,
        key: KitKey,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<CertificatePem, AuthorityError> {
        let mut params = parameters("kit", now, DEVICE_LIFETIME);
        let uri = device_certificate::uri(key, device);
        params.subject_alt_names = vec![SanType::URI(uri.try_into().expect("the URI is plain ASCII"))];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params
            .signed_by(&request.0.public_key, &self.issuer)
            .map_err(|_| AuthorityError::SigningRequest)?;
        Ok(certificate
            .pem()
            .try_into()
            .expect("one certificate is far below the limit"))
    }

    /// Makes a certificate and key for this server under the given DNS names and IP addresses.
    pub fn sign_server(
        &self,
        names: &[String],
        now: Timestamp,
    ) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), AuthorityError> {
        let key = KeyPair::generate().map_err(AuthorityError::Authority)?;
        let alternatives = CertificateParams::new(names).map_err(AuthorityError::Authority)?;
        let mut params = parameters("fleet-server", now, SERVER_LIFETIME);
        params.subject_alt_names = alternatives.subject_alt_names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params
            .signed_by(&key, &self.issuer)
            .map_err(AuthorityError::Authority)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok((certificate.der().clone(), key))
    }
}

fn parameters(name: &str, now: Timestamp, lifetime: SignedDuration) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = std::time::SystemTime::from(now - BACKDATED).into();
    params.not_after = std::time::SystemTime::from(now + lifetime).into();
    let mut serial = [0; 16];
    aws_lc_rs::rand::fill(&mut serial).expect("the operating system gives random bytes");
    // RFC 5280, section 4.1.2.2: positive, so the topmost bit is clear.
    serial[0] &= 0x7f;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params
}
