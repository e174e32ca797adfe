//! The seam to a conference node: requests out, answers and event bytes in. `node` is the real one.
//!
//! None of these types prints: paths hold the alias and call ids, headers hold token and PIN.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::meeting::Loss;

/// Talks to one node.
pub(super) trait Wire: Clone + Send + Sync + 'static {
    /// An open event stream.
    type Events: EventBytes;

    /// Sends a request and reads the answer, both within its patience.
    fn post(&self, post: &Post) -> impl Future<Output = Result<Reply, WireError>> + Send;

    /// Opens the event stream.
    fn events(&self, bearer: Bearer) -> impl Future<Output = Result<Self::Events, WireError>> + Send;

    /// Uses no connection again that is open now: after a change of network they lead nowhere, and say so only after
    /// minutes.
    fn forget_connections(&mut self);
}

/// How long a refused request waits for a fresh token that may be on its way.
const TOKEN_SETTLES: Duration = Duration::from_secs(1);

/// Sends a request; once more if it was refused because the token was refreshed meanwhile. Whether a node still takes
/// the former token for a moment is not known (protocols §1.4).
pub(super) async fn send<W: Wire>(wire: &W, post: &Post) -> Result<Reply, WireError> {
    let Auth::Token(latest) = &post.auth else {
        return wire.post(post).await;
    };
    let mut latest = latest.clone();
    latest.mark_unchanged();
    let answer = wire.post(post).await;
    let is_refused = matches!(&answer, Ok(reply) if matches!(reply.status, 401 | 403));
    if is_refused && matches!(timeout(TOKEN_SETTLES, latest.changed()).await, Ok(Ok(()))) {
        return wire.post(post).await;
    }
    answer
}

/// Bytes of an event stream as they come.
pub(super) trait EventBytes: Send + 'static {
    /// The next bytes; `None` at the end of the stream.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, WireError>> + Send;
}

/// Who asks.
#[derive(Clone)]
pub(super) struct Bearer {
    /// The room's alias, decoded.
    pub(super) alias: SecretString,
    /// The latest token.
    pub(super) token: SecretString,
}

/// One request.
pub(super) struct Post {
    /// The room's alias, decoded.
    pub(super) alias: SecretString,
    /// Path below the conference, segment by segment, decoded.
    pub(super) path: Vec<String>,
    /// Credentials.
    pub(super) auth: Auth,
    /// Body; `Null` sends none.
    pub(super) body: Value,
    /// Limit for everything until the answer is read.
    pub(super) patience: Duration,
}

/// Credentials of one request.
pub(super) enum Auth {
    /// `request_token`: the PIN, where there is one.
    Pin(Option<SecretString>),
    /// Everything else: the latest token at the moment of sending.
    Token(watch::Receiver<SecretString>),
}

/// An answer that could be read.
#[derive(Debug)]
pub(super) struct Reply {
    /// HTTP status.
    pub(super) status: u16,
    /// `result` of the envelope; `Null` where there is none.
    pub(super) result: Value,
}

impl Reply {
    /// Whether the node did what was asked.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the node itself is in trouble (protocols §1.2).
    pub(super) fn is_node_trouble(&self) -> bool {
        matches!(self.status, 500 | 502 | 503 | 504 | 529 | 429)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WireError {
    /// No connection, or it broke.
    #[error("no contact with the conference node")]
    NoContact,
    /// Not within the patience.
    #[error("the conference node did not answer in time")]
    TimedOut,
    /// The certificate does not lead to a trusted one.
    #[error("the conference node's certificate is not trusted")]
    NotTrusted,
    /// The answer exceeds the limit.
    #[error("the conference node's answer is too long")]
    TooLong,
    /// The answer is not the JSON envelope, or the stream no event stream.
    #[error("the conference node's answer cannot be understood")]
    Garbage,
    /// A request was refused with this HTTP status, with no answer worth reading.
    #[error("the conference node answered with status {0}")]
    Status(u16),
}

impl WireError {
    /// What it means for the meeting.
    pub(super) fn loss(self) -> Loss {
        match self {
            WireError::NoContact | WireError::TimedOut => Loss::Unreachable,
            WireError::NotTrusted => Loss::NotTrusted,
            WireError::TooLong | WireError::Garbage => Loss::Garbage,
            WireError::Status(_) => Loss::ServiceDown,
        }
    }
}
