//! Which elements decode a line, as pipeline text: from RTP to plain sound, or to pictures no larger than they are shown.
//!
//! Neighbour: `reception`, which attaches them to streams as they show up.

use super::config::Room;
use crate::media::port::Line;

/// In-band FEC stays off: it would delay everything by 120 ms, and redundant packets do its work.
const SOUND: &str = "rtpopusdepay ! opusdec plc=true ! audioconvert ! audioresample \
    ! audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved \
    ! appsink name=out sync=false max-buffers=50";
const VP8: &str = "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec threads=2";
const H264: &str = "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! avdec_h264";

/// The decoder for a stream with this encoding name; `None` for one that we did not agree to.
pub(super) fn decoder(line: Line, encoding: Option<&str>, room: &Room) -> Option<String> {
    let decode = match (line, encoding) {
        (Line::Sound, _) => return Some(SOUND.into()),
        (_, Some("VP8")) => VP8,
        (_, Some("H264")) => H264,
        _ => return None,
    };
    let bounds = room.size().map_or_else(String::new, |(width, height)| {
        // Within ranges the scaler keeps the picture's proportions; smaller pictures pass as they are.
        format!(",width=[16,{width}],height=[16,{height}],pixel-aspect-ratio=1/1")
    });
    // Half of the colour samples are doubled in place of interpolated, and nothing is dithered from 8 bits to 8: nobody sees
    // either, and the step costs a quarter less. A second thread for it costs more than it saves.
    Some(format!(
        "{decode} ! videoconvertscale chroma-mode=none dither=none ! video/x-raw,format=RGBA{bounds} \
         ! appsink name=out max-buffers=1 drop=true sync=true"
    ))
}

#[cfg(test)]
mod tests {
    use gstreamer as gst;
    use gstreamer::prelude::*;
    use gstreamer_app as gst_app;

    use super::*;

    /// The size in which a picture of `width` × `height` is handed over.
    fn shown(room: &Room, width: i32, height: i32) -> (i32, i32) {
        gst::init().unwrap();
        let decoder = decoder(Line::Picture, Some("VP8"), room).unwrap();
        let (_, after_decoding) = decoder.split_once("vp8dec threads=2 !").unwrap();
        let pipeline = gst::parse::launch(&format!(
            "videotestsrc num-buffers=1 ! video/x-raw,format=I420,width={width},height={height},pixel-aspect-ratio=1/1 \
             ! {after_decoding}"
        ))
        .unwrap()
        .downcast::<gst::Pipeline>()
        .unwrap();
        let sink: gst_app::AppSink = pipeline.by_name("out").unwrap().downcast().unwrap();
        pipeline.set_state(gst::State::Playing).unwrap();
        let sample = sink.pull_sample().unwrap();
        pipeline.set_state(gst::State::Null).unwrap();
        let caps = sample.caps().unwrap().structure(0).unwrap();
        (caps.get("width").unwrap(), caps.get("height").unwrap())
    }

    #[test]
    fn a_picture_is_made_as_small_as_it_is_shown_in_its_own_proportions() {
        let room = Room::default();
        assert_eq!(
            shown(&room, 1280, 720),
            (1280, 720),
            "nobody said how large it is shown"
        );
        room.set(943, 530);
        assert_eq!(shown(&room, 1280, 720), (942, 530));
        assert_eq!(shown(&room, 1024, 768), (707, 530), "a slide of 4:3");
        assert_eq!(shown(&room, 640, 360), (640, 360), "never blown up");
    }

    #[test]
    fn what_was_not_agreed_has_no_decoder() {
        assert_eq!(decoder(Line::Picture, Some("AV1"), &Room::default()), None);
        assert_eq!(decoder(Line::Slides, None, &Room::default()), None);
    }
}
