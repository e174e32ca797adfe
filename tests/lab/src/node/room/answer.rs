//! What the node answers: status and envelope of the Client API, before it becomes HTTP.

use serde_json::{Value, json};

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `result` of the envelope.
    pub result: Value,
}

impl Answer {
    /// 200 with a result.
    pub fn ok(result: impl Into<Value>) -> Self {
        Self {
            status: 200,
            result: result.into(),
        }
    }

    /// 403 with a prompt or a sentence.
    pub fn refused(result: impl Into<Value>) -> Self {
        Self {
            status: 403,
            result: result.into(),
        }
    }

    /// No such room, participant or call.
    #[must_use]
    pub fn not_found(text: &str) -> Self {
        Self {
            status: 404,
            result: text.into(),
        }
    }

    /// The request could not be understood.
    #[must_use]
    pub fn bad_request(text: &str) -> Self {
        Self {
            status: 400,
            result: text.into(),
        }
    }

    /// Token unknown, replaced or too old (#pex113).
    #[must_use]
    pub fn invalid_token() -> Self {
        Self::refused("Invalid token")
    }

    /// A guest asked for what only hosts may do (#pex100).
    #[must_use]
    pub fn invalid_role() -> Self {
        Self::refused("Invalid role")
    }

    /// The envelope: `status` says no more than whether the request was processed [DOC].
    #[must_use]
    pub fn envelope(&self) -> Value {
        let status = if self.status < 400 { "success" } else { "failed" };
        json!({"status": status, "result": self.result})
    }
}
