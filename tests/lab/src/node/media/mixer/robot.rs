//! A participant of the lab's own: a moving picture and a tone, for tests that need somebody else in the room.

use std::sync::Arc;

use gstreamer as gst;

use super::pipeline::Running;
use super::{LEAD, Mixer, SOUND_CAPS};
use crate::node::media::CallError;
use crate::node::room::VideoSettings;

/// A running robot. Dropping it stops it.
pub(super) struct Robot {
    _running: Running,
}

impl Robot {
    pub(super) fn start(
        mixer: &Arc<Mixer>,
        uuid: &str,
        tone_hz: f64,
        video: VideoSettings,
    ) -> Result<Self, CallError> {
        let VideoSettings {
            width, height, fps, ..
        } = video;
        let tone_hz = if tone_hz.is_finite() {
            tone_hz.clamp(20.0, 20_000.0)
        } else {
            440.0
        };
        let running = Running::parse(&format!(
            "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width={width},height={height},framerate={fps}/1 \
               ! appsink name=picture_out sync=true max-buffers=2 drop=true \
             audiotestsrc is-live=true wave=sine freq={tone_hz} volume=0.3 samplesperbuffer=960 ! {SOUND_CAPS} \
               ! appsink name=sound_out sync=true max-buffers=20 drop=true"
        ))?;
        let (pictures, sounds) = (Arc::downgrade(mixer), Arc::downgrade(mixer));
        let (picture_from, sound_from) = (uuid.to_owned(), uuid.to_owned());
        running.on_sample("picture_out", move |sample| {
            if let Some(mixer) = pictures.upgrade() {
                mixer.picture(&picture_from, sample);
            }
        });
        running.on_sample("sound_out", move |sample| {
            if let (Some(mixer), Some(piece)) = (sounds.upgrade(), sample.buffer()) {
                mixer.sound(&sound_from, &later(piece));
            }
        });
        running.play()?;
        Ok(Self { _running: running })
    }
}

/// A live source's pieces are of now; the mixers want them a little ahead.
fn later(piece: &gst::BufferRef) -> gst::Buffer {
    let mut later = piece.copy();
    if let (Some(buffer), Some(at)) = (later.get_mut(), piece.pts()) {
        buffer.set_pts(at + LEAD);
    }
    later
}
