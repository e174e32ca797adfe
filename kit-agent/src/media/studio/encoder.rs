//! The picture's encoder: how each codec is set up, its bits and its size while it runs.
//!
//! Recipes and traps: research notes of the project, "encoder traps".

use std::sync::{Arc, Mutex, PoisonError};

use gstreamer as gst;
use gstreamer::prelude::*;

use super::pieces::named;
use crate::media::ladder::Rung;
use crate::media::port::Codec;

/// The encoder and its packetiser as a pipeline's text, for packets of at most `mtu` bytes.
///
/// VP8: a positive `cpu-used` lets libvpx fill half of each frame's time, a negative one is a speed that holds. On two
/// threads one of them spins while it waits for the other, which costs more than it saves at 720 lines.
pub(super) fn text(codec: Codec, mtu: u32) -> String {
    match codec {
        Codec::H264 => format!(
            "{} ! h264parse config-interval=-1 ! rtph264pay name=pay mtu={mtu} pt=102 aggregate-mode=zero-latency",
            h264_encoder().unwrap_or("openh264enc name=encoder")
        ),
        Codec::Vp8 | Codec::Opus => format!(
            "vp8enc name=encoder deadline=1 cpu-used=-8 threads=1 end-usage=cbr lag-in-frames=0 \
             keyframe-max-dist=100000 buffer-size=600 buffer-initial-size=400 buffer-optimal-size=500 undershoot=95 \
             max-intra-bitrate=300 dropframe-threshold=30 \
             ! rtpvp8pay name=pay mtu={mtu} pt=96 picture-id-mode=15-bit"
        ),
    }
}

/// Sets a new size on the thread that carries the frames, when none is between scaler and encoder: a frame of the old size
/// that meets the new one ends the pipeline ("not negotiated").
pub(super) fn change_size_between_frames(pipeline: &gst::Pipeline, next: &Arc<Mutex<Option<Rung>>>) {
    let (scale, size): (gst::Element, gst::Element) = (named(pipeline, "scale"), named(pipeline, "size"));
    let next = next.clone();
    let entry = scale.static_pad("sink").expect("a scaler has a sink pad");
    entry.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        if let Some(rung) = next.lock().unwrap_or_else(PoisonError::into_inner).take() {
            size.set_property("caps", size_caps(rung));
        }
        gst::PadProbeReturn::Ok
    });
}

/// Raw pictures of the rung's size and rate.
pub(super) fn size_caps(rung: Rung) -> gst::Caps {
    let (width, height) = (rung.width.max(320), rung.height.max(180));
    gst::Caps::builder("video/x-raw")
        .field("format", "I420")
        .field("width", i32::try_from(width).unwrap_or(i32::MAX))
        .field("height", i32::try_from(height).unwrap_or(i32::MAX))
        .field(
            "framerate",
            gst::Fraction::new(i32::try_from(rung.fps.max(1)).unwrap_or(30), 1),
        )
        .build()
}

/// From now on the picture has `kbps`.
pub(super) fn set_bitrate(encoder: &gst::Element, codec: Codec, kbps: u32) {
    let bits = i32::try_from(kbps.max(30) * 1000).unwrap_or(i32::MAX);
    match codec {
        Codec::Vp8 | Codec::Opus => encoder.set_property("target-bitrate", bits),
        // Hardware encoders take kbit/s, openh264enc takes bit/s.
        Codec::H264 if encoder.factory().is_some_and(|f| f.name() == "openh264enc") => {
            encoder.set_property("bitrate", kbps.max(30) * 1000);
        }
        Codec::H264 => encoder.set_property("bitrate", kbps.max(30)),
    }
}

/// The machine's hardware encoder for H.264, as pipeline text; `None` if it has none.
#[must_use]
pub fn h264_encoder() -> Option<&'static str> {
    [
        ("vah264enc", "vah264enc name=encoder b-frames=0 rate-control=cbr"),
        (
            "vah264lpenc",
            "vah264lpenc name=encoder b-frames=0 rate-control=cbr",
        ),
    ]
    .into_iter()
    .find(|(name, _)| gst::ElementFactory::find(name).is_some())
    .map(|(_, text)| text)
}
