//! Our sound: from the sound server to the sender. Closing the microphone happens here, at the media level.
//!
//! Echo is the speakerphone's work (hardware echo cancellation; a second one in software distorts). While the
//! microphone is closed, silence is sent, so that the path stays open and nobody wonders. Neighbours: `device`, `sender`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gstreamer as gst;
use gstreamer_app as gst_app;

use super::clock::StudioClock;
use super::config::Microphone;
use super::device::{Built, Device};
use super::level::Level;
use super::pieces::{named, on_sample, parse};

/// The format between microphone, encoder, decoder and loudspeaker.
pub(super) const MONO: &str = "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved";

const SERVER: &str =
    "pulsesrc name=source client-name=kit-agent provide-clock=false buffer-time=60000 latency-time=10000";
const TONE: &str = "audiotestsrc name=source is-live=true freq=440 volume=0.1 samplesperbuffer=480";

/// Opens the microphone and hands sound to `out`, by the studio's clock.
pub(super) fn open(
    microphone: &Microphone,
    clock: &StudioClock,
    closed: Arc<AtomicBool>,
    level: Arc<Level>,
    out: impl Fn(gst::Buffer) + Send + Sync + Clone + 'static,
) -> Device {
    let source = if *microphone == Microphone::TestTone {
        TONE
    } else {
        SERVER
    };
    let device = match microphone {
        Microphone::Source(name) => Some(name.clone()),
        _ => None,
    };
    let clock = clock.clone();
    Device::keep("microphone", *microphone == Microphone::TestTone, move || {
        let pipeline = parse(&format!(
            "{source} ! audioconvert ! audioresample ! {MONO} ! appsink name=sound sync=false max-buffers=20 drop=true"
        ))?;
        clock.rule(&pipeline);
        let (closed, level, out) = (closed.clone(), level.clone(), out.clone());
        on_sample(&named::<gst_app::AppSink>(&pipeline, "sound"), move |sample| {
            if let Some(buffer) = sample.buffer_owned() {
                out(heard(buffer, closed.load(Ordering::Relaxed), &level));
            }
        });
        Ok(Built::at(pipeline, "source", device.as_deref()))
    })
}

/// The buffer as it may leave: zeroed while the microphone is closed. Notes its level.
fn heard(mut buffer: gst::Buffer, closed: bool, level: &Level) -> gst::Buffer {
    if closed && let Ok(mut map) = buffer.make_mut().map_writable() {
        map.fill(0);
    }
    if let Ok(map) = buffer.map_readable() {
        level.note(&map);
    }
    buffer
}
