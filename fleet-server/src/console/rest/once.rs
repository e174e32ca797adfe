//! `Idempotency-Key`: a POST that is sent again with its key is answered as it was the first time and changes nothing more.
//!
//! Keys are a caller's own and are kept for 24 hours. What fails on our side is not kept: the next who sends it carries it out,
//! unless its change was committed all the same (`store::requests`).

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use fleet_api::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::{
    app::App,
    identity::administrator::Administrator,
    store::{Claim, RequestKey, StoreError},
    web::Problem,
};

const NAME: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest key.
const KEY_BYTES: usize = 200;
/// How long one request waits for another with its key.
const PATIENCE: Duration = Duration::from_secs(8);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A key as it was sent.
#[derive(Debug)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn read(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut values = headers.get_all(NAME).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let text = value.to_str().unwrap_or_default().trim();
        if values.next().is_some() || text.is_empty() || text.len() > KEY_BYTES {
            let detail = format_args!("send one Idempotency-Key of 1 to {KEY_BYTES} letters, such as a UUID");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency-key", detail));
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// The key is the caller's own: others may use the same for something else.
    pub(super) fn of(&self, caller: &Administrator) -> RequestKey {
        RequestKey {
            caller: format!("{} {}", caller.tenant, caller.actor),
            key: self.0.clone(),
        }
    }
}

/// An answer as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    status: u16,
    content_type: Option<String>,
    location: Option<String>,
    content: String,
}

/// Answers as the first request with this key was answered; carries it out if this is the first.
pub(super) async fn once(
    app: &App,
    tenant: TenantId,
    request: &RequestKey,
    fingerprint: &[u8],
    carry_out: impl Future<Output = Response>,
) -> Response {
    match claim(app, tenant, request, fingerprint).await {
        Ok(Claim::Ours) => keep(app, tenant, request, carry_out.await).await,
        Ok(Claim::Answered(kept)) => replay(&kept),
        Ok(Claim::Underway) => {
            let detail = "the same request is still being carried out; send it again in a moment";
            let mut response = Problem::conflict("underway", detail).into_response();
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
        Ok(Claim::Differs) => Problem::invalid(
            "idempotency-key-reused",
            "this Idempotency-Key was used for another request; take a new one for each request",
        )
        .into_response(),
        Ok(Claim::AnswerLost) => Problem::from(StoreError::CarriedOut).into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Waits while another is at it.
async fn claim(
    app: &App,
    tenant: TenantId,
    request: &RequestKey,
    fingerprint: &[u8],
) -> Result<Claim, StoreError> {
    let until = Instant::now() + PATIENCE;
    loop {
        let claim = app
            .store
            .claim_request(tenant, request, fingerprint, Timestamp::now())
            .await?;
        if claim != Claim::Underway || Instant::now() > until {
            return Ok(claim);
        }
        sleep(LOOK_EVERY).await;
    }
}

async fn keep(app: &App, tenant: TenantId, request: &RequestKey, response: Response) -> Response {
    let status = response.status();
    let (parts, body) = response.into_parts();
    let content = match to_bytes(body, usize::MAX).await {
        Ok(content) => content,
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let kept = if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        app.store.give_up_request(tenant, request).await
    } else {
        let answer = serde_json::to_vec(&Kept::new(status, &parts.headers, &content)).expect("plain data");
        app.store.answer_request(tenant, request, &answer).await
    };
    if let Err(error) = kept {
        // The caller gets their answer; whoever asks again learns that it was carried out, but not how it was answered.
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not keep an answer"
        );
    }
    Response::from_parts(parts, Body::from(content))
}

fn replay(kept: &[u8]) -> Response {
    let answer = serde_json::from_slice::<Kept>(kept).ok().and_then(Kept::response);
    answer.unwrap_or_else(|| {
        Problem::internal(&StoreError::Damaged("request_keys.sealed_answer")).into_response()
    })
}

impl Kept {
    fn new(status: StatusCode, headers: &HeaderMap, content: &Bytes) -> Self {
        let text = |name| {
            let value = headers.get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        Self {
            status: status.as_u16(),
            content_type: text(CONTENT_TYPE),
            location: text(LOCATION),
            content: String::from_utf8_lossy(content).into_owned(),
        }
    }

    fn response(self) -> Option<Response> {
        let mut response = Response::new(Body::from(self.content));
        *response.status_mut() = StatusCode::from_u16(self.status).ok()?;
        let headers = response.headers_mut();
        for (name, value) in [(CONTENT_TYPE, self.content_type), (LOCATION, self.location)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_str(&value).ok()?);
            }
        }
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        Some(response)
    }
}
