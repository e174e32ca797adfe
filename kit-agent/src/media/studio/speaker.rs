//! Their sound: from the decoder to the sound server. Silencing the room happens here, at the media level.
//!
//! Neighbours: `reception` hands decoded sound over, `device` keeps the loudspeaker running.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gstreamer as gst;
use gstreamer_app as gst_app;

use super::clock::StudioClock;
use super::config::Speaker;
use super::device::{Built, Device};
use super::microphone::MONO;
use super::pieces::{named, parse};

/// Our loudspeaker. Sound that comes while it is missing or silenced is dropped.
#[derive(Debug, Clone, Default)]
pub(super) struct SpeakerInlet {
    source: Arc<Mutex<Option<gst_app::AppSrc>>>,
    silenced: Arc<AtomicBool>,
}

impl SpeakerInlet {
    /// Plays `sound`, which carries the studio's time.
    pub(super) fn play(&self, sound: gst::Buffer) {
        if self.silenced.load(Ordering::Relaxed) {
            return;
        }
        let source = self.source.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(source) = source {
            // Not playing (yet) means that nobody can hear it; the next buffer tries again.
            let _ = source.push_buffer(sound);
        }
    }

    /// Nothing is played in the room until this is taken back.
    pub(super) fn silence(&self, on: bool) {
        self.silenced.store(on, Ordering::Relaxed);
    }

    fn connect(&self, source: gst_app::AppSrc) {
        *self.source.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
    }
}

/// Opens the loudspeaker behind `inlet`. `None` if nothing is to be played.
pub(super) fn open(
    speaker: &Speaker,
    clock: &StudioClock,
    inlet: &SpeakerInlet,
    latency_ms: u32,
) -> Option<Device> {
    let sink = match speaker {
        Speaker::Silent => return None,
        Speaker::Default => None,
        Speaker::Sink(name) => Some(name.clone()),
    };
    let (clock, inlet) = (clock.clone(), inlet.clone());
    Some(Device::keep("speaker", false, move || {
        let pipeline = parse(&format!(
            // Silence runs all the time: a sound server's clock stands still while nothing comes, and what follows
            // would be played as late as the silence was long.
            "audiomixer name=mix ! audioconvert ! audioresample \
               ! pulsesink name=sink client-name=kit-agent provide-clock=false buffer-time=80000 latency-time=10000 \
             audiotestsrc is-live=true wave=silence samplesperbuffer=480 ! {MONO} ! mix. \
             appsrc name=inlet is-live=true format=time max-time=500000000 leaky-type=downstream caps=\"{MONO}\" \
               ! queue max-size-time=500000000 leaky=downstream ! mix."
        ))?;
        let source: gst_app::AppSrc = named(&pipeline, "inlet");
        // The jitter buffer hands sound over early by at most its latency; the sink waits for the right moment, as the
        // picture's does, and lips fit words.
        source.set_latency(
            gst::ClockTime::from_mseconds(latency_ms.into()),
            gst::ClockTime::NONE,
        );
        clock.rule(&pipeline);
        inlet.connect(source);
        Ok(Built::at(pipeline, "sink", sink.as_deref()))
    }))
}
