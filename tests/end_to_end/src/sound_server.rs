//! A real PulseAudio server with two devices: what the kit plays goes into `speaker`, what the room says comes from `room`.
//!
//! Both are null sinks; the kit's microphone is the monitor of `room`. Devices can vanish and come back.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::processes::{output, until};

/// Where the kit plays.
pub const SPEAKER: &str = "speaker";
/// Where the kit listens: what is played into the room.
pub const MICROPHONE: &str = "room.monitor";
/// The same for a browser, which takes no monitor for a microphone.
pub const MICROPHONE_OF_BROWSERS: &str = "microphone";

/// A running sound server. Dropping it ends it.
pub struct SoundServer {
    // Held for its drop.
    _server: Child,
    folder: TempDir,
}

/// Somebody who speaks in the room until dropped.
pub struct Speaking {
    // Held for its drop.
    _player: Child,
}

impl SoundServer {
    /// Starts a server with both devices.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("sound.socket");
        let server = Command::new("pulseaudio")
            .args([
                "-n",
                "--daemonize=no",
                "--use-pid-file=no",
                "--exit-idle-time=-1",
                "--disable-shm=yes",
            ])
            .arg(format!(
                "--load=module-native-protocol-unix socket={} auth-anonymous=1",
                socket.display()
            ))
            .arg("--load=module-null-sink sink_name=speaker rate=48000")
            .arg("--load=module-null-sink sink_name=room rate=48000")
            .arg("--load=module-remap-source master=room.monitor source_name=microphone")
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("pulseaudio is needed")?;
        let started = Self {
            _server: server,
            folder,
        };
        until("the sound server", Duration::from_secs(10), || async {
            started.pactl(&["info"]).await.ok()
        })
        .await?;
        Ok(started)
    }

    /// The server's address, as `PULSE_SERVER` has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("unix:{}", self.folder.path().join("sound.socket").display())
    }

    /// Somebody speaks in the room, over and over.
    pub fn speak(&self, speech: &Path) -> Result<Speaking> {
        // One process for all repetitions: a pause between two would depend on how busy the machine is.
        let player = Command::new("gst-launch-1.0")
            .args(["-q", "multifilesrc", "loop=true"])
            .arg(format!("location={}", speech.display()))
            .args([
                "!",
                "wavparse",
                "ignore-length=true",
                "!",
                "audioconvert",
                "!",
                "audioresample",
                "!",
            ])
            .args(["pulsesink", "device=room"])
            .env("PULSE_SERVER", self.address())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Speaking { _player: player })
    }

    /// What the kit plays during `length`, as a WAV file in `folder`.
    pub async fn record(&self, length: Duration, folder: &Path) -> Result<PathBuf> {
        let file = folder.join("heard.wav");
        let buffers = length.as_millis() / 10;
        output(
            Command::new("gst-launch-1.0")
                .args(["-q", "pulsesrc", "device=speaker.monitor", "blocksize=960"])
                .arg(format!("num-buffers={buffers}"))
                .args([
                    "!",
                    "audio/x-raw,format=S16LE,rate=48000,channels=1",
                    "!",
                    "wavenc",
                    "!",
                    "filesink",
                ])
                .arg(format!("location={}", file.display()))
                .env("PULSE_SERVER", self.address()),
        )
        .await?;
        Ok(file)
    }

    /// The loudspeaker is unplugged.
    pub async fn unplug(&self, device: &str) -> Result<()> {
        let modules = self.pactl(&["list", "short", "modules"]).await?;
        let module = modules
            .lines()
            .find(|line| line.contains(&format!("sink_name={device} ")))
            .and_then(|line| line.split_whitespace().next())
            .context("the device is not there")?;
        self.pactl(&["unload-module", module]).await.map(drop)
    }

    /// It is plugged in again.
    pub async fn plug_in(&self, device: &str) -> Result<()> {
        let name = format!("sink_name={device}");
        self.pactl(&["load-module", "module-null-sink", &name, "rate=48000"])
            .await
            .map(drop)
    }

    /// Waits until the kit plays something.
    pub async fn until_heard(&self, within: Duration) -> Result<()> {
        let folder = tempfile::tempdir()?;
        until("sound from the speaker", within, || async {
            let file = self.record(Duration::from_secs(1), folder.path()).await.ok()?;
            let samples = std::fs::read(file).ok()?.split_off(44);
            samples
                .chunks_exact(2)
                .any(|pair| i16::from_le_bytes([pair[0], pair[1]]).unsigned_abs() > 300)
                .then_some(())
        })
        .await
    }

    /// Waits until this source gives nothing but silence.
    pub async fn until_closed(&self, source: &str, within: Duration) -> Result<()> {
        until("the microphone closed at the sound server", within, || async {
            let said = self.pactl(&["get-source-mute", source]).await.ok()?;
            said.contains("yes").then_some(())
        })
        .await
    }

    async fn pactl(&self, arguments: &[&str]) -> Result<String> {
        output(
            Command::new("pactl")
                .args(arguments)
                .env("LC_ALL", "C")
                .env("PULSE_SERVER", self.address()),
        )
        .await
    }
}
