//! A request's body comes back when whoever answers has no more use for it, and what is unread of it is read to its end before
//! the answer is given.
//!
//! A refusal does not look at the body. hyper then ends the connection behind the answer, without a word, and a client that
//! sends its next request on it loses that. So a short rest is read, and where the rest is long or late, the answer says that
//! the connection ends (RFC 9112, section 9.6).

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::timeout;

/// Most that is read of what nobody wants, in bytes: a wrong file that somebody chose on a page. They would see a broken connection
/// instead of the sentence that says so.
const MOST: u64 = 4 * 1024 * 1024;
/// Longest wait for it.
const LONGEST: Duration = Duration::from_secs(1);

/// Where a body comes back to.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread(Arc<Mutex<Option<Incoming>>>);

/// A body that comes back, unless it was read to its end.
struct Lent {
    /// None = it is over.
    body: Option<Incoming>,
    back: Unread,
}

impl Unread {
    pub(super) fn lend(&self, body: Incoming) -> Body {
        Body::new(Lent {
            body: Some(body),
            back: self.clone(),
        })
    }

    /// The answer, to be given now.
    pub(super) async fn before(&self, mut answer: Response) -> Response {
        let unread = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return answer;
        }
        if let Some(body) = unread
            && !timeout(LONGEST, read_to_its_end(body)).await.unwrap_or(false)
        {
            let ends = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, ends);
        }
        answer
    }
}

/// Whether there was an end within what is read.
async fn read_to_its_end(mut body: Incoming) -> bool {
    let mut left = MOST;
    while body.size_hint().lower() <= left {
        match poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => {
                let read = frame.data_ref().map_or(0, Bytes::len);
                let Some(rest) = left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) else {
                    return false;
                };
                left = rest;
            }
        }
    }
    false
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if frame.is_none() {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(body) = self.body.take()
            && !body.is_end_stream()
        {
            *self.back.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}
