//! Starting programs, and waiting for what they do.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;
use tokio::time::Instant;

/// A program of ours, from the folder where this program lies (or its parent, for tests).
pub fn ours(name: &str) -> Result<PathBuf> {
    let me = std::env::current_exe()?;
    let found = me
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    found.with_context(|| format!("{name} is not built; run `cargo build --bins`"))
}

/// Runs a program to its end and gives what it printed.
pub async fn output(command: &mut Command) -> Result<String> {
    let output = command
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("{command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?}: {}, {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// Asks again and again until there is an answer, within `limit`.
pub async fn until<T, F>(what: &str, limit: Duration, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Option<T>>,
{
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        if Instant::now() > end {
            bail!("{what}: not within {limit:?}");
        }
        // The pace of asking; the wait is for the answer.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A program that stands still while somebody looks at what is its own: nothing is renamed or freed under that look. It goes
/// on when this is dropped.
pub struct HeldStill(Pid);

impl HeldStill {
    /// Stops the program of this process id and waits until the last of its threads stands.
    pub async fn hold(pid: u32) -> Result<Self> {
        let program = Pid::from_raw(i32::try_from(pid)?).context("a process id")?;
        let held = Self(program);
        kill_process(program, Signal::STOP)?;
        until("every thread stands", Duration::from_secs(10), || async {
            stands(pid).ok()?.then_some(())
        })
        .await?;
        Ok(held)
    }
}

impl Drop for HeldStill {
    fn drop(&mut self) {
        // It may have been killed meanwhile.
        let _ = kill_process(self.0, Signal::CONT);
    }
}

/// Whether every thread of this process is stopped, by the state that follows its name in `stat` (`proc_pid_stat(5)`).
fn stands(pid: u32) -> Result<bool> {
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = std::fs::read_to_string(thread?.path().join("stat"))?;
        let (_, after) = stat.rsplit_once(") ").context("a name")?;
        if !after.starts_with('T') {
            return Ok(false);
        }
    }
    Ok(true)
}
