//! Sound and picture on this machine: devices, codecs, jitter buffers, playing. All of it is GStreamer's work.
//!
//! `camera` and `microphone` feed `sender` (its `encoder` knows the codecs); `reception` feeds `speaker` and the screens.
//! Each device has a pipeline of its own (`device`), so one that vanishes takes nothing along. Knows nothing of networks:
//! `media::port` is the seam.

mod camera;
mod clock;
mod config;
mod decoders;
mod device;
mod encoder;
mod homecoming;
mod level;
mod microphone;
mod pieces;
mod probe;
mod reception;
mod report;
mod sender;
mod speaker;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use gstreamer as gst;
use tokio::sync::{mpsc, watch};

use self::clock::StudioClock;
use self::device::Device;
use self::level::Level;
use self::reception::Outputs;
use self::sender::{Outlet, Sender};
use self::speaker::SpeakerInlet;
use super::MediaError;
use super::port::{Codec, OutgoingPacket, SentFigures, Studio, Wish};

pub use self::config::{Camera, Microphone, Picture, PictureSink, Room, Screens, Speaker, StudioConfig};
pub use self::device::DeviceState;
pub use self::encoder::h264_encoder;
pub use self::probe::devices_or_stand_ins;
pub use self::reception::GstReception;

/// The studio of this tablet. Dropping it closes all devices.
pub struct GstStudio {
    clock: StudioClock,
    latency_ms: u32,
    lines: u32,
    screens: Screens,
    sender: Arc<RwLock<Sender>>,
    outlet: Outlet,
    speaker: SpeakerInlet,
    microphone_closed: Arc<AtomicBool>,
    picture_held: Arc<AtomicBool>,
    sent_level: Arc<Level>,
    sent_frames: Arc<AtomicU64>,
    camera_device: Option<Device>,
    microphone_device: Device,
    speaker_device: Option<Device>,
}

impl GstStudio {
    /// Opens the devices; those that are missing are tried again every second and are no error.
    ///
    /// Call inside a tokio runtime.
    ///
    /// # Errors
    /// If GStreamer or one of its plug-ins is not installed.
    pub fn open(config: &StudioConfig, screens: Screens) -> Result<Self, MediaError> {
        gst::init().map_err(|e| MediaError::Pipeline(e.to_string()))?;
        let clock = StudioClock::new();
        let outlet = Outlet::default();
        let sent_frames = Arc::new(AtomicU64::new(0));
        let sent_level = Arc::new(Level::default());
        let microphone_closed = Arc::new(AtomicBool::new(false));
        let speaker = SpeakerInlet::default();
        let sender = Sender::new(Codec::Vp8, config.lines, &clock, &outlet, &sent_frames)?;
        let sender = Arc::new(RwLock::new(sender));
        let picture_held = Arc::new(AtomicBool::new(false));
        let (to_sender, held) = (sender.clone(), picture_held.clone());
        let camera_device = camera::open(
            &config.camera,
            config.lines,
            &clock,
            &screens.self_view,
            move |sample| {
                if !held.load(Ordering::Relaxed) {
                    read(&to_sender).push_picture(&sample);
                }
            },
        );
        let to_sender = sender.clone();
        let microphone_device = microphone::open(
            &config.microphone,
            &clock,
            microphone_closed.clone(),
            sent_level.clone(),
            move |sound| read(&to_sender).push_sound(sound),
        );
        let speaker_device = speaker::open(&config.speaker, &clock, &speaker, config.latency_ms);
        Ok(Self {
            clock,
            latency_ms: config.latency_ms,
            lines: config.lines,
            screens,
            sender,
            outlet,
            speaker,
            microphone_closed,
            picture_held,
            sent_level,
            sent_frames,
            camera_device,
            microphone_device,
            speaker_device,
        })
    }

    /// Closes or opens the microphone, at the media level: silence is sent while it is closed.
    pub fn close_microphone(&self, closed: bool) {
        self.microphone_closed.store(closed, Ordering::Relaxed);
    }

    /// Holds our picture back or sends it, at the media level: no frame is encoded while it is held.
    pub fn hold_picture(&self, held: bool) {
        let was_held = self.picture_held.swap(held, Ordering::Relaxed);
        if was_held && !held {
            // The others have seen nothing for a while: they begin anew.
            read(&self.sender).force_keyframe();
        }
    }

    /// Silences or opens the loudspeaker: nothing is played while it is silenced.
    pub fn silence_speaker(&self, silenced: bool) {
        self.speaker.silence(silenced);
    }

    /// Closes the camera and opens it again.
    pub fn reopen_camera(&self) {
        self.camera_device.iter().for_each(Device::reopen);
    }

    fn renew_sender(&self, codec: Codec) {
        match Sender::new(codec, self.lines, &self.clock, &self.outlet, &self.sent_frames) {
            Ok(sender) => *self.sender.write().unwrap_or_else(PoisonError::into_inner) = sender,
            Err(e) => tracing::error!(error = %e, "our picture cannot be encoded as the meeting wants it"),
        }
    }

    /// Closes the microphone and opens it again.
    pub fn reopen_microphone(&self) {
        self.microphone_device.reopen();
    }

    /// Closes the loudspeaker and opens it again.
    pub fn reopen_speaker(&self) {
        self.speaker_device.iter().for_each(Device::reopen);
    }

    /// Whether there is a camera. `None` if no picture is wanted.
    #[must_use]
    pub fn camera(&self) -> Option<watch::Receiver<DeviceState>> {
        self.camera_device.as_ref().map(Device::state)
    }

    /// Whether there is a microphone.
    #[must_use]
    pub fn microphone(&self) -> watch::Receiver<DeviceState> {
        self.microphone_device.state()
    }

    /// Whether there is a loudspeaker. `None` if nothing is to be played.
    #[must_use]
    pub fn speaker(&self) -> Option<watch::Receiver<DeviceState>> {
        self.speaker_device.as_ref().map(Device::state)
    }
}

impl Studio for GstStudio {
    type Reception = GstReception;

    fn send_into(&self, out: mpsc::Sender<OutgoingPacket>) {
        *self.outlet.lock().unwrap_or_else(PoisonError::into_inner) = Some(out);
    }

    fn force_keyframe(&self) {
        read(&self.sender).force_keyframe();
    }

    fn send_codec(&self, picture: Codec) {
        if read(&self.sender).codec() != picture {
            self.renew_sender(picture);
        }
    }

    fn set_budget(&self, kbps: u32) {
        let (broken, codec) = {
            let sender = read(&self.sender);
            (sender.is_broken(), sender.codec())
        };
        if broken {
            self.renew_sender(codec);
        }
        read(&self.sender).budget(kbps);
    }

    fn receive(&self, wishes: mpsc::Sender<Wish>) -> Result<GstReception, MediaError> {
        let outputs = Outputs {
            screens: self.screens.clone(),
            speaker: self.speaker.clone(),
            level: Arc::default(),
            frames: Arc::default(),
            wishes,
        };
        GstReception::open(self.clock.clone(), self.latency_ms, outputs)
    }

    fn figures(&self) -> SentFigures {
        SentFigures {
            frames: self.sent_frames.load(Ordering::Relaxed),
            level_db: self.sent_level.db(),
        }
    }
}

fn read(sender: &RwLock<Sender>) -> std::sync::RwLockReadGuard<'_, Sender> {
    sender.read().unwrap_or_else(PoisonError::into_inner)
}
