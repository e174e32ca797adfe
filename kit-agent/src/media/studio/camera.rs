//! Our picture: from the camera to the sender and, small, to our own screen.
//!
//! Always I420 at 30 frames a second; the sender scales down. A tablet without a camera still has a
//! meeting (EN: no camera is not an error). Neighbours: `device` keeps it running, `sender` encodes.

use std::borrow::Cow;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;

use super::clock::StudioClock;
use super::config::{Camera, PictureSink};
use super::device::{Built, Device};
use super::pieces::{named, on_picture, on_sample, parse};

/// What every source ends in: the full picture, and the self-view at 10 frames a second.
const SINKS: &str = "tee name=t \
    t. ! queue max-size-buffers=2 leaky=downstream ! appsink name=full sync=false max-buffers=2 drop=true \
    t. ! queue max-size-buffers=1 leaky=downstream ! videorate drop-only=true ! video/x-raw,framerate=10/1 \
       ! videoscale ! video/x-raw,width=320,height=180 ! videoconvert ! video/x-raw,format=RGBA \
       ! appsink name=small sync=false max-buffers=1 drop=true";

const CAMERA: &str = "v4l2src name=source ! decodebin ! videoconvert ! videoscale ! videorate";

/// Colour bars and snow, with the word "Testbild" and a clock. Drawing its figures anew for each frame would cost as much as
/// decoding the far side's picture.
const TEST: &str = "videotestsrc is-live=true pattern=smpte ! clockoverlay halignment=center valignment=center \
    time-format=\"Testbild %H:%M:%S\" font-desc=\"Sans 40\"";

/// Opens the camera and hands every frame to `full`, by the studio's clock. `None` if no picture is wanted.
pub(super) fn open(
    camera: &Camera,
    lines: u32,
    clock: &StudioClock,
    self_view: &PictureSink,
    full: impl Fn(gst::Sample) + Send + Sync + Clone + 'static,
) -> Option<Device> {
    let (source, place) = match camera {
        Camera::Off => return None,
        Camera::TestPicture => (Cow::from(TEST), None),
        Camera::First => (CAMERA.into(), None),
        Camera::Device(path) => (CAMERA.into(), Some(("device", path.clone()))),
        Camera::Recording(path) => (recording(lines).into(), Some(("location", path.clone()))),
    };
    let (clock, self_view) = (clock.clone(), self_view.clone());
    Some(Device::keep(
        "camera",
        matches!(camera, Camera::TestPicture | Camera::Recording(_)),
        move || {
            let pipeline = parse(&format!(
                "{source} ! video/x-raw,format=I420,width={},height={lines},pixel-aspect-ratio=1/1,framerate=30/1 ! {SINKS}",
                lines * 16 / 9
            ))?;
            if let Some((property, path)) = &place {
                named::<gst::Element>(&pipeline, "source").set_property(property, path);
            }
            clock.rule(&pipeline);
            let full = full.clone();
            on_sample(&named::<gst_app::AppSink>(&pipeline, "full"), move |sample| {
                full(sample.clone());
            });
            on_picture(&named(&pipeline, "small"), self_view.clone(), || {});
            Ok(Built::new(pipeline))
        },
    ))
}

/// Nobody waits for a file: `identity` lets its frames go when they are due.
fn recording(lines: u32) -> String {
    format!(
        "multifilesrc name=source loop=true ! rawvideoparse format=i420 width={} height={lines} framerate=30/1 \
         ! identity sync=true",
        lines * 16 / 9
    )
}
