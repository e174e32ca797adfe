//! The receiving side of one call: jitter buffers, decoders, and lip-sync by sender reports.
//!
//! `rtpbin` keeps one session per line; a decoder is attached when a stream shows up. Late or lost packets are concealed
//! there, retransmission is the transport's. Neighbours: `speaker` plays, `config::Screens` show.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app as gst_app;
use gstreamer_video as gst_video;
use tokio::sync::mpsc;

use super::clock::StudioClock;
use super::config::Screens;
use super::decoders::decoder;
use super::device::Running;
use super::level::Level;
use super::pieces::{on_picture, on_sample};
use super::report;
use super::speaker::SpeakerInlet;
use crate::media::MediaError;
use crate::media::port::{Codec, IncomingPacket, Line, ReceivedFigures, Reception, SenderReport, Wish};

/// What decoders need to know and where their output goes.
#[derive(Clone)]
pub(super) struct Outputs {
    pub(super) screens: Screens,
    pub(super) speaker: SpeakerInlet,
    pub(super) level: Arc<Level>,
    pub(super) frames: Arc<AtomicU64>,
    pub(super) wishes: mpsc::Sender<Wish>,
}

/// Largest correction between sound and picture, nanoseconds.
const MOST_LIP_SYNC_NS: i64 = 500_000_000;
/// Largest change of that correction from one packet to the next: too small to be heard.
const LIP_SYNC_STEP_NS: u64 = 500_000;

/// The receiving side of one call.
pub struct GstReception {
    pipeline: Running,
    rtpbin: gst::Element,
    clock: StudioClock,
    outputs: Outputs,
    inlets: HashMap<Line, Inlet>,
}

struct Inlet {
    packets: gst_app::AppSrc,
    reports: gst_app::AppSrc,
    payload_type: u8,
}

impl GstReception {
    pub(super) fn open(clock: StudioClock, latency_ms: u32, outputs: Outputs) -> Result<Self, MediaError> {
        let failed = |e: gst::glib::BoolError| MediaError::Pipeline(e.to_string());
        let pipeline = gst::Pipeline::new();
        let rtpbin = gst::ElementFactory::make("rtpbin")
            .property("latency", latency_ms)
            .property("do-lost", true)
            // A far end whose sound and picture claim to be seconds apart is wrong; one that wavers must not be heard.
            .property("max-ts-offset", MOST_LIP_SYNC_NS)
            .property("max-ts-offset-adjustment", LIP_SYNC_STEP_NS)
            .property_from_str("rtcp-sync", "always")
            .build()
            .map_err(failed)?;
        pipeline.add(&rtpbin).map_err(failed)?;
        clock.rule(&pipeline);
        let attach = Attach {
            pipeline: pipeline.downgrade(),
            outputs: outputs.clone(),
        };
        rtpbin.connect_pad_added(move |_, pad| attach.stream(pad));
        pipeline
            .set_state(gst::State::Playing)
            .map_err(|e| MediaError::Pipeline(e.to_string()))?;
        Ok(Self {
            pipeline: Running(pipeline),
            rtpbin,
            clock,
            outputs,
            inlets: HashMap::new(),
        })
    }

    fn inlet(&mut self, packet: &IncomingPacket) -> Option<&gst_app::AppSrc> {
        if self
            .inlets
            .get(&packet.line)
            .is_none_or(|inlet| inlet.payload_type != packet.payload_type)
        {
            let caps = caps(packet.codec, packet.payload_type);
            if let Some(inlet) = self.inlets.get_mut(&packet.line) {
                inlet.packets.set_caps(Some(&caps));
                inlet.payload_type = packet.payload_type;
            } else {
                let inlet = self.add_inlet(packet.line, &caps, packet.payload_type)?;
                self.inlets.insert(packet.line, inlet);
            }
        }
        self.inlets.get(&packet.line).map(|inlet| &inlet.packets)
    }

    fn add_inlet(&self, line: Line, caps: &gst::Caps, payload_type: u8) -> Option<Inlet> {
        let session = session(line);
        let packets = self.source(caps, &format!("recv_rtp_sink_{session}"))?;
        let report_caps = gst::Caps::new_empty_simple("application/x-rtcp");
        let reports = self.source(&report_caps, &format!("recv_rtcp_sink_{session}"))?;
        Some(Inlet {
            packets,
            reports,
            payload_type,
        })
    }

    fn source(&self, caps: &gst::Caps, pad: &str) -> Option<gst_app::AppSrc> {
        let source = gst_app::AppSrc::builder()
            .caps(caps)
            .format(gst::Format::Time)
            .is_live(true)
            .max_bytes(4 * 1024 * 1024)
            .build();
        self.pipeline.0.add(&source).ok()?;
        let sink = self.rtpbin.request_pad_simple(pad)?;
        source.static_pad("src")?.link(&sink).ok()?;
        source.sync_state_with_parent().ok()?;
        Some(source)
    }
}

impl Reception for GstReception {
    fn packet(&mut self, packet: IncomingPacket) {
        let at = self.clock.running_time(packet.arrived);
        let mut buffer = gst::Buffer::from_mut_slice(report::rtp(&packet));
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(at);
            buffer.set_dts(at);
        }
        if let Some(inlet) = self.inlet(&packet) {
            // Refused only while the pipeline closes.
            let _ = inlet.push_buffer(buffer);
        }
    }

    fn report(&mut self, sender_report: SenderReport) {
        let Some(inlet) = self.inlets.get(&sender_report.line) else {
            return;
        };
        let _ = inlet
            .reports
            .push_buffer(gst::Buffer::from_slice(report::rtcp(&sender_report)));
    }

    fn figures(&self) -> ReceivedFigures {
        ReceivedFigures {
            frames: self.outputs.frames.load(Ordering::Relaxed),
            level_db: self.outputs.level.db(),
        }
    }
}

/// Attaches decoders to streams as they show up.
struct Attach {
    pipeline: gst::glib::WeakRef<gst::Pipeline>,
    outputs: Outputs,
}

impl Attach {
    fn stream(&self, pad: &gst::Pad) {
        let Some(line) = pad.name().strip_prefix("recv_rtp_src_").and_then(line_of) else {
            return;
        };
        let Some(pipeline) = self.pipeline.upgrade() else {
            return;
        };
        let encoding = pad
            .current_caps()
            .or_else(|| pad.allowed_caps())
            .and_then(|caps| {
                caps.structure(0)
                    .and_then(|s| s.get::<String>("encoding-name").ok())
            });
        let Some(decoder) = decoder(line, encoding.as_deref(), &self.outputs.screens.room) else {
            return;
        };
        if let Err(e) = self.attach(&pipeline, pad, line, &decoder) {
            tracing::error!(error = %e, "a decoder could not be attached");
        }
    }

    fn attach(
        &self,
        pipeline: &gst::Pipeline,
        pad: &gst::Pad,
        line: Line,
        text: &str,
    ) -> Result<(), gst::glib::BoolError> {
        let bin = gst::parse::bin_from_description(text, true).map_err(|e| gst::glib::bool_error!("{e}"))?;
        let sink = bin
            .by_name("out")
            .and_then(|e| e.downcast::<gst_app::AppSink>().ok())
            .ok_or_else(|| gst::glib::bool_error!("the decoder's text names its sink"))?;
        self.connect(&sink, line);
        pipeline.add(&bin)?;
        bin.sync_state_with_parent()?;
        let entry = bin
            .static_pad("sink")
            .ok_or_else(|| gst::glib::bool_error!("no sink pad"))?;
        if line != Line::Sound {
            pass_on_keyframe_wishes(&entry, line, self.outputs.wishes.clone());
        }
        pad.link(&entry).map_err(|e| gst::glib::bool_error!("{e}"))?;
        Ok(())
    }

    fn connect(&self, sink: &gst_app::AppSink, line: Line) {
        let outputs = self.outputs.clone();
        match line {
            Line::Sound => on_sample(sink, move |sample| {
                if let Some(buffer) = sample.buffer_owned() {
                    if let Ok(map) = buffer.map_readable() {
                        outputs.level.note(&map);
                    }
                    outputs.speaker.play(buffer);
                }
            }),
            Line::Picture => on_picture(sink, outputs.screens.stage, move || {
                if outputs.frames.fetch_add(1, Ordering::Relaxed) == 0 {
                    // The transport's queue holds 64 wishes; it is drained all the time.
                    let _ = outputs.wishes.try_send(Wish::FirstFrame);
                }
            }),
            Line::Slides => on_picture(sink, outputs.screens.slides, || {}),
        }
    }
}

fn session(line: Line) -> u32 {
    match line {
        Line::Sound => 0,
        Line::Picture => 1,
        Line::Slides => 2,
    }
}

/// The line of a pad named `<session>_<ssrc>_<pt>`.
fn line_of(rest: &str) -> Option<Line> {
    match rest.split('_').next()? {
        "0" => Some(Line::Sound),
        "1" => Some(Line::Picture),
        "2" => Some(Line::Slides),
        _ => None,
    }
}

fn caps(codec: Codec, payload_type: u8) -> gst::Caps {
    let (media, rate, name) = match codec {
        Codec::Opus => ("audio", 48_000, "OPUS"),
        Codec::Vp8 => ("video", 90_000, "VP8"),
        Codec::H264 => ("video", 90_000, "H264"),
    };
    gst::Caps::builder("application/x-rtp")
        .field("media", media)
        .field("clock-rate", rate)
        .field("encoding-name", name)
        .field("payload", i32::from(payload_type))
        .build()
}

/// The decoder's wish for a keyframe travels upstream; rtpbin would keep it, so it is read off before.
fn pass_on_keyframe_wishes(pad: &gst::Pad, line: Line, wishes: mpsc::Sender<Wish>) {
    pad.add_probe(gst::PadProbeType::EVENT_UPSTREAM, move |_, info| {
        if let Some(event) = info.event()
            && gst_video::UpstreamForceKeyUnitEvent::parse(event).is_ok()
        {
            // More than 64 unanswered wishes say nothing new.
            let _ = wishes.try_send(Wish::Keyframe(line));
        }
        gst::PadProbeReturn::Ok
    });
}
