//! "Läs upp": the screen's text, spoken by espeak-ng, without network.
//!
//! One voice at a time; asking again while it speaks stops it. The text goes in on stdin, so it stands in no list of
//! processes. Neighbour: `kit` closes the microphone meanwhile.

use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Inner;

/// Longest text of a screen, in bytes; the longest has some 400.
const MAX_TEXT: usize = 4096;

/// The voice.
#[derive(Debug, Default)]
pub(super) struct Voice {
    speaking: Option<JoinHandle<()>>,
    /// Which text it is, counted; what an older one reports does not count.
    number: u64,
}

impl Voice {
    /// Speaks `text` once `silence` has come, and not at all if it says that there is none; `reports` is told when it has
    /// ended, however it ended.
    pub(super) fn speak(
        &mut self,
        mut text: String,
        language: &'static str,
        silence: impl Future<Output = bool> + Send + 'static,
        reports: mpsc::UnboundedSender<Inner>,
    ) {
        self.stop();
        self.number += 1;
        let number = self.number;
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        #[expect(clippy::disallowed_methods, reason = "the handle is kept and aborted on stop")]
        let task = tokio::spawn(async move {
            if !silence.await {
                tracing::warn!("the screen is not read aloud: the meeting would hear it");
            } else if let Err(e) = say(&text, language).await {
                tracing::warn!(error = %e, "the screen cannot be read aloud");
            }
            // Nobody listens only while the kit shuts down.
            let _ = reports.send(Inner::VoiceEnded(number));
        });
        self.speaking = Some(task);
    }

    /// Whether the text of this number is the one that was begun last.
    pub(super) fn is_latest(&self, number: u64) -> bool {
        self.number == number
    }

    /// Falls silent at once: the process dies with its task.
    pub(super) fn stop(&mut self) {
        if let Some(task) = self.speaking.take() {
            task.abort();
        }
    }
}

async fn say(text: &str, language: &str) -> std::io::Result<()> {
    let mut child: Child = Command::new("espeak-ng")
        .args(["-v", language, "-s", "140", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).await?;
    }
    child.wait().await.map(drop)
}
