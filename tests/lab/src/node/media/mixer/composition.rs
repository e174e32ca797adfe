//! What a seat is made of: the text of its pipeline, the grid of pictures, and the way out of it.

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_rtp as gst_rtp;

use super::SOUND_CAPS;
use super::clock::MixClock;
use super::pipeline::Running;
use crate::node::media::figures::{Figures, Flow};
use crate::node::media::lines::Line;
use crate::node::media::packets::Outgoing;
use crate::node::room::VideoSettings;

/// The pipeline of a seat: a plain background and silence that others are mixed into, encoders and payloaders.
pub(super) fn text(video: VideoSettings) -> String {
    let VideoSettings {
        width,
        height,
        fps,
        max_kbps,
    } = video;
    let start_bits = 500.min(max_kbps) * 1_000;
    format!(
        "videotestsrc is-live=true pattern=solid-color foreground-color=0xff22313f \
           ! video/x-raw,format=I420,width={width},height={height},framerate={fps}/1 \
           ! compositor name=picture background=black start-time-selection=first ignore-inactive-pads=true \
           ! video/x-raw,format=I420,width={width},height={height},framerate={fps}/1 \
           ! queue max-size-buffers=2 leaky=downstream \
           ! vp8enc name=encoder deadline=1 cpu-used=8 threads=1 end-usage=cbr target-bitrate={start_bits} \
               lag-in-frames=0 keyframe-max-dist=100000 buffer-size=600 buffer-initial-size=400 \
               buffer-optimal-size=500 undershoot=95 max-intra-bitrate=400 dropframe-threshold=30 \
           ! rtpvp8pay mtu=1150 picture-id-mode=15-bit ! appsink name=picture_out sync=false \
         audiotestsrc is-live=true wave=silence samplesperbuffer=960 ! {SOUND_CAPS} \
           ! audiomixer name=sound start-time-selection=first latency=40000000 \
               output-buffer-duration=20000000 ignore-inactive-pads=true \
           ! {SOUND_CAPS} ! queue \
           ! opusenc bitrate=40000 frame-size=20 inband-fec=true packet-loss-percentage=5 audio-type=voice \
           ! rtpopuspay ! appsink name=sound_out sync=false"
    )
}

/// Measures the mixed sound before it is encoded.
pub(super) fn measure(running: &Running, figures: Figures) {
    let mixer: gst::Element = running.named("sound");
    let Some(pad) = mixer.static_pad("src") else {
        return;
    };
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        if let Some(map) = info.buffer().and_then(|buffer| buffer.map_readable().ok()) {
            figures.sound(Flow::Out, &map);
        }
        gst::PadProbeReturn::Ok
    });
}

/// An encoded packet as the engine wants it.
pub(super) fn outgoing(buffer: &gst::BufferRef, line: Line) -> Option<Outgoing> {
    let rtp = gst_rtp::RTPBuffer::from_buffer_readable(buffer).ok()?;
    Some(Outgoing {
        line,
        rtp_time: rtp.timestamp(),
        marker: rtp.is_marker(),
        captured: MixClock::get().instant(buffer.pts()?),
        payload: rtp.payload().ok()?.into(),
        sequence: None,
    })
}

/// Place and size of one of `count` pictures: as square a grid as possible.
pub(super) fn cell(index: usize, count: usize, video: VideoSettings) -> [i32; 4] {
    let columns = (1..=count)
        .find(|columns| columns * columns >= count)
        .unwrap_or(1);
    let rows = count.div_ceil(columns).max(1);
    let pixels = |value: u32| usize::try_from(value).unwrap_or(0);
    let (width, height) = (pixels(video.width) / columns, pixels(video.height) / rows);
    [index % columns * width, index / columns * height, width, height].map(|n| i32::try_from(n).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_gives_each_picture_its_own_cell() {
        let video = VideoSettings {
            width: 640,
            height: 360,
            ..VideoSettings::default()
        };
        assert_eq!(cell(0, 1, video), [0, 0, 640, 360]);
        assert_eq!(cell(1, 2, video), [320, 0, 320, 360]);
        assert_eq!(cell(2, 3, video), [0, 180, 320, 180]);
        assert_eq!(cell(4, 5, video), [213, 180, 213, 180]);
    }
}
