//! Pieces that several pipelines are made of.

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;
use gstreamer_video as gst_video;
use gstreamer_video::prelude::*;

use super::config::{Picture, PictureSink};

/// Parses a pipeline of ours. Its text is constant but for device names, which are set as properties.
pub(super) fn parse(text: &str) -> Result<gst::Pipeline, gst::glib::Error> {
    let element = gst::parse::launch(text)?;
    Ok(element
        .downcast()
        .expect("a text with more than one element gives a pipeline"))
}

/// The element of a parsed pipeline that was given this name in the text.
pub(super) fn named<T: IsA<gst::Element>>(pipeline: &gst::Pipeline, name: &str) -> T {
    pipeline
        .by_name(name)
        .and_then(|element| element.downcast().ok())
        .expect("the pipeline's text names this element")
}

/// Calls `each` with every sample of a sink.
pub(super) fn on_sample(sink: &gst_app::AppSink, mut each: impl FnMut(&gst::Sample) + Send + 'static) {
    sink.set_callbacks(
        gst_app::AppSinkCallbacks::builder()
            .new_sample(move |sink| {
                each(&sink.pull_sample().map_err(|_| gst::FlowError::Eos)?);
                Ok(gst::FlowSuccess::Ok)
            })
            .build(),
    );
}

/// Calls `show` with every picture of a sink of RGBA video.
pub(super) fn on_picture(
    sink: &gst_app::AppSink,
    show: PictureSink,
    mut before: impl FnMut() + Send + 'static,
) {
    on_sample(sink, move |sample| {
        let Some(info) = sample
            .caps()
            .and_then(|caps| gst_video::VideoInfo::from_caps(caps).ok())
        else {
            return;
        };
        let Some(buffer) = sample.buffer() else { return };
        let Ok(frame) = gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, &info) else {
            return;
        };
        let (Ok(bytes), Some(stride)) = (frame.plane_data(0), frame.plane_stride().first()) else {
            return;
        };
        before();
        show(Picture {
            width: frame.width(),
            height: frame.height(),
            stride: usize::try_from(*stride).unwrap_or_default(),
            bytes,
        });
    });
}
