//! Which devices the studio uses, and what it does with pictures.

use std::sync::{Arc, Mutex, PoisonError};

/// Where pictures and sound come from and go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudioConfig {
    /// Where our picture comes from.
    pub camera: Camera,
    /// Where our sound comes from.
    pub microphone: Microphone,
    /// Where their sound goes.
    pub speaker: Speaker,
    /// Lines of the largest picture that we capture and send, 180..=1080.
    pub lines: u32,
    /// Jitter buffer in milliseconds, 40..=400.
    pub latency_ms: u32,
}

impl Default for StudioConfig {
    fn default() -> Self {
        Self {
            camera: Camera::First,
            microphone: Microphone::Default,
            speaker: Speaker::Default,
            lines: 720,
            latency_ms: 100,
        }
    }
}

/// Where our picture comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Camera {
    /// The first camera of the machine; its absence is not an error, the meeting has our sound.
    First,
    /// A V4L2 device, such as `/dev/video0`.
    Device(String),
    /// A test picture with moving parts, labelled as such.
    TestPicture,
    /// A recording, over and over: one file of I420 with the studio's lines, 16:9, for each frame, numbered in the path as
    /// in `/tmp/%03d.i420`. For measurements: reading it costs next to nothing, and others can send the same.
    Recording(String),
    /// We send no picture.
    Off,
}

/// Where our sound comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Microphone {
    /// The sound server's default source.
    Default,
    /// A named source of the sound server.
    Source(String),
    /// A quiet tone of 440 Hz, so that a far end can tell it is a test.
    TestTone,
}

/// Where their sound goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// The sound server's default sink.
    Default,
    /// A named sink of the sound server.
    Sink(String),
    /// Nowhere: sound is decoded and measured, not played.
    Silent,
}

/// One decoded picture, RGBA, top row first.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bytes from one row to the next; at least `4 * width`.
    pub stride: usize,
    /// The rows.
    pub bytes: &'a [u8],
}

/// Takes pictures as they are due. Called on GStreamer's threads: copy and return.
pub type PictureSink = Arc<dyn Fn(Picture<'_>) + Send + Sync>;

/// How large the far side is shown, in pixels. The screen knows and says so; the studio makes larger pictures smaller, which
/// it does faster and better than a screen that draws without a graphics processor.
#[derive(Debug, Clone, Default)]
pub struct Room(Arc<Mutex<Option<(u32, u32)>>>);

impl Room {
    /// There is room for this much from now on; streams that begin later keep to it.
    pub fn set(&self, width: u32, height: u32) {
        let size = (width.max(16), height.max(16));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(size);
    }

    /// Width and height; `None` if nobody has said.
    #[must_use]
    pub fn size(&self) -> Option<(u32, u32)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who shows the three pictures of a meeting.
#[derive(Clone)]
pub struct Screens {
    /// The far side, as the meeting service composes it.
    pub stage: PictureSink,
    /// What somebody presents.
    pub slides: PictureSink,
    /// Our own picture, small.
    pub self_view: PictureSink,
    /// How large the far side and slides are shown.
    pub room: Room,
}

impl Screens {
    /// For a meeting that nobody looks at (`kit-agent join --headless`).
    #[must_use]
    pub fn none() -> Self {
        let nobody: PictureSink = Arc::new(|_| {});
        Self {
            stage: nobody.clone(),
            slides: nobody.clone(),
            self_view: nobody,
            room: Room::default(),
        }
    }
}
