//! Enrolment: a tablet becomes a known kit by a one-time code.
//!
//! The key is made here and never leaves. It is written before the server is asked, so that an answer lost on the way
//! costs nothing: the same code works again for the same key.

use std::{io, path::Path};

use fleet_api::{EnrolRequest, EnrolResponse, EnrolmentCode, SigningRequestPem, paths};
use rcgen::{CertificateParams, KeyPair};
use url::Url;

use super::{
    client::{Client, ClientError, tls_config},
    servers::Servers,
    state_dir::{self, Enrolment, StateDir},
};

/// What an enrolment needs.
#[derive(Debug)]
pub struct EnrolOptions<'a> {
    /// The server's port for kits, such as `https://fleet.region.example:8443/`.
    pub server: Url,
    /// Further servers on the same database, for when that one does not answer.
    pub other_servers: Vec<Url>,
    /// The one-time code.
    pub code: EnrolmentCode,
    /// Whom to trust as the server: certificates as PEM.
    pub server_authority: &'a [u8],
    /// Where the agent keeps its state.
    pub state: &'a Path,
}

/// Why a tablet was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The state directory.
    #[error("could not use the state directory; check that it may be written to")]
    State(#[from] io::Error),
    /// No key could be made, or an earlier one cannot be read.
    #[error("the device's key cannot be used; delete device.key and try again")]
    Key(#[source] rcgen::Error),
    /// The server.
    #[error(transparent)]
    Server(#[from] ClientError),
}

/// Enrols this tablet. An earlier enrolment in the same directory is replaced when the server has agreed.
pub async fn enrol(options: EnrolOptions<'_>) -> Result<Enrolment, EnrolError> {
    let state = StateDir::open(options.state)?;
    let key = device_key(&state)?;
    let request = EnrolRequest {
        code: options.code,
        signing_request: signing_request(&key)?,
    };
    let tls = tls_config(options.server_authority, None)?;
    let servers = Servers::new(options.server.clone(), options.other_servers.clone());
    let answer: EnrolResponse = Client::new(servers, &tls)?.post(paths::ENROL, &request).await?;

    let EnrolResponse {
        tenant,
        kit,
        kit_name,
        device,
        certificate,
    } = answer;
    let enrolment = Enrolment {
        server: options.server,
        other_servers: options.other_servers,
        tenant,
        kit,
        kit_name,
        device,
    };
    state.replace(state_dir::SERVER_AUTHORITY, options.server_authority)?;
    state.replace(state_dir::DEVICE_CERTIFICATE, certificate.as_str().as_bytes())?;
    // Last: its presence says that the enrolment is complete.
    let content = serde_json::to_vec_pretty(&enrolment).map_err(io::Error::from)?;
    state.replace(state_dir::ENROLMENT, &content)?;
    Ok(enrolment)
}

/// A request for a certificate for this key. The server gives the names, so the request names nothing.
pub(super) fn signing_request(key: &KeyPair) -> Result<SigningRequestPem, EnrolError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    let pem = params
        .serialize_request(key)
        .and_then(|request| request.pem())
        .map_err(EnrolError::Key)?;
    Ok(pem
        .try_into()
        .expect("a request for one P-256 key is far below the limit"))
}

/// The key made here, now or in an earlier attempt.
pub(super) fn device_key(state: &StateDir) -> Result<KeyPair, EnrolError> {
    if let Some(pem) = state.read_if_there(state_dir::DEVICE_KEY)? {
        return KeyPair::from_pem(&String::from_utf8_lossy(&pem)).map_err(EnrolError::Key);
    }
    let key = KeyPair::generate().map_err(EnrolError::Key)?;
    state.replace(state_dir::DEVICE_KEY, key.serialize_pem().as_bytes())?;
    Ok(key)
}
