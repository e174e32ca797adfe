//! Starting programs, and waiting for what they do.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
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
        "{command:?}: {}",
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
