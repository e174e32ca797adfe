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

/// The seven bars of the kit's test picture, left to right, in full colours (GStreamer's `smpte` pattern).
const BARS: [[u8; 3]; 7] = [
    [255, 255, 255],
    [255, 255, 0],
    [0, 255, 255],
    [0, 255, 0],
    [255, 0, 255],
    [255, 0, 0],
    [0, 0, 255],
];
/// How far a colour may be off after two encoders, each of 0..=255.
const OFF: u8 = 60;

/// Whether a PNG file shows the kit's test picture all over its width.
pub fn is_test_picture(file: &Path) -> Result<bool> {
    let mut decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file)?));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![
        0;
        reader
            .output_buffer_size()
            .context("a picture of a possible size")?
    ];
    let info = reader.next_frame(&mut bytes)?;
    let (width, samples) = (info.width as usize, info.color_type.samples());
    ensure!(samples >= 3, "the picture has no colours");
    // A fifth from the top: the middle carries the clock.
    let row = info.height as usize / 5 * info.line_size;
    let is_bar = |(bar, colour): (usize, &[u8; 3])| {
        let at = row + (2 * bar + 1) * width / (2 * BARS.len()) * samples;
        bytes[at..at + 3]
            .iter()
            .zip(colour)
            .all(|(seen, meant)| seen.abs_diff(*meant) <= OFF)
    };
    Ok(BARS.iter().enumerate().all(is_bar))
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
