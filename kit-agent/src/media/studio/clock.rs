//! One clock and one zero for all pipelines of the studio.
//!
//! Camera, microphone, encoder, decoder and loudspeaker are pipelines of their own, so that a device that vanishes takes
//! nothing else along. They share clock and base time: a buffer's timestamp means the same in each of them, and lip-sync
//! survives the borders between them.

use std::time::{Duration, Instant};

use gstreamer as gst;
use gstreamer::prelude::*;

/// The studio's time. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct StudioClock {
    clock: gst::Clock,
    zero: gst::ClockTime,
}

impl StudioClock {
    pub(super) fn new() -> Self {
        let clock = gst::SystemClock::obtain();
        let zero = clock.time();
        Self { clock, zero }
    }

    /// Makes `pipeline` live by this clock; its running time is the studio's.
    pub(super) fn rule(&self, pipeline: &gst::Pipeline) {
        pipeline.use_clock(Some(&self.clock));
        pipeline.set_start_time(gst::ClockTime::NONE);
        pipeline.set_base_time(self.zero);
    }

    /// Time since the studio opened.
    pub(super) fn now(&self) -> gst::ClockTime {
        self.clock.time().saturating_sub(self.zero)
    }

    /// The moment that the running time `at` was, or will be.
    pub(super) fn instant(&self, at: gst::ClockTime) -> Instant {
        let (instant, now) = (Instant::now(), self.now());
        let ago = Duration::from_nanos(now.saturating_sub(at).nseconds());
        let ahead = Duration::from_nanos(at.saturating_sub(now).nseconds());
        instant.checked_sub(ago).unwrap_or(instant) + ahead
    }

    /// The running time at `instant`.
    pub(super) fn running_time(&self, instant: Instant) -> gst::ClockTime {
        let ago = instant.elapsed();
        self.now()
            .saturating_sub(gst::ClockTime::try_from(ago).unwrap_or(gst::ClockTime::ZERO))
    }
}
