//! One conference node over HTTPS. TLS is rustls with aws-lc; verification cannot be switched off, only anchors added.
//!
//! Every answer is cut off at a limit and at a time, redirects are not followed (the token travels in a header), and
//! errors lose their address on the way out: it holds the room's alias.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::wire::{Auth, Bearer, EventBytes, Post, Reply, Wire, WireError};

/// Longest answer, bytes. The longest real ones are session descriptions and rosters, some 20 kB.
pub(super) const MAX_ANSWER: usize = 256 * 1024;
/// Limit for name look-up, TCP and TLS together.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// An event stream that is silent this long is opened anew; Pexip promises no heartbeat.
const SILENT_FOR: Duration = Duration::from_mins(3);
/// Dead connections are found by the operating system within about a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

const TOKEN: HeaderName = HeaderName::from_static("token");
const PIN: HeaderName = HeaderName::from_static("pin");

/// Which certificates lead to trust, besides those of the operating system.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    anchors: Vec<Certificate>,
}

/// The trust anchor could not be read.
#[derive(Debug, thiserror::Error)]
#[error("this is not a certificate in PEM form: {0}")]
pub struct TrustError(#[source] reqwest::Error);

impl Trust {
    /// Adds the certificates of a PEM file, for a node with an authority of its own.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, TrustError> {
        self.anchors
            .extend(Certificate::from_pem_bundle(pem).map_err(TrustError)?);
        Ok(self)
    }
}

/// One node.
#[derive(Clone)]
pub(super) struct Node {
    client: Client,
    base: Url,
    trust: Trust,
}

impl Node {
    /// Prepares for `https://HOST[:PORT]/`. Nothing is sent yet.
    pub(super) fn new(base: Url, trust: &Trust) -> Result<Self, WireError> {
        // Another part of the program may have installed the same provider before us; either will do.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Ok(Self {
            client: client(trust)?,
            base,
            trust: trust.clone(),
        })
    }

    /// The alias and all that follows are single path segments: a slash in them is encoded.
    fn address(&self, alias: &SecretString, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .clear()
                .extend(["api", "client", "v2", "conferences", alias.expose_secret()])
                .extend(path);
        }
        url
    }
}

fn client(trust: &Trust) -> Result<Client, WireError> {
    Client::builder()
        .https_only(true)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_WITHIN)
        .tcp_keepalive(KEEP_ALIVE)
        .tcp_nodelay(true)
        .tls_certs_merge(trust.anchors.iter().cloned())
        .build()
        .map_err(|_| WireError::NotTrusted)
}

impl Wire for Node {
    type Events = OpenStream;

    async fn post(&self, post: &Post) -> Result<Reply, WireError> {
        let path: Vec<&str> = post.path.iter().map(String::as_str).collect();
        let mut request = self
            .client
            .post(self.address(&post.alias, &path))
            .timeout(post.patience);
        request = match &post.auth {
            Auth::Pin(None) => request,
            Auth::Pin(Some(pin)) => with_secret(request, PIN, pin)?,
            Auth::Token(token) => with_secret(request, TOKEN, &token.borrow())?,
        };
        if !post.body.is_null() {
            request = request.json(&post.body);
        }
        let response = request.send().await.map_err(|error| classify(&error))?;
        let status = response.status().as_u16();
        let body = bounded(response).await?;
        envelope(status, &body)
    }

    async fn events(&self, bearer: Bearer) -> Result<OpenStream, WireError> {
        let request = self.client.get(self.address(&bearer.alias, &["events"]));
        let request = with_secret(request, TOKEN, &bearer.token)?.header(ACCEPT, "text/event-stream");
        let opened = tokio::time::timeout(CONNECT_WITHIN * 2, request.send()).await;
        let response = opened
            .map_err(|_| WireError::TimedOut)?
            .map_err(|error| classify(&error))?;
        match response.status().as_u16() {
            200 => Ok(OpenStream(response)),
            status => Err(WireError::Status(status)),
        }
    }

    fn forget_connections(&mut self) {
        // Was possible once, so it is again; the old client is better than none.
        if let Ok(fresh) = client(&self.trust) {
            self.client = fresh;
        }
    }
}

/// An open event stream.
pub(super) struct OpenStream(Response);

impl EventBytes for OpenStream {
    async fn next(&mut self) -> Result<Option<Bytes>, WireError> {
        let chunk = tokio::time::timeout(SILENT_FOR, self.0.chunk()).await;
        chunk
            .map_err(|_| WireError::TimedOut)?
            .map_err(|error| classify(&error))
    }
}

fn with_secret(
    request: RequestBuilder,
    name: HeaderName,
    secret: &SecretString,
) -> Result<RequestBuilder, WireError> {
    let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| WireError::Garbage)?;
    value.set_sensitive(true);
    Ok(request.header(name, value))
}

/// Reads an answer up to the limit, and not a byte further.
async fn bounded(mut response: Response) -> Result<Vec<u8>, WireError> {
    if response
        .content_length()
        .is_some_and(|length| length > MAX_ANSWER as u64)
    {
        return Err(WireError::TooLong);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(WireError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// `{"status": …, "result": …}`; a gateway in front of the node may answer with anything.
fn envelope(status: u16, body: &[u8]) -> Result<Reply, WireError> {
    let result = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(mut envelope)) => envelope.remove("result").unwrap_or_default(),
        _ if status >= 400 => Value::Null,
        _ => return Err(WireError::Garbage),
    };
    Ok(Reply { status, result })
}

fn classify(error: &reqwest::Error) -> WireError {
    let mut source = error.source();
    while let Some(cause) = source {
        if is_about_certificates(cause) {
            return WireError::NotTrusted;
        }
        source = cause.source();
    }
    if error.is_timeout() {
        WireError::TimedOut
    } else {
        WireError::NoContact
    }
}

/// rustls reports through `io::Error`, sometimes two of them, which hide what they hold from `source`.
fn is_about_certificates(cause: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(inner) = cause
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
    {
        return is_about_certificates(inner);
    }
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}

#[cfg(test)]
#[path = "node_tests.rs"]
mod tests;
