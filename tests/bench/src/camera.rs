//! The picture that both ends of `bench join` send: the same two seconds of 720p, over and over, each in the form that it reads.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::process::Command;

/// Its height; it is 16:9.
pub(crate) const LINES: u32 = 720;
/// Frames a second.
pub(crate) const FPS: u32 = 30;

/// Colour bars that glide by and a clock, in files that are gone with this. No snow: an encoder that meets it makes the
/// picture smaller, and then the two ends no longer do the same work.
pub(crate) struct Recording(TempDir);

impl Recording {
    /// Records it.
    pub(crate) async fn make() -> Result<Self> {
        let recording = Self(tempfile::tempdir()?);
        let frames = 2 * FPS;
        let picture = format!(
            "videotestsrc pattern=smpte75 horizontal-speed=2 num-buffers={frames} ! clockoverlay halignment=center valignment=center \
             ! video/x-raw,format=I420,width={},height={LINES},framerate={FPS}/1 ! tee name=t \
             t. ! queue ! y4menc ! filesink location={} t. ! queue ! multifilesink location={}",
            LINES * 16 / 9,
            recording.for_chromium().display(),
            recording.frames().display(),
        );
        let status = Command::new("gst-launch-1.0")
            .arg("--quiet")
            .args(picture.split_whitespace())
            .stdin(Stdio::null())
            .status()
            .await
            .context("gst-launch-1.0 (gstreamer1.0-tools) records the picture")?;
        ensure!(status.success(), "gst-launch-1.0: {status}");
        Ok(recording)
    }

    /// The file for Chromium's `--use-file-for-fake-video-capture`.
    pub(crate) fn for_chromium(&self) -> PathBuf {
        self.0.path().join("camera.y4m")
    }

    /// `camera` in the kit's settings.
    pub(crate) fn for_the_kit(&self) -> String {
        format!("recording:{}", self.frames().display())
    }

    fn frames(&self) -> PathBuf {
        self.0.path().join("%03d.i420")
    }
}
