//! The room's microphone at the sound server, for a meeting that the browser holds: closed while the kit reads aloud.
//!
//! What the browser may do stands from its start (decision 0025), and opening it anew would take the meeting away for a
//! sentence. A source that is muted at the sound server gives every page silence, and no page can undo it. The newest wish
//! counts. A crash could leave it closed, so each start opens it. Neighbours: `held_meeting` wishes, `read_aloud` waits, and
//! says nothing where the microphone could not be closed.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::visit::effect::Gateway;

/// A sound server that does not answer in this time will not.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// The microphone of the kit's settings, or the sound server's own choice.
#[derive(Debug)]
pub(super) struct RoomMicrophone {
    wanted: watch::Sender<Gateway>,
    tried: watch::Receiver<Option<Tried>>,
    work: JoinSet<()>,
}

/// The last wish that was carried out, or could not be.
#[derive(Debug, Clone, Copy)]
struct Tried {
    wish: Gateway,
    as_wished: bool,
}

impl RoomMicrophone {
    /// Opens it.
    pub(super) fn opened(source: Option<String>) -> Self {
        let source = source.unwrap_or_else(|| "@DEFAULT_SOURCE@".to_owned());
        let (wanted, mut wishes) = watch::channel(Gateway::Open);
        let (tell, tried) = watch::channel(None);
        wishes.mark_changed();
        let mut work = JoinSet::new();
        work.spawn(async move {
            while wishes.changed().await.is_ok() {
                let wish = *wishes.borrow_and_update();
                let set = set(&source, wish).await;
                if let Err(error) = &set {
                    tracing::warn!(%error, ?wish, "the sound server does not open or close the microphone");
                }
                let as_wished = set.is_ok();
                tell.send_replace(Some(Tried { wish, as_wished }));
            }
        });
        Self { wanted, tried, work }
    }

    /// Opens or closes it, where it is not so already.
    pub(super) fn want(&self, wish: Gateway) {
        self.wanted.send_if_modified(|wanted| {
            let news = *wanted != wish;
            *wanted = wish;
            news
        });
    }

    /// Waits until it was tried to have it as wanted now. Whether the kit may speak then: not where the microphone should be
    /// closed and is not.
    pub(super) fn settled(&self) -> impl Future<Output = bool> + Send + use<> {
        let (wish, mut tried) = (*self.wanted.borrow(), self.tried.clone());
        async move {
            let settled = |tried: &Option<Tried>| tried.is_some_and(|tried| tried.wish == wish);
            // It ends only with the kit.
            let tried = tried.wait_for(settled).await.ok().and_then(|tried| *tried);
            tried.is_some_and(|tried| tried.as_wished || wish == Gateway::Open)
        }
    }

    /// Leaves it open.
    pub(super) async fn leave(mut self) {
        self.want(Gateway::Open);
        drop(self.wanted);
        while self.work.join_next().await.is_some() {}
    }
}

async fn set(source: &str, wish: Gateway) -> io::Result<()> {
    let muted = match wish {
        Gateway::Open => "0",
        Gateway::Closed => "1",
    };
    let asked = Command::new("pactl")
        .args(["set-source-mute", source, muted])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    let status = timeout(ANSWERS_WITHIN, asked).await??;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("pactl: {status}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_microphone_that_cannot_be_closed_keeps_the_kit_from_speaking() {
        let microphone = RoomMicrophone::opened(Some("no-such-microphone".into()));
        assert!(
            microphone.settled().await,
            "it shall be open: speaking goes into no meeting of a browser"
        );
        microphone.want(Gateway::Closed);
        assert!(!microphone.settled().await);
    }
}
