//! A GStreamer pipeline that runs while it is held.

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;

use super::clock::MixClock;
use crate::node::media::CallError;

/// A running pipeline. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Running(gst::Pipeline);

impl Running {
    /// Makes a pipeline out of its text; it plays after [`Running::play`].
    pub(super) fn parse(text: &str) -> Result<Self, CallError> {
        let element = gst::parse::launch(text).map_err(|error| CallError::Mixer(error.to_string()))?;
        let pipeline = element
            .downcast()
            .map_err(|_| CallError::Mixer("not a pipeline".into()))?;
        MixClock::get().rule(&pipeline);
        Ok(Self(pipeline))
    }

    pub(super) fn play(&self) -> Result<(), CallError> {
        self.0
            .set_state(gst::State::Playing)
            .map_err(|error| CallError::Mixer(error.to_string()))?;
        Ok(())
    }

    pub(super) fn pipeline(&self) -> &gst::Pipeline {
        &self.0
    }

    /// The element that the text names so.
    pub(super) fn named<T: IsA<gst::Element>>(&self, name: &str) -> T {
        let element = self.0.by_name(name).and_then(|element| element.downcast().ok());
        element.expect("the pipeline's text names this element")
    }

    /// Calls `each` with every sample of the sink that the text names so.
    pub(super) fn on_sample(&self, sink: &str, mut each: impl FnMut(&gst::Sample) + Send + 'static) {
        let callbacks = gst_app::AppSinkCallbacks::builder().new_sample(move |sink| {
            each(&sink.pull_sample().map_err(|_| gst::FlowError::Eos)?);
            Ok(gst::FlowSuccess::Ok)
        });
        self.named::<gst_app::AppSink>(sink)
            .set_callbacks(callbacks.build());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Stopping cannot fail in a way that anything could be done about.
        let _ = self.0.set_state(gst::State::Null);
    }
}
