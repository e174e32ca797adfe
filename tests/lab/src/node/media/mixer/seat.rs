//! What one participant gets: a picture composed of the others and a sound without its own voice.
//!
//! One pipeline per seat. Inputs come and go while it runs. Pictures are fitted into a grid, never cropped; where nobody
//! sends, the plain background remains, so there is always a picture.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;
use gstreamer_video as gst_video;

use super::clock::MixClock;
use super::composition::{cell, measure, outgoing, text};
use super::forward::Forward;
use super::pipeline::Running;
use super::{Inlet, SOUND_CAPS};
use crate::node::media::CallError;
use crate::node::media::figures::Figures;
use crate::node::media::lines::Line;
use crate::node::media::packets::Incoming;
use crate::node::room::VideoSettings;

/// What sound and overhead take from the estimate, kbit/s.
const SOUND_KBPS: u64 = 90;
/// Below this the encoder drops frames anyway, kbit/s.
const LEAST_KBPS: u64 = 60;
/// Keyframes more often than this make a weak link weaker.
const KEYFRAME_PAUSE_MS: i64 = 300;
/// After this long without a new frame the background shows, in nanoseconds.
const STALE_PICTURE_NS: u64 = 2_000_000_000;

/// A participant's place at the mixer.
pub(in crate::node::media) struct Seat {
    running: Running,
    video: VideoSettings,
    inputs: Mutex<BTreeMap<(Line, String), Input>>,
    forward: Mutex<Forward>,
    inlet: Inlet,
    last_keyframe_ms: AtomicI64,
}

struct Input {
    source: gst_app::AppSrc,
    mixer_pad: gst::Pad,
}

impl Seat {
    pub(super) fn open(video: VideoSettings, figures: Figures, inlet: Inlet) -> Result<Arc<Self>, CallError> {
        let running = Running::parse(&text(video))?;
        for (sink, line) in [("picture_out", Line::Picture), ("sound_out", Line::Sound)] {
            let packets = inlet.packets.clone();
            running.on_sample(sink, move |sample| {
                if let Some(packet) = sample.buffer().and_then(|buffer| outgoing(buffer, line)) {
                    // A full queue means a call that cannot send; old media is worth nothing.
                    let _ = packets.try_send(packet);
                }
            });
        }
        measure(&running, figures);
        running.play()?;
        Ok(Arc::new(Self {
            running,
            video,
            inputs: Mutex::default(),
            forward: Mutex::default(),
            inlet,
            last_keyframe_ms: AtomicI64::new(i64::MIN / 2),
        }))
    }

    /// A picture of another participant.
    pub(super) fn picture(&self, from: &str, sample: &gst::Sample) {
        let (Some(buffer), Some(caps)) = (sample.buffer(), sample.caps()) else {
            return;
        };
        let mut frame = buffer.copy();
        if let Some(frame) = frame.get_mut() {
            frame.set_pts(MixClock::get().now());
            frame.set_dts(gst::ClockTime::NONE);
            // Without a duration the compositor would hold each frame until the next one.
            frame.set_duration(gst::ClockTime::from_mseconds(100));
        }
        let sample = gst::Sample::builder()
            .buffer(&frame)
            .caps(&caps.to_owned())
            .build();
        self.with_input(Line::Picture, from, |source| source.push_sample(&sample));
    }

    /// A piece of sound of another participant, already placed in time.
    pub(super) fn sound(&self, from: &str, piece: &gst::Buffer) {
        self.with_input(Line::Sound, from, |source| source.push_buffer(piece.clone()));
    }

    /// A packet of the slides.
    pub(super) fn slides(&self, from: &str, packet: &Incoming) {
        let forwarded = self
            .forward
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next(from, packet);
        let _ = self.inlet.packets.try_send(forwarded);
    }

    /// Asks this seat's participant for a keyframe of its slides.
    pub(super) fn ask_for_slides_keyframe(&self) {
        let _ = self.inlet.keyframes.try_send(Line::Slides);
    }

    /// Lets go of inputs that are not wanted any more.
    pub(super) fn keep_inputs(&self, wanted: impl Fn(Line, &str) -> bool) {
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        let before = inputs.len();
        inputs.retain(|(line, from), input| {
            let keep = wanted(*line, from);
            if !keep {
                self.remove(input);
            }
            keep
        });
        if inputs.len() != before {
            self.arrange(&inputs);
        }
    }

    /// Obeys the estimate of the way to the participant.
    pub(in crate::node::media) fn set_estimate(&self, kbps: u64) {
        let most = u64::from(self.video.max_kbps);
        let target = (kbps * 9 / 10).saturating_sub(SOUND_KBPS).clamp(LEAST_KBPS, most);
        let bits = i32::try_from(target * 1_000).unwrap_or(i32::MAX);
        self.running
            .named::<gst::Element>("encoder")
            .set_property("target-bitrate", bits);
    }

    /// Makes the next composed picture a keyframe, not too often.
    pub(in crate::node::media) fn force_keyframe(&self) {
        let now = i64::try_from(MixClock::get().now().mseconds()).unwrap_or(i64::MAX);
        if now - self.last_keyframe_ms.load(Ordering::Relaxed) < KEYFRAME_PAUSE_MS {
            return;
        }
        self.last_keyframe_ms.store(now, Ordering::Relaxed);
        let event = gst_video::UpstreamForceKeyUnitEvent::builder()
            .all_headers(true)
            .build();
        if let Some(pad) = self.running.named::<gst::Element>("encoder").static_pad("src") {
            pad.send_event(event);
        }
    }

    fn with_input(
        &self,
        line: Line,
        from: &str,
        push: impl FnOnce(&gst_app::AppSrc) -> Result<gst::FlowSuccess, gst::FlowError>,
    ) {
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (line, from.to_owned());
        if !inputs.contains_key(&key) {
            match self.add(line) {
                Ok(input) => inputs.insert(key.clone(), input),
                Err(error) => return tracing::error!(%error, "an input could not be added to a seat"),
            };
            self.arrange(&inputs);
        }
        if let Some(input) = inputs.get(&key) {
            // Refused only while the input is taken away.
            let _ = push(&input.source);
        }
    }

    fn add(&self, line: Line) -> Result<Input, gst::glib::BoolError> {
        let name = if line == Line::Sound { "sound" } else { "picture" };
        let source = gst_app::AppSrc::builder()
            .format(gst::Format::Time)
            .is_live(true)
            .max_buffers(if line == Line::Sound { 25 } else { 4 })
            .leaky_type(gst_app::AppLeakyType::Downstream)
            .build();
        if line == Line::Sound {
            source.set_caps(Some(&SOUND_CAPS.parse()?));
        }
        let mixer: gst::Element = self.running.named(name);
        self.running.pipeline().add(&source)?;
        let mixer_pad = mixer
            .request_pad_simple("sink_%u")
            .ok_or_else(|| gst::glib::bool_error!("no pad left"))?;
        if line == Line::Picture {
            mixer_pad.set_property_from_str("sizing-policy", "keep-aspect-ratio");
            mixer_pad.set_property("zorder", 1_u32);
            mixer_pad.set_property("max-last-buffer-repeat", STALE_PICTURE_NS);
        }
        let output = source
            .static_pad("src")
            .ok_or_else(|| gst::glib::bool_error!("no source pad"))?;
        output
            .link(&mixer_pad)
            .map_err(|error| gst::glib::bool_error!("{error}"))?;
        source.sync_state_with_parent()?;
        Ok(Input { source, mixer_pad })
    }

    fn remove(&self, input: &Input) {
        // The pad goes first: it lets go of a source that waits in it, which could not stop otherwise.
        if let Some(mixer) = input.mixer_pad.parent_element() {
            mixer.release_request_pad(&input.mixer_pad);
        }
        let _ = input.source.set_state(gst::State::Null);
        let _ = self.running.pipeline().remove(&input.source);
    }

    /// Places the pictures in a grid.
    fn arrange(&self, inputs: &BTreeMap<(Line, String), Input>) {
        let pictures: Vec<&Input> = inputs
            .iter()
            .filter(|((line, _), _)| *line == Line::Picture)
            .map(|(_, input)| input)
            .collect();
        for (index, input) in pictures.iter().enumerate() {
            let [x, y, width, height] = cell(index, pictures.len(), self.video);
            for (property, value) in [("xpos", x), ("ypos", y), ("width", width), ("height", height)] {
                input.mixer_pad.set_property(property, value);
            }
        }
    }
}
