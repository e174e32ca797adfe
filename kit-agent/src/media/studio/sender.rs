//! Encodes and packetises our sound and picture: one pipeline, one clock, so that far ends keep lips and words together.
//!
//! Fed by `microphone` and `camera`, which may come and go. The quality ladder sets size, rate and bits while it runs.
//! Neighbour: `encoder` knows the codecs.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;
use gstreamer_rtp as gst_rtp;
use gstreamer_video as gst_video;
use tokio::sync::mpsc;

use super::clock::StudioClock;
use super::device::Running;
use super::encoder;
use super::microphone::MONO;
use super::pieces::{named, on_sample, parse};
use crate::media::MediaError;
use crate::media::ladder::{Ladder, Rung, Sound};
use crate::media::port::{Codec, Line, OutgoingPacket};

/// Room for str0m's header extensions, SRTP's tag and a relay's envelope in 1,280 bytes.
const MTU: u32 = 1100;

/// Where our packets go; exchanged with every call.
pub(super) type Outlet = Arc<Mutex<Option<mpsc::Sender<OutgoingPacket>>>>;

pub(super) struct Sender {
    pipeline: Running,
    codec: Codec,
    sound: gst_app::AppSrc,
    picture: gst_app::AppSrc,
    /// The size to take on before the next frame.
    next_size: Arc<Mutex<Option<Rung>>>,
    broken: Arc<AtomicBool>,
    encoder: gst::Element,
    voice: gst::Element,
    packets: gst_app::AppSink,
    ladder: Mutex<(Ladder, Rung)>,
    picture_on: AtomicBool,
}

impl Sender {
    pub(super) fn new(
        codec: Codec,
        lines: u32,
        clock: &StudioClock,
        outlet: &Outlet,
        frames: &Arc<AtomicU64>,
    ) -> Result<Self, MediaError> {
        let ladder = Ladder::new(lines);
        let rung = ladder.rung();
        let pipeline = parse(&text(codec, rung)).map_err(|e| MediaError::Pipeline(e.to_string()))?;
        clock.rule(&pipeline);
        let packets: gst_app::AppSink = named(&pipeline, "picture-packets");
        forward(&packets, Line::Picture, clock, outlet);
        forward(&named(&pipeline, "sound-packets"), Line::Sound, clock, outlet);
        let encoder: gst::Element = named(&pipeline, "encoder");
        count_frames(&encoder, frames.clone());
        encoder::set_bitrate(&encoder, codec, ladder.picture_kbps());
        let next_size = Arc::default();
        encoder::change_size_between_frames(&pipeline, &next_size);
        let sender = Self {
            sound: named(&pipeline, "sound"),
            picture: named(&pipeline, "picture"),
            next_size,
            broken: note_errors(&pipeline),
            encoder,
            voice: named(&pipeline, "voice"),
            packets,
            ladder: Mutex::new((ladder, rung)),
            picture_on: AtomicBool::new(rung.width > 0),
            codec,
            pipeline: Running(pipeline),
        };
        sender
            .pipeline
            .0
            .set_state(gst::State::Playing)
            .map_err(|e| MediaError::Pipeline(e.to_string()))?;
        Ok(sender)
    }

    pub(super) fn codec(&self) -> Codec {
        self.codec
    }

    pub(super) fn push_sound(&self, buffer: gst::Buffer) {
        // Refused only while the pipeline closes.
        let _ = self.sound.push_buffer(buffer);
    }

    pub(super) fn push_picture(&self, sample: &gst::Sample) {
        if self.picture_on.load(Ordering::Relaxed) {
            let _ = self.picture.push_sample(sample);
        }
    }

    pub(super) fn force_keyframe(&self) {
        let event = gst_video::UpstreamForceKeyUnitEvent::builder()
            .all_headers(true)
            .build();
        // Before the first frame there is nothing to force: the first frame is a keyframe.
        let _ = self.packets.send_event(event);
    }

    /// It has failed and will never send again.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    fn change_size(&self, rung: Rung) {
        *self.next_size.lock().unwrap_or_else(PoisonError::into_inner) = Some(rung);
    }

    /// The link carries `kbps` of ours.
    pub(super) fn budget(&self, kbps: u32) {
        let mut guard = self.ladder.lock().unwrap_or_else(PoisonError::into_inner);
        let (ladder, applied) = &mut *guard;
        let rung = ladder.budget(Instant::now(), kbps);
        encoder::set_bitrate(&self.encoder, self.codec, ladder.picture_kbps());
        self.voice.set_property("bitrate", ladder.sound().opus_bits());
        if rung != *applied {
            *applied = rung;
            self.picture_on.store(rung.width > 0, Ordering::Relaxed);
            if rung.width > 0 {
                self.change_size(rung);
            }
            tracing::info!(
                width = rung.width,
                height = rung.height,
                fps = rung.fps,
                "our picture changes size"
            );
        }
    }
}

fn text(codec: Codec, rung: Rung) -> String {
    let encode = encoder::text(codec, MTU);
    let (caps, voice) = (encoder::size_caps(rung), Sound::Full.opus_bits());
    format!(
        "appsrc name=picture is-live=true format=time max-bytes=0 max-buffers=2 leaky-type=downstream \
           ! queue max-size-buffers=2 leaky=downstream ! videoscale name=scale ! videorate drop-only=true \
           ! capsfilter name=size caps=\"{caps}\" ! {encode} \
           ! appsink name=picture-packets sync=false async=false \
         appsrc name=sound is-live=true format=time max-time=300000000 leaky-type=downstream caps=\"{MONO}\" \
           ! queue max-size-time=300000000 leaky=downstream \
           ! opusenc name=voice bitrate={voice} complexity=5 audio-type=voice frame-size=20 inband-fec=true packet-loss-percentage=10 \
           ! rtpopuspay pt=111 mtu={MTU} ! appsink name=sound-packets sync=false async=false"
    )
}

/// Logs what goes wrong in the pipeline; gives whether anything has.
fn note_errors(pipeline: &gst::Pipeline) -> Arc<AtomicBool> {
    let broken = Arc::new(AtomicBool::new(false));
    let noted = broken.clone();
    let bus = pipeline.bus().expect("a pipeline has a bus");
    bus.set_sync_handler(move |_, message| {
        if let gst::MessageView::Error(error) = message.view() {
            tracing::error!(error = %error.error(), "our sound and picture cannot be encoded; the encoder is built anew");
            noted.store(true, Ordering::Relaxed);
        }
        gst::BusSyncReply::Drop
    });
    broken
}

fn count_frames(encoder: &gst::Element, frames: Arc<AtomicU64>) {
    let pad = encoder.static_pad("src").expect("an encoder has a source pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        frames.fetch_add(1, Ordering::Relaxed);
        gst::PadProbeReturn::Ok
    });
}

/// Hands every RTP packet of `sink` to the call of the moment.
fn forward(sink: &gst_app::AppSink, line: Line, clock: &StudioClock, outlet: &Outlet) {
    let (clock, outlet) = (clock.clone(), outlet.clone());
    let mut number = 0;
    on_sample(sink, move |sample| {
        number += 1;
        let packet = sample
            .buffer()
            .and_then(|buffer| outgoing(buffer, line, number, &clock));
        let Some(packet) = packet else { return };
        if let Some(out) = &*outlet.lock().unwrap_or_else(PoisonError::into_inner)
            && out.try_send(packet).is_err()
        {
            // As on a network: the far end sees the gap in the numbers and asks for what it needs.
            tracing::debug!(?line, "a packet of ours was lost before the call");
        }
    });
}

fn outgoing(buffer: &gst::BufferRef, line: Line, number: u64, clock: &StudioClock) -> Option<OutgoingPacket> {
    let captured = clock.instant(buffer.pts()?);
    let rtp = gst_rtp::RTPBuffer::from_buffer_readable(buffer).ok()?;
    Some(OutgoingPacket {
        line,
        number,
        rtp_time: rtp.timestamp(),
        marker: rtp.is_marker(),
        captured,
        payload: rtp.payload().ok()?.into(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::media::ladder::RUNGS;

    /// A camera's frame of 720 lines at `frame` thirtieths of a second.
    fn sample(frame: u64) -> gst::Sample {
        let caps = gst::Caps::builder("video/x-raw")
            .field("format", "I420")
            .field("width", 1280)
            .field("height", 720)
            .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
            .field("framerate", gst::Fraction::new(30, 1))
            .build();
        let mut buffer = gst::Buffer::with_size(1280 * 720 * 3 / 2).unwrap();
        buffer
            .get_mut()
            .unwrap()
            .set_pts(gst::ClockTime::from_mseconds(frame * 100 / 3));
        gst::Sample::builder().buffer(&buffer).caps(&caps).build()
    }

    #[test]
    fn the_picture_goes_on_through_changes_of_size() {
        gst::init().unwrap();
        let (outlet, frames) = (Outlet::default(), Arc::<AtomicU64>::default());
        let sender = Sender::new(Codec::Vp8, 720, &StudioClock::new(), &outlet, &frames).unwrap();
        let encoded = || frames.load(Ordering::Relaxed);
        for (round, rung) in RUNGS[..5].iter().cycle().take(200).enumerate() {
            sender.change_size(*rung);
            sender.force_keyframe();
            let before = encoded();
            let mut pushed = 0;
            // A busy machine encodes few of the frames; a stuck one none, however many come.
            while encoded() == before && pushed < 1000 {
                pushed += 1;
                sender.push_picture(&sample(1000 * round as u64 + pushed));
                #[expect(clippy::disallowed_methods, reason = "a camera in a test without a runtime")]
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(!sender.is_broken(), "broken in round {round} at {rung:?}");
            assert!(encoded() > before, "stuck in round {round} at {rung:?}");
        }
    }
}
