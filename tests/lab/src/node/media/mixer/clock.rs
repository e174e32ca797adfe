//! One clock and one zero for all pipelines, so that a time means the same in each of them.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use gstreamer as gst;
use gstreamer::prelude::*;

/// The mixer's time.
#[derive(Debug)]
pub(super) struct MixClock {
    clock: gst::Clock,
    zero: gst::ClockTime,
}

impl MixClock {
    pub(super) fn get() -> &'static Self {
        static CLOCK: OnceLock<MixClock> = OnceLock::new();
        CLOCK.get_or_init(|| {
            let clock = gst::SystemClock::obtain();
            let zero = clock.time();
            Self { clock, zero }
        })
    }

    /// Makes a pipeline live by this clock.
    pub(super) fn rule(&self, pipeline: &gst::Pipeline) {
        pipeline.use_clock(Some(&self.clock));
        pipeline.set_start_time(gst::ClockTime::NONE);
        pipeline.set_base_time(self.zero);
    }

    /// Running time in every pipeline.
    pub(super) fn now(&self) -> gst::ClockTime {
        self.clock.time().saturating_sub(self.zero)
    }

    /// The moment that a running time was.
    pub(super) fn instant(&self, at: gst::ClockTime) -> Instant {
        let ago = Duration::from_nanos(self.now().saturating_sub(at).nseconds());
        Instant::now().checked_sub(ago).unwrap_or_else(Instant::now)
    }

    /// The running time of a moment in the past.
    pub(super) fn running_time(&self, at: Instant) -> gst::ClockTime {
        let ago = gst::ClockTime::try_from(at.elapsed()).unwrap_or(gst::ClockTime::ZERO);
        self.now().saturating_sub(ago)
    }
}
