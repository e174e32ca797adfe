//! Follows the event stream, and opens it again whenever it breaks, with the latest token.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::server_event::{self, ServerEvent};
use super::sse::Decoder;
use super::wire::{Bearer, EventBytes, Wire, WireError};
use secrecy::SecretString;

/// First pause before opening again; doubles (protocols §1.5).
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Runs until nobody listens any more.
pub(super) async fn follow<W: Wire>(
    wire: W,
    alias: SecretString,
    token: watch::Receiver<SecretString>,
    news: mpsc::Sender<ServerEvent>,
    jitter: fn() -> f64,
) {
    let mut failures = 0_u32;
    loop {
        let bearer = Bearer {
            alias: alias.clone(),
            token: token.borrow().clone(),
        };
        match wire.events(bearer).await {
            Ok(stream) => {
                if read(stream, &news).await {
                    failures = 0;
                }
            }
            // The token is not good here: let the refresh find out what that means.
            Err(WireError::Status(401 | 403 | 404)) => {
                let _ = news.send(ServerEvent::RefreshToken).await;
            }
            Err(error) => tracing::debug!(%error, "the event stream could not be opened"),
        }
        let pause = FIRST_PAUSE
            .saturating_mul(1 << failures.min(9))
            .min(LONGEST_PAUSE)
            .mul_f64(jitter());
        failures += 1;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = news.closed() => return,
        }
    }
}

/// Reads until the stream ends. Whether it delivered anything.
async fn read(mut stream: impl EventBytes, news: &mpsc::Sender<ServerEvent>) -> bool {
    let mut decoder = Decoder::default();
    let mut delivered = false;
    loop {
        let bytes = match stream.next().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return delivered,
            Err(error) => {
                tracing::debug!(%error, "the event stream broke");
                return delivered;
            }
        };
        let frames = match decoder.push(&bytes) {
            Ok(frames) => frames,
            Err(error) => {
                tracing::warn!(%error, "the event stream is dropped");
                return false;
            }
        };
        for event in frames.iter().filter_map(server_event::read) {
            delivered = true;
            if news.send(event).await.is_err() {
                return delivered;
            }
        }
    }
}
