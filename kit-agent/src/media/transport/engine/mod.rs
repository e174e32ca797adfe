//! One call as a sans-IO machine: packets, time and wishes in, packets and events out.
//!
//! Wraps str0m in RTP mode (ICE, DTLS, SRTP, retransmission, congestion control) and adds what str0m leaves to its
//! user: the text of offers (`description`), redundant sound, a watchdog, figures (`events`). It owns no socket and reads no
//! clock, so a whole call runs in a test under virtual time. Neighbours: `driver` performs its outputs; `offer`, `red`,
//! `watchdog`, `tally`. Rule of str0m: after each mutation, drain [`Engine::poll`] until [`Output::Wait`].

mod description;
mod events;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::bwe::Bitrate;
use str0m::change::SdpPendingOffer;
use str0m::media::KeyframeRequestKind;
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Input, Rtc};

use super::lines::{Agreed, Lines};
use super::numbering::Numbering;
use super::red::Redundancy;
use super::tally::Tally;
use super::uplink::Uplink;
use super::watchdog::{Sight, Watchdog};
use crate::media::port::{Codec, IncomingPacket, Line, OutgoingPacket, SenderReport};
use crate::media::{CallEvent, MediaError, OfferKind};

/// What we are able to receive, kbit/s: 1080p people and slides.
const RECEIVE_KBPS: u32 = 4000;
/// Where the estimate starts.
const START_KBPS: u64 = 300;
/// A keyframe costs ten times a normal frame: asking more often than this makes a weak link weaker.
const KEYFRAME_PAUSE: Duration = Duration::from_millis(300);

/// What the driver has to do.
#[derive(Debug)]
pub(super) enum Output {
    /// Nothing until then.
    Wait(Instant),
    /// Send a datagram from `source`, which is a socket of ours or a relayed address.
    Send {
        source: SocketAddr,
        destination: SocketAddr,
        bytes: Vec<u8>,
    },
    /// For the studio.
    Packet(IncomingPacket),
    /// For the studio.
    Report(SenderReport),
    /// The far side cannot show our picture without a keyframe.
    KeyframeWanted,
    /// What our uplink carries, kbit/s.
    Budget(u32),
    /// For the meeting service. Figures lack the studio's part.
    Event(CallEvent),
}

pub(super) struct Engine {
    rtc: Rtc,
    lines: Option<Lines>,
    pending: Option<(SdpPendingOffer, OfferKind)>,
    max_send_kbps: Option<u32>,
    session_id: u64,
    offers_made: u64,
    remote_ufrag: Option<String>,
    sound: Option<Agreed>,
    picture: Option<Agreed>,
    numbering: [Numbering; 2],
    redundancy: Redundancy,
    watchdog: Watchdog,
    tally: Tally,
    uplink: Uplink,
    /// The most that service and answer allow us to send, kbit/s.
    allowed_kbps: u32,
    dtls_up: bool,
    keyframe_asked: [Option<Instant>; 2],
    queue: VecDeque<Output>,
}

impl Engine {
    /// A call that has not offered anything yet. `session_id` is the SDP's, any random number.
    pub(super) fn new(now: Instant, session_id: u64, max_send_kbps: Option<u32>, h264: bool) -> Self {
        let mut config = Rtc::builder()
            .clear_codecs()
            .enable_opus(true, true)
            .set_rtp_mode(true)
            .enable_bwe(Some(Bitrate::kbps(START_KBPS)))
            .set_stats_interval(Some(Duration::from_secs(1)))
            .set_rtcp_report_interval_audio(Duration::from_secs(1));
        let codecs = config.codec_config();
        if h264 {
            codecs.add_h264(102.into(), Some(103.into()), true, 0x42_e0_1f);
        }
        codecs.enable_vp8(true);
        let mut engine = Self {
            rtc: config.build(now),
            max_send_kbps,
            lines: None,
            pending: None,
            // 62 bits, so that a parser with signed 64-bit numbers reads it as well.
            session_id: session_id >> 2,
            offers_made: 0,
            remote_ufrag: None,
            sound: None,
            picture: None,
            numbering: Default::default(),
            redundancy: Redundancy::default(),
            watchdog: Watchdog::default(),
            tally: Tally::default(),
            uplink: Uplink::default(),
            allowed_kbps: RECEIVE_KBPS,
            dtls_up: false,
            keyframe_asked: [None; 2],
            queue: VecDeque::new(),
        };
        engine.limit_sending(None);
        engine
    }

    /// The codec of our picture, once the answer is in.
    pub(super) fn picture_codec(&self) -> Option<Codec> {
        self.picture.map(|agreed| agreed.codec)
    }

    /// A datagram came from `source` to our path `destination`.
    pub(super) fn datagram(
        &mut self,
        now: Instant,
        source: SocketAddr,
        destination: SocketAddr,
        bytes: &[u8],
    ) -> Result<(), MediaError> {
        // Anything may arrive at an open port; what is neither STUN, DTLS nor SRTP is not ours.
        let Ok(receive) = Receive::new(Protocol::Udp, source, destination, bytes) else {
            return Ok(());
        };
        self.rtc
            .handle_input(Input::Receive(now, receive))
            .map_err(|_| MediaError::Closed)
    }

    /// Time went on.
    pub(super) fn tick(&mut self, now: Instant) -> Result<(), MediaError> {
        if self.watchdog.tick(now) == Some(Sight::Lost) {
            self.queue.push_back(Output::Event(CallEvent::PathLost));
        }
        self.rtc
            .handle_input(Input::Timeout(now))
            .map_err(|_| MediaError::Closed)
    }

    /// Sends a packet of the studio's; dropped while nothing is agreed or the path is not up.
    pub(super) fn write(&mut self, packet: &OutgoingPacket) {
        let (agreed, index) = match packet.line {
            Line::Sound => (self.sound, 0),
            Line::Picture => (self.picture, 1),
            Line::Slides => return,
        };
        let (Some(agreed), Some(lines), true) = (agreed, self.lines, self.dtls_up) else {
            return;
        };
        let (pt, payload) = match (packet.line, agreed.red) {
            (Line::Sound, Some(red)) => {
                let redundant = self.redundancy.pack(*agreed.pt, packet.rtp_time, &packet.payload);
                (red, Arc::from(redundant))
            }
            _ => (agreed.pt, packet.payload.clone()),
        };
        let sequence = self.numbering[index].sequence(packet.number);
        let write = RtpWrite::new(pt, sequence.into(), packet.rtp_time, packet.captured, payload)
            .marker(packet.marker)
            .nackable(packet.line == Line::Picture);
        if let Some(stream) = self
            .rtc
            .direct_api()
            .stream_tx_by_mid(lines.mid(packet.line), None)
        {
            stream.write_rtp(write);
            self.tally.sent(packet.line);
        }
    }

    /// Asks the far side for a keyframe, not too often.
    pub(super) fn want_keyframe(&mut self, now: Instant, line: Line) {
        let Some(lines) = self.lines else { return };
        let asked = &mut self.keyframe_asked[usize::from(line == Line::Slides)];
        if asked.is_some_and(|at| now < at + KEYFRAME_PAUSE) {
            return;
        }
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(lines.mid(line), None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            *asked = Some(now);
        }
    }

    /// What to do next. Call until [`Output::Wait`].
    pub(super) fn poll(&mut self) -> Result<Output, MediaError> {
        loop {
            if let Some(output) = self.queue.pop_front() {
                return Ok(output);
            }
            if !self.rtc.is_alive() {
                return Err(MediaError::Closed);
            }
            match self.rtc.poll_output().map_err(|_| MediaError::Closed)? {
                str0m::Output::Timeout(at) => {
                    let at = self.watchdog.deadline().map_or(at, |dog| dog.min(at));
                    return Ok(Output::Wait(at));
                }
                str0m::Output::Transmit(t) => {
                    return Ok(Output::Send {
                        source: t.source,
                        destination: t.destination,
                        bytes: t.contents.to_vec(),
                    });
                }
                str0m::Output::Event(event) => self.on_event(event),
            }
        }
    }

    /// Ends the call: the far side is told, as far as the path allows.
    pub(super) fn close(&mut self) {
        // The answer does not matter: the call is over either way, and the service is told by `disconnect`.
        let _ = self.rtc.close();
    }
}
