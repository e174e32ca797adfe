//! A program that we did not write, at the other end of a call: JSON commands in, JSON events out.
//!
//! `tests/browser/README.md` lists programs, commands and events. Every event since the start is kept, so that a wait
//! cannot miss one; every wait has a time limit.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout_at};

use crate::repository;

/// Chromium starts within this time even while the other core compiles.
const PATIENCE: Duration = Duration::from_secs(40);

/// A running witness. Dropping it kills the program.
pub struct Witness {
    // Held for its drop: `kill_on_drop` ends the program.
    _child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    seen: Vec<Value>,
    next_id: u64,
}

impl Witness {
    /// Starts a program of `tests/browser` and waits for its `ready` event.
    pub async fn start(program: &str, options: &[&str]) -> Result<Self> {
        let mut child = Command::new("node")
            .arg(repository("tests/browser").join(program))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("node is needed for the far end")?;
        let stdin = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let lines = BufReader::new(stdout).lines();
        let mut witness = Self {
            _child: child,
            stdin,
            lines,
            seen: Vec::new(),
            next_id: 1,
        };
        witness.until("ready", |_| true).await?;
        Ok(witness)
    }

    /// Sends a command and gives its reply; a `failed` reply is an error.
    pub async fn ask(&mut self, cmd: &str, argument: Value) -> Result<Value> {
        let id = self.next_id;
        self.next_id += 1;
        let mut command = argument;
        command["cmd"] = json!(cmd);
        command["id"] = json!(id);
        self.stdin.write_all(format!("{command}\n").as_bytes()).await?;
        let from = self.seen.len();
        let reply = self
            .after(from, PATIENCE, |event| event["id"] == id)
            .await
            .context(cmd.to_owned())?;
        if reply["event"] == "failed" {
            bail!("{cmd}: {}", reply["reason"]);
        }
        Ok(reply)
    }

    /// The first event of this kind since the start that passes `accept`.
    pub async fn until(&mut self, kind: &str, accept: impl Fn(&Value) -> bool) -> Result<Value> {
        self.after(0, PATIENCE, |event| event["event"] == kind && accept(event))
            .await
            .context(kind.to_owned())
    }

    /// Asks for statistics until they pass `accept`.
    pub async fn until_stats(&mut self, accept: impl Fn(&Value) -> bool) -> Result<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let stats = self.ask("stats", json!({})).await?;
            if accept(&stats) {
                return Ok(stats);
            }
            if Instant::now() > end {
                bail!("these figures do not get there: {stats}");
            }
            // The pace of asking; the wait is for the figures.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Where the list of events stands; what comes later is found by [`Witness::after`].
    #[must_use]
    pub fn now(&self) -> usize {
        self.seen.len()
    }

    /// The first event from position `from` on that passes `accept`.
    pub async fn after(
        &mut self,
        from: usize,
        within: Duration,
        accept: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let end = Instant::now() + within;
        let mut at = from;
        loop {
            while let Some(event) = self.seen.get(at) {
                if accept(event) {
                    return Ok(event.clone());
                }
                at += 1;
            }
            match timeout_at(end, self.lines.next_line()).await {
                Ok(line) => {
                    let line = line?.context("the witness ended")?;
                    self.seen
                        .push(serde_json::from_str(&line).with_context(|| line.clone())?);
                }
                Err(_) => bail!("not seen within {within:?}; the last events: {:?}", self.tail()),
            }
        }
    }

    fn tail(&self) -> Vec<String> {
        let other = self.seen.iter().filter(|event| event["event"] != "stats");
        let short = other.map(|event| event.to_string().chars().take(200).collect());
        short.rev().take(6).collect()
    }
}
