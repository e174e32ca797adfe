//! The room's microphone at the sound server, for a meeting that the browser holds: closed while the kit reads aloud.
//!
//! What the browser may do stands from its start (decision 0025), and opening it anew would take the meeting away for a
//! sentence. A source that is muted at the sound server gives every page silence, and no page can undo it. The newest wish
//! counts. A crash could leave it closed, so each start opens it. Neighbours: `held_meeting` wishes, `read_aloud` waits.

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
    done: watch::Receiver<Option<Gateway>>,
    work: JoinSet<()>,
}

impl RoomMicrophone {
    /// Opens it.
    pub(super) fn opened(source: Option<String>) -> Self {
        let source = source.unwrap_or_else(|| "@DEFAULT_SOURCE@".to_owned());
        let (wanted, mut wishes) = watch::channel(Gateway::Open);
        let (tell, done) = watch::channel(None);
        wishes.mark_changed();
        let mut work = JoinSet::new();
        work.spawn(async move {
            while wishes.changed().await.is_ok() {
                let wish = *wishes.borrow_and_update();
                if let Err(error) = set(&source, wish).await {
                    tracing::warn!(%error, ?wish, "the sound server does not open or close the microphone");
                }
                tell.send_replace(Some(wish));
            }
        });
        Self { wanted, done, work }
    }

    /// Opens or closes it, where it is not so already.
    pub(super) fn want(&self, wish: Gateway) {
        self.wanted.send_if_modified(|wanted| {
            let news = *wanted != wish;
            *wanted = wish;
            news
        });
    }

    /// Waits until it was tried to have it as wanted now.
    pub(super) fn settled(&self) -> impl Future<Output = ()> + Send + use<> {
        let (wish, mut done) = (*self.wanted.borrow(), self.done.clone());
        async move {
            // It ends only with the kit.
            let _ = done.wait_for(|done| *done == Some(wish)).await;
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
