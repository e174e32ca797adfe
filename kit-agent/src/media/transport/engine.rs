//! One call as a sans-IO machine: packets, time and wishes in, packets and events out.
//!
//! Wraps str0m in RTP mode (ICE, DTLS, SRTP, retransmission, congestion control) and adds what str0m leaves to its
//! user: the text of offers, redundant sound, a watchdog, figures. It owns no socket and reads no clock, so a whole call
//! runs in a test under virtual time. Neighbours: `driver` performs its outputs; `offer`, `red`, `watchdog`, `tally`.
//! Rule of str0m: after each mutation, drain [`Engine::poll`] until [`Output::Wait`].

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::bwe::{Bitrate, BweKind};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, KeyframeRequestKind};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Rtc};

use super::lines::{Agreed, Lines, codec};
use super::numbering::Numbering;
use super::offer::{OfferText, ice_ufrag, picture_limit_kbps, without_bandwidth};
use super::red::{self, Redundancy};
use super::tally::Tally;
use super::uplink::Uplink;
use super::watchdog::{Sight, Watchdog};
use crate::media::port::{Codec, IncomingPacket, Line, OutgoingPacket, SenderReport};
use crate::media::{CallEvent, MediaError, OfferKind};

/// Longest SDP that is looked at. A Pexip answer has 5 to 15 kB.
const MAX_SDP: usize = 256 * 1024;
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

    /// The text of the next offer. An earlier offer without an answer is forgotten.
    pub(super) fn offer(&mut self, kind: OfferKind) -> Result<String, MediaError> {
        let mut change = self.rtc.sdp_api();
        match (kind, self.lines) {
            (OfferKind::Initial, None) => self.lines = Some(Lines::add(&mut change)),
            (OfferKind::IceRestart, Some(_)) => {
                change.ice_restart(false);
            }
            (OfferKind::Slides(on), Some(lines)) => {
                let direction = if on {
                    Direction::RecvOnly
                } else {
                    Direction::Inactive
                };
                change.set_direction(lines.slides, direction);
            }
            _ => return Err(MediaError::BadAnswer("an offer out of order".into())),
        }
        let Some((offer, pending)) = change.apply() else {
            return Err(MediaError::BadAnswer("the offer would change nothing".into()));
        };
        self.pending = Some((pending, kind));
        self.offers_made += 1;
        let lines = self.lines.ok_or(MediaError::Closed)?;
        let text = OfferText {
            session_id: self.session_id,
            version: self.offers_made,
            picture_mid: lines.picture.to_string(),
            slides_mid: lines.slides.to_string(),
            receive_kbps: RECEIVE_KBPS,
        };
        Ok(text.edit(&offer.to_sdp_string()))
    }

    /// Takes the answer to the last offer. After an ICE restart all local candidates are forgotten: add new ones.
    pub(super) fn accept(&mut self, now: Instant, sdp: &str) -> Result<OfferKind, MediaError> {
        if sdp.len() > MAX_SDP {
            return Err(MediaError::BadAnswer(format!("{} bytes are too many", sdp.len())));
        }
        let answer = SdpAnswer::from_sdp_string(&without_bandwidth(sdp))
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        let (pending, kind) = self
            .pending
            .take()
            .ok_or_else(|| MediaError::BadAnswer("nothing was offered".into()))?;
        let ufrag = ice_ufrag(sdp).map(str::to_owned);
        if kind == OfferKind::IceRestart && ufrag == self.remote_ufrag {
            return Err(MediaError::RestartRefused);
        }
        self.rtc
            .sdp_api()
            .accept_answer(pending, answer)
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        self.remote_ufrag = ufrag;
        self.limit_sending(picture_limit_kbps(sdp));
        if let Some(lines) = self.lines {
            self.sound = lines.agreed(&self.rtc, Line::Sound);
            self.picture = lines.agreed(&self.rtc, Line::Picture);
        }
        if !matches!(kind, OfferKind::Slides(_)) {
            self.watchdog.expect(now);
        }
        Ok(kind)
    }

    /// The least of what the service and the answer allow us to send.
    fn limit_sending(&mut self, answered_kbps: Option<u32>) {
        let allowed = [self.max_send_kbps, answered_kbps]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(RECEIVE_KBPS);
        self.allowed_kbps = allowed;
        self.wish();
    }

    /// Tells the congestion control what we would like to send, and how much padding may show that a poor link carries more.
    fn wish(&mut self) {
        let (least, most) = (self.uplink.least_kbps(), self.allowed_kbps);
        self.rtc
            .bwe()
            .set_bitrate(Bitrate::kbps(least.into()), Bitrate::kbps(most.into()));
    }

    /// Answers an offer of the server. A pending offer of ours is forgotten; str0m demands it.
    pub(super) fn answer(&mut self, sdp: &str) -> Result<String, MediaError> {
        if sdp.len() > MAX_SDP {
            return Err(MediaError::BadAnswer(format!("{} bytes are too many", sdp.len())));
        }
        self.pending = None;
        let offer = SdpOffer::from_sdp_string(&without_bandwidth(sdp))
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        let answer = self
            .rtc
            .sdp_api()
            .accept_offer(offer)
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        self.remote_ufrag = ice_ufrag(sdp).map(str::to_owned);
        Ok(answer.to_sdp_string())
    }

    /// The codec of our picture, once the answer is in.
    pub(super) fn picture_codec(&self) -> Option<Codec> {
        self.picture.map(|agreed| agreed.codec)
    }

    /// Adds a path of ours; gives the event that trickles it, unless it was known.
    pub(super) fn add_local_candidate(&mut self, candidate: Candidate) -> Option<CallEvent> {
        let text = self.rtc.add_local_candidate(candidate)?.to_sdp_string();
        Some(self.trickle(Some(text)))
    }

    /// The event that says there are no more local candidates.
    pub(super) fn end_of_candidates(&mut self) -> CallEvent {
        self.trickle(None)
    }

    /// A path of theirs that was trickled. Unreadable ones (TCP, host names) are passed over.
    pub(super) fn add_remote_candidate(&mut self, text: &str) {
        if let Ok(candidate) = Candidate::from_sdp_string(text) {
            self.rtc.add_remote_candidate(candidate);
        } else {
            tracing::debug!("a remote candidate that cannot be used was passed over");
        }
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

    fn trickle(&mut self, candidate: Option<String>) -> CallEvent {
        let mid = self
            .lines
            .map_or_else(String::new, |lines| lines.sound.to_string());
        let ufrag = self.rtc.direct_api().local_ice_credentials().ufrag;
        CallEvent::LocalCandidate {
            candidate,
            mid,
            ufrag,
        }
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Connected => {
                self.dtls_up = true;
                self.queue.push_back(Output::KeyframeWanted);
                self.queue.push_back(Output::Event(CallEvent::Connected));
            }
            Event::IceConnectionStateChange(IceConnectionState::Connected) if self.dtls_up => {
                self.queue.push_back(Output::KeyframeWanted);
                self.queue.push_back(Output::Event(CallEvent::Connected));
            }
            Event::Closed => self.queue.push_back(Output::Event(CallEvent::Failed(
                "the far side closed the call".into(),
            ))),
            Event::RtpPacket(packet) => self.on_packet(&packet),
            Event::SenderFeedback(feedback) => {
                if let Some(line) = self.lines.and_then(|lines| lines.line(feedback.mid)) {
                    self.queue.push_back(Output::Report(SenderReport {
                        line,
                        ssrc: *feedback.sender_info.ssrc,
                        wall_clock: feedback.sender_info.ntp_time,
                        #[expect(clippy::cast_possible_truncation, reason = "RTP time is the low 32 bits")]
                        rtp_time: feedback.sender_info.rtp_time.numer() as u32,
                    }));
                }
            }
            Event::KeyframeRequest(_) => self.queue.push_back(Output::KeyframeWanted),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                let budget = self.uplink.estimated(estimate.as_f64() / 1000.0);
                self.queue
                    .push_back(Output::Budget(budget.min(self.allowed_kbps)));
            }
            Event::PeerStats(stats) => {
                let figures = self.tally.second(&stats);
                let budget = self.uplink.second(figures.send_kbps, figures.send_loss);
                let budget = budget.map(|kbps| Output::Budget(kbps.min(self.allowed_kbps)));
                self.queue.extend(budget);
                self.wish();
                self.queue
                    .push_back(Output::Event(CallEvent::Stats(Box::new(figures))));
            }
            Event::MediaIngressStats(stats) => {
                let line = self.lines.and_then(|lines| lines.line(stats.mid));
                self.tally.received_stats(line, &stats);
            }
            Event::MediaEgressStats(stats) => self.tally.sent_stats(&stats),
            _ => {}
        }
    }

    fn on_packet(&mut self, packet: &RtpPacket) {
        if self.watchdog.packet(packet.timestamp) == Some(Sight::Back) {
            self.queue.push_back(Output::Event(CallEvent::PathBack));
        }
        let Some(lines) = self.lines else { return };
        let mid = self
            .rtc
            .direct_api()
            .stream_rx(&packet.header.ssrc)
            .map(|stream| stream.mid());
        let Some(line) = mid.and_then(|mid| lines.line(mid)) else {
            return;
        };
        let pt = packet.header.payload_type;
        let Some(params) = self
            .rtc
            .codec_config()
            .find(|p| p.pt() == pt || p.red() == Some(pt))
        else {
            return;
        };
        let Some(codec) = codec(params.spec().codec) else {
            return;
        };
        let plain_pt = *params.pt();
        let is_red = params.red() == Some(pt);
        self.tally.received(line);
        let base = IncomingPacket {
            line,
            codec,
            payload_type: plain_pt,
            ssrc: *packet.header.ssrc,
            sequence: packet.header.sequence_number,
            rtp_time: packet.header.timestamp,
            marker: packet.header.marker,
            arrived: packet.timestamp,
            payload: packet.payload.clone(),
        };
        if !is_red {
            self.queue.push_back(Output::Packet(base));
            return;
        }
        for frame in red::unpack(plain_pt, base.rtp_time, &packet.payload) {
            let sequence = base.sequence.wrapping_sub(frame.back);
            if frame.back == 0 || !self.tally.has_sound(sequence) {
                self.tally.sound_arrived(sequence);
                self.queue.push_back(Output::Packet(IncomingPacket {
                    sequence,
                    rtp_time: frame.rtp_time,
                    payload: frame.payload,
                    ..base.clone()
                }));
            }
        }
    }
}
