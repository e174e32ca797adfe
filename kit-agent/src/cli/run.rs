//! `kit-agent run`: the kit. The window lives on the main thread, everything else on tokio's.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::{Exit, no_traces, runtime};
use crate::fleet::{FleetConfig, FleetLink};
use crate::kit::journal::Journal;
use crate::kit::settings::Settings;
use crate::kit::{self, Parts};
use crate::meeting::browser::{self, Remains};
use crate::screen::{self, Language, WindowOptions};

/// What `run` needs.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// Where the kit keeps what it must; `enrol` made it, `kit.toml` lies in it.
    #[arg(long, default_value = "/var/lib/kit-agent")]
    state: PathBuf,
    /// In a window of 1280×800 in place of the whole screen.
    #[arg(long)]
    windowed: bool,
    /// English in place of Swedish.
    #[arg(long)]
    english: bool,
    /// Write a diary of screens and taps, without anything personal, for whoever watches from outside.
    #[arg(long)]
    journal: Option<PathBuf>,
}

impl Run {
    pub(super) fn perform(self) -> Result<Exit> {
        // Before anything of a visit can be in memory.
        no_traces::forbid_core_dumps()?;
        let wipe_owed = kit::wipe_is_owed(&self.state);
        let settings = Settings::read(&self.state)?;
        let journal = Journal::open(self.journal.as_deref()).context("the journal cannot be written")?;
        end_old_browsers(&self.state);
        let runtime = runtime()?;
        let (touch_sink, touches) = mpsc::unbounded_channel();
        let language = if self.english {
            Language::English
        } else {
            Language::Swedish
        };
        let options = WindowOptions {
            fullscreen: !self.windowed,
            language,
            ..WindowOptions::default()
        };
        let (window, screen) = screen::open(options, touch_sink).context("no window could be opened")?;
        let agent_version = env!("CARGO_PKG_VERSION")
            .parse()
            .context("the agent's own version")?;
        let fleet = {
            let _inside = runtime.enter();
            FleetLink::start(FleetConfig {
                state: self.state.clone(),
                agent_version,
                wipe_owed,
            })?
        };
        let to_close = screen.clone();
        let parts = Parts {
            settings,
            state: self.state,
            fleet,
            screen,
            touches,
            journal,
            language,
        };
        let running = runtime.spawn(async move {
            let done = tokio::select! {
                done = kit::run(parts) => done,
                () = told_to_stop() => Ok(()),
            };
            to_close.close();
            done
        });
        window.run().context("the window failed")?;
        // The window's end closes the channel of touches, and the kit stops by itself.
        runtime
            .block_on(running)
            .context("the kit stopped by a fault")??;
        Ok(Exit::Normal)
    }
}

/// Before anything else: a browser that outlived a crash is ended, and what it left is removed.
fn end_old_browsers(state: &Path) {
    match browser::memory_folder(state) {
        Ok(folder) if browser::sweep(&folder) == Remains::Something => {
            tracing::error!("an old browser is left; the wipe tries again");
        }
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "there is no place for a browser"),
    }
}

async fn told_to_stop() {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => std::future::pending().await,
    }
}
