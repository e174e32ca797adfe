//! One stream from a participant: jitter buffer and decoder. What comes out goes to everybody else's seat.

use std::sync::Arc;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;
use gstreamer_video as gst_video;
use tokio::sync::mpsc;

use super::clock::MixClock;
use super::pipeline::Running;
use super::{Inlet, LEAD, Mixer, SOUND_CAPS};
use crate::node::media::CallError;
use crate::node::media::figures::{Figures, Flow};
use crate::node::media::lines::Line;
use crate::node::media::packets::Incoming;

/// Payload type inside the pipeline; the wire's does not matter here.
const PT: u8 = 96;

/// The decoder of one stream.
pub(in crate::node::media) struct Reception {
    running: Running,
    source: gst_app::AppSrc,
    ssrc: u32,
}

impl Reception {
    /// A decoder for the stream that `first` belongs to.
    pub(in crate::node::media) fn open(
        mixer: &Arc<Mixer>,
        participant: &str,
        first: &Incoming,
        figures: &Figures,
        inlet: &Inlet,
    ) -> Result<Self, CallError> {
        let running = Running::parse(&text(first.line))?;
        let (mixer, participant, figures) = (Arc::downgrade(mixer), participant.to_owned(), figures.clone());
        if first.line == Line::Sound {
            let mut timeline = Timeline::default();
            running.on_sample("out", move |sample| {
                let Some(buffer) = sample.buffer() else { return };
                if let Ok(map) = buffer.map_readable() {
                    figures.sound(Flow::In, &map);
                }
                if let Some(mixer) = mixer.upgrade() {
                    mixer.sound(&participant, &timeline.place(buffer));
                }
            });
        } else {
            pass_on_keyframe_wishes(&running, inlet.keyframes.clone());
            running.on_sample("out", move |sample| {
                let info = sample
                    .caps()
                    .and_then(|caps| gst_video::VideoInfo::from_caps(caps).ok());
                let Some(info) = info else { return };
                figures.picture(Flow::In, Line::Picture, info.width(), info.height());
                if let Some(mixer) = mixer.upgrade() {
                    mixer.picture(&participant, sample);
                }
            });
        }
        running.play()?;
        Ok(Self {
            source: running.named("in"),
            running,
            ssrc: first.ssrc,
        })
    }

    pub(in crate::node::media) fn ssrc(&self) -> u32 {
        self.ssrc
    }

    pub(in crate::node::media) fn push(&self, packet: &Incoming) {
        let at = MixClock::get().running_time(packet.arrived);
        let mut buffer = gst::Buffer::from_mut_slice(rtp(packet));
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(at);
            buffer.set_dts(at);
        }
        // Refused only while the pipeline stops; then the stream is over anyway.
        if self.source.push_buffer(buffer).is_err() {
            tracing::debug!(state = ?self.running.pipeline().current_state(), "a decoder takes no packets");
        }
    }
}

fn text(line: Line) -> String {
    let (caps, decoder) = match line {
        Line::Sound => (
            "media=audio,clock-rate=48000,encoding-name=OPUS",
            format!("rtpopusdepay ! opusdec plc=true ! audioconvert ! audioresample ! {SOUND_CAPS}"),
        ),
        Line::Picture | Line::Slides => (
            "media=video,clock-rate=90000,encoding-name=VP8",
            "rtpvp8depay name=depay request-keyframe=true wait-for-keyframe=true ! vp8dec ! video/x-raw,format=I420"
                .to_owned(),
        ),
    };
    format!(
        "appsrc name=in is-live=true format=time max-bytes=4000000 caps=\"application/x-rtp,{caps},payload={PT}\" \
         ! rtpjitterbuffer latency=100 do-lost=true ! {decoder} ! appsink name=out sync=true max-buffers=20 drop=true"
    )
}

/// The packet's twelve header bytes and payload (RFC 3550 §5.1).
fn rtp(packet: &Incoming) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12 + packet.payload.len());
    bytes.extend([0x80, PT | if packet.marker { 0x80 } else { 0 }]);
    bytes.extend(packet.sequence.to_be_bytes());
    bytes.extend(packet.rtp_time.to_be_bytes());
    bytes.extend(packet.ssrc.to_be_bytes());
    bytes.extend_from_slice(&packet.payload);
    bytes
}

/// The depayloader's wish for a keyframe travels upstream and becomes a PLI.
fn pass_on_keyframe_wishes(running: &Running, wishes: mpsc::Sender<Line>) {
    let depay: gst::Element = running.named("depay");
    let Some(pad) = depay.static_pad("sink") else {
        return;
    };
    pad.add_probe(gst::PadProbeType::EVENT_UPSTREAM, move |_, info| {
        let wish = info
            .event()
            .is_some_and(|event| gst_video::UpstreamForceKeyUnitEvent::parse(event).is_ok());
        if wish {
            // Sixteen unanswered wishes say as much as seventeen.
            let _ = wishes.try_send(Line::Picture);
        }
        gst::PadProbeReturn::Ok
    });
}

/// Puts pieces of sound one after the other without gaps, as long as they come in time.
#[derive(Default)]
struct Timeline {
    next: Option<gst::ClockTime>,
}

impl Timeline {
    /// A piece that would be further ahead than this begins anew.
    const MOST: gst::ClockTime = gst::ClockTime::from_mseconds(200);

    fn place(&mut self, piece: &gst::BufferRef) -> gst::Buffer {
        let now = MixClock::get().now();
        let fits = |at: &gst::ClockTime| (now..now + Self::MOST).contains(at);
        let at = self.next.filter(fits).unwrap_or(now + LEAD);
        // 16-bit samples, one channel, 48 kHz.
        let length = gst::ClockTime::from_nseconds(piece.size() as u64 / 2 * 1_000_000_000 / 48_000);
        self.next = Some(at + length);
        let mut placed = piece.copy();
        if let Some(placed) = placed.get_mut() {
            placed.set_pts(at);
            placed.set_dts(gst::ClockTime::NONE);
            placed.set_duration(length);
        }
        placed
    }
}
