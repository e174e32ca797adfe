//! A port of a test's own with a certificate that it signed itself.

use std::sync::Arc;

use rustls::{ServerConfig, pki_types::PrivateKeyDer};

/// What the port speaks, and the certificate for those who are to trust it.
pub(crate) fn self_signed(name: &str) -> (Arc<ServerConfig>, String) {
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    (Arc::new(tls), certified.cert.pem())
}
