//! A display without a screen (Xvfb), with a finger and a camera: taps by `xdotool`, pictures by GStreamer.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::processes::output;

/// A running display. Dropping it ends it.
pub struct Display {
    // Held for its drop.
    _server: Child,
    name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A picture of the display: RGBA rows without gaps.
pub struct Shot {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

impl Display {
    /// Starts a display of this size.
    pub async fn start(width: u32, height: u32) -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-noreset",
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("Xvfb is needed")?;
        let stdout = server.stdout.take().context("stdout is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let Some(number) = timeout(Duration::from_secs(10), lines.next_line()).await?? else {
            bail!("Xvfb found no free display");
        };
        Ok(Self {
            _server: server,
            name: format!(":{}", number.trim()),
            width,
            height,
        })
    }

    /// Its name, as `DISPLAY` has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One tap of a finger at a place, in shares of the display's width and height.
    pub async fn tap(&self, x: f64, y: f64) -> Result<()> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "shares of a few thousand pixels"
        )]
        let at = |share: f64, of: u32| (share * f64::from(of)) as u32;
        let (x, y) = (at(x, self.width).to_string(), at(y, self.height).to_string());
        self.xdotool(&["mousemove", &x, &y, "click", "1"]).await
    }

    /// A finger that moves a page up a little.
    pub async fn swipe_up(&self) -> Result<()> {
        let middle = [self.width / 2, self.height / 2].map(|at| at.to_string());
        self.xdotool(&["mousemove", &middle[0], &middle[1], "click", "5"])
            .await
    }

    /// Presses keys one after the other, by their X names.
    pub async fn press(&self, keys: &[&str]) -> Result<()> {
        let mut arguments = vec!["key", "--delay", "40"];
        arguments.extend(keys);
        self.xdotool(&arguments).await
    }

    /// What is on it now.
    pub async fn shot(&self) -> Result<Shot> {
        let file = tempfile::NamedTempFile::new()?;
        let path = file.path().to_string_lossy().into_owned();
        self.capture(&[
            "video/x-raw,format=RGBA",
            "!",
            "filesink",
            &format!("location={path}"),
        ])
        .await?;
        let rgba = std::fs::read(file.path())?;
        anyhow::ensure!(
            rgba.len() == (self.width * self.height * 4) as usize,
            "the picture has a strange size"
        );
        Ok(Shot {
            width: self.width,
            height: self.height,
            rgba,
        })
    }

    /// Saves what is on it as PNG.
    pub async fn save(&self, file: &Path) -> Result<()> {
        self.capture(&["pngenc", "!", "filesink", &format!("location={}", file.display())])
            .await
    }

    async fn capture(&self, rest: &[&str]) -> Result<()> {
        let source = format!("display-name={}", self.name);
        let mut command = Command::new("gst-launch-1.0");
        command.args([
            "-q",
            "ximagesrc",
            &source,
            "num-buffers=1",
            "use-damage=false",
            "show-pointer=false",
        ]);
        command.args(["!", "videoconvert", "!"]).args(rest);
        output(&mut command).await.map(drop)
    }

    async fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        output(Command::new("xdotool").args(arguments).env("DISPLAY", &self.name))
            .await
            .map(drop)
    }
}
