//! `kit-agent join` as a program of its own, watched through its figures; no camera, no sound server, stand-ins for both.
//!
//! Neighbours: `turn` and `namespace` are places that it can be put into, `tests/join` what is expected of it there.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::processes::ours;
use crate::told::Told;

/// The name that the program joins with.
pub const NAME: &str = "Kit";

/// The program while it runs, and what it wrote. Dropping it ends it.
pub struct Join {
    process: Child,
    figures: Told,
    log: PathBuf,
    // Held for its drop.
    _folder: TempDir,
}

/// How the program ended.
#[derive(Debug)]
pub struct Ended {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it told the person at the terminal, and its log.
    pub said: String,
}

impl Join {
    /// Joins a meeting on a node with this trust anchor (PEM).
    pub fn start(link: &str, authority: &str) -> Result<Self> {
        Self::start_in(None, link, authority)
    }

    /// As [`Join::start`], in a network namespace.
    pub fn start_in(namespace: Option<&str>, link: &str, authority: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let figures = Told::in_file(folder.path().join("figures.jsonl"));
        let log = folder.path().join("agent.log");
        let trusted = folder.path().join("authority.pem");
        std::fs::write(&trusted, authority)?;
        let program = ours("kit-agent")?;
        let mut command = match namespace {
            None => Command::new(program),
            Some(namespace) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", namespace]).arg(program);
                command
            }
        };
        command.args(["join", link, "--headless", "--lines", "360", "--name", NAME]);
        command
            .arg("--ca")
            .arg(&trusted)
            .arg("--stats")
            .arg(figures.file());
        let process = command
            .env("PULSE_SERVER", "unix:/nonexistent")
            .env("RUST_LOG", "warn,kit_agent=debug")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?)
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self {
            process,
            figures,
            log,
            _folder: folder,
        })
    }

    /// All lines of its figures so far.
    pub fn lines(&self) -> Result<Vec<Value>> {
        self.figures.lines()
    }

    /// Where its figures stand; pass it to [`Join::until`] to wait for what comes after.
    pub fn now(&self) -> Result<usize> {
        Ok(self.lines()?.len())
    }

    /// How often it told of this since line `from`.
    pub fn count(&self, from: usize, event: &str) -> Result<usize> {
        let lines = self.lines()?;
        Ok(lines
            .iter()
            .skip(from)
            .filter(|line| line["event"] == event)
            .count())
    }

    /// The first line from `from` on that passes `accept`.
    pub async fn until(
        &self,
        what: &str,
        from: usize,
        within: Duration,
        accept: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let found = self.figures.until(what, from, within, accept);
        found.await.with_context(|| self.tail())
    }

    /// A second of figures from `from` on that passes `accept`.
    pub async fn until_figures(
        &self,
        what: &str,
        from: usize,
        within: Duration,
        accept: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let found = self.until(what, from, within, |line| {
            line["event"] == "stats" && accept(&line["data"])
        });
        Ok(found.await?["data"].clone())
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self, within: Duration) -> Result<Ended> {
        let status = timeout(within, self.process.wait())
            .await
            .with_context(|| format!("the program still runs; {}", self.tail()))??;
        Ok(Ended {
            code: status.code(),
            said: self.log(),
        })
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    fn tail(&self) -> String {
        let lines = self.lines().unwrap_or_default();
        let last: Vec<_> = lines.iter().rev().take(4).map(Value::to_string).collect();
        let log = self.log();
        let log: Vec<_> = log.lines().rev().take(20).collect();
        format!("the figures' last lines: {last:#?}\nthe log's: {log:#?}")
    }
}
