//! Whether what was sent is what arrived, by the same rulers as the browser tests (`tests/browser/judge.mjs`).

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::repository;

/// At least this alike is the same speech: measured 0.92 and more, 0.56 when somebody speaks over it.
pub const SAME: f64 = 0.5;
/// At most this alike is another speech: measured up to 0.38.
pub const OTHER: f64 = 0.45;

/// A mark that was read in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub struct Mark {
    /// Whose picture it is.
    pub id: u32,
    /// Which frame, modulo 65,536.
    pub counter: u32,
}

/// How alike a recording is to a looped speech, −1..=1.
pub async fn likeness(recording: &Path, speech: &Path) -> Result<f64> {
    let recording = recording.to_string_lossy();
    let speech = speech.to_string_lossy();
    let answer = judge(&["likeness", &recording, &speech]).await?;
    answer["likeness"].as_f64().context("no likeness in the answer")
}

/// The marks in a picture of RGBA rows without gaps.
pub async fn marks(rgba: &[u8], width: u32, height: u32) -> Result<Vec<Mark>> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), rgba)?;
    let path = file.path().to_string_lossy();
    let answer = judge(&["marks", &path, &width.to_string(), &height.to_string()]).await?;
    Ok(serde_json::from_value(answer["marks"].clone())?)
}

async fn judge(arguments: &[&str]) -> Result<Value> {
    let output = Command::new("node")
        .arg(repository("tests/browser/judge.mjs"))
        .args(arguments)
        .output()
        .await?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}
