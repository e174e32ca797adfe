//! One call as a sans-IO machine, the answering side: packets, time and texts in, packets and media out.
//!
//! str0m in RTP mode does ICE, DTLS, SRTP, retransmission and congestion control. It owns no socket; `driver` performs
//! what it says. Rule of str0m: after each mutation, drain [`Engine::poll`] until [`Output::Wait`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::bwe::{Bitrate, BweKind};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::KeyframeRequestKind;
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Rtc};

use super::call::CallError;
use super::lines::{Description, Line, Lines, without_bandwidth};
use super::packets::{self, Incoming, Outgoing};
use super::redundancy::Packer;

/// Longest accepted session description.
const MAX_SDP: usize = 128 * 1024;
/// Where the estimate of the way to the client starts.
const START_KBPS: u64 = 600;
/// Asking for keyframes more often than this costs more than it helps.
const KEYFRAME_PAUSE: Duration = Duration::from_millis(300);

/// What the driver has to do.
#[derive(Debug)]
pub(super) enum Output {
    /// Nothing until then.
    Wait(Instant),
    /// Send a datagram.
    Send(SocketAddr, Vec<u8>),
    /// Something arrived for the mixer.
    Packet(Incoming),
    /// The client cannot show this line without a keyframe.
    KeyframeWanted(Line),
    /// What the way to the client carries, kbit/s.
    Estimate(u64),
    /// ICE and DTLS are up.
    Connected,
    /// Nothing of interest outside.
    Nothing,
}

pub(super) struct Engine {
    rtc: Rtc,
    local: SocketAddr,
    video_limit_kbps: u32,
    lines: Lines,
    /// The node's own offer, until it is answered.
    pending: Option<SdpPendingOffer>,
    descriptions: u32,
    next_sequence: [u64; 3],
    packer: Packer,
    keyframe_asked: [Option<Instant>; 3],
    /// Frames of the last packet that are not handed out yet, newest first.
    waiting: Vec<Incoming>,
}

impl Engine {
    /// A call on the socket with this address.
    pub(super) fn new(now: Instant, local: SocketAddr, video_limit_kbps: u32) -> Result<Self, CallError> {
        let mut config = Rtc::builder()
            .set_crypto_provider(Arc::new(str0m::crypto::from_feature_flags()))
            .clear_codecs()
            .enable_opus(true, true)
            .set_rtp_mode(true)
            .enable_bwe(Some(Bitrate::kbps(START_KBPS)))
            .set_rtcp_report_interval_audio(Duration::from_secs(1));
        config.codec_config().enable_vp8(true);
        let mut rtc = config.build(now);
        rtc.bwe()
            .set_bitrate(Bitrate::kbps(0), Bitrate::kbps(u64::from(video_limit_kbps) + 100));
        let candidate =
            Candidate::host(local, "udp").map_err(|error| CallError::BadSdp(error.to_string()))?;
        rtc.add_local_candidate(candidate);
        Ok(Self {
            rtc,
            local,
            video_limit_kbps,
            lines: Lines::default(),
            pending: None,
            descriptions: 0,
            next_sequence: [1; 3],
            packer: Packer::default(),
            keyframe_asked: [None; 3],
            waiting: Vec::new(),
        })
    }

    /// Answers an offer: the first, one that changes directions, or one that restarts ICE.
    pub(super) fn answer(&mut self, sdp: &str) -> Result<String, CallError> {
        let offer = SdpOffer::from_sdp_string(&checked(sdp)?).map_err(bad)?;
        // str0m forgets an offer of ours when it takes one of theirs.
        self.pending = None;
        let answer = self.rtc.sdp_api().accept_offer(offer).map_err(bad)?;
        Ok(self.describe(&answer.to_sdp_string()))
    }

    /// The node's own offer: new ICE credentials on the same socket.
    pub(super) fn offer_restart(&mut self) -> Result<String, CallError> {
        let mut change = self.rtc.sdp_api();
        change.ice_restart(true);
        let (offer, pending) = change
            .apply()
            .ok_or_else(|| CallError::BadSdp("nothing to offer".into()))?;
        self.pending = Some(pending);
        Ok(self.describe(&offer.to_sdp_string()))
    }

    /// The client's answer to the node's offer.
    pub(super) fn accept(&mut self, sdp: &str) -> Result<(), CallError> {
        let nothing_offered = || CallError::BadSdp("nothing was offered".into());
        let pending = self.pending.take().ok_or_else(nothing_offered)?;
        let answer = SdpAnswer::from_sdp_string(&checked(sdp)?).map_err(bad)?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(bad)
    }

    fn describe(&mut self, sdp: &str) -> String {
        self.descriptions += 1;
        Description {
            version: self.descriptions,
            video_limit_kbps: self.video_limit_kbps,
        }
        .edit(sdp)
    }

    /// A candidate of the client's; those that cannot be used (TCP, host names) are passed over.
    pub(super) fn add_candidate(&mut self, text: &str) {
        if text.len() < 1_024
            && let Ok(candidate) = Candidate::from_sdp_string(text)
        {
            self.rtc.add_remote_candidate(candidate);
        }
    }

    /// A datagram came.
    pub(super) fn datagram(
        &mut self,
        now: Instant,
        source: SocketAddr,
        bytes: &[u8],
    ) -> Result<(), CallError> {
        // Anything may arrive at an open port; what is neither STUN, DTLS nor SRTP is passed over.
        match Receive::new(Protocol::Udp, source, self.local, bytes) {
            Ok(receive) => self
                .rtc
                .handle_input(Input::Receive(now, receive))
                .map_err(|_| CallError::Ended),
            Err(_) => Ok(()),
        }
    }

    /// Time went on.
    pub(super) fn tick(&mut self, now: Instant) -> Result<(), CallError> {
        self.rtc
            .handle_input(Input::Timeout(now))
            .map_err(|_| CallError::Ended)
    }

    /// Sends a packet of the mixer's; false while the client does not receive on this line.
    pub(super) fn write(&mut self, packet: &Outgoing) -> bool {
        let (Some(agreed), Some(mid)) = (
            self.lines.agreed(&self.rtc, packet.line),
            self.lines.mid(packet.line),
        ) else {
            return false;
        };
        let (pt, payload) = match agreed.red {
            Some(red) if packet.line == Line::Sound => (
                red,
                Arc::from(self.packer.pack(*agreed.pt, packet.rtp_time, &packet.payload)),
            ),
            _ => (agreed.pt, packet.payload.clone()),
        };
        let next = &mut self.next_sequence[packet.line as usize];
        let sequence = packet.sequence.unwrap_or(*next);
        *next = sequence.max(*next) + 1;
        let write = RtpWrite::new(pt, sequence.into(), packet.rtp_time, packet.captured, payload)
            .marker(packet.marker)
            .nackable(packet.line != Line::Sound);
        match self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            Some(stream) => {
                stream.write_rtp(write);
                true
            }
            None => false,
        }
    }

    /// Whether the client receives on this line.
    pub(super) fn sends(&self, line: Line) -> bool {
        self.lines.agreed(&self.rtc, line).is_some()
    }

    /// Asks the client for a keyframe, not too often.
    pub(super) fn want_keyframe(&mut self, now: Instant, line: Line) {
        let asked = &mut self.keyframe_asked[line as usize];
        if asked.is_some_and(|at| now < at + KEYFRAME_PAUSE) {
            return;
        }
        let Some(mid) = self.lines.mid(line) else { return };
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            *asked = Some(now);
        }
    }

    /// Tells the client that the call is over, as far as the path allows.
    pub(super) fn close(&mut self) {
        // Either it is told, or it was gone already.
        let _ = self.rtc.close();
    }

    /// What to do next. Call until [`Output::Wait`].
    pub(super) fn poll(&mut self) -> Result<Output, CallError> {
        if let Some(packet) = self.waiting.pop() {
            return Ok(Output::Packet(packet));
        }
        if !self.rtc.is_alive() {
            return Err(CallError::Ended);
        }
        match self.rtc.poll_output().map_err(|_| CallError::Ended)? {
            str0m::Output::Timeout(at) => Ok(Output::Wait(at)),
            str0m::Output::Transmit(transmit) => {
                Ok(Output::Send(transmit.destination, transmit.contents.to_vec()))
            }
            str0m::Output::Event(event) => Ok(self.on_event(event)),
        }
    }

    fn on_event(&mut self, event: Event) -> Output {
        match event {
            Event::Connected => Output::Connected,
            Event::MediaAdded(added) => {
                self.lines.add(added.mid, added.kind);
                Output::Nothing
            }
            Event::KeyframeRequest(request) => self
                .lines
                .line(request.mid)
                .map_or(Output::Nothing, Output::KeyframeWanted),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                Output::Estimate(estimate.as_u64() / 1_000)
            }
            Event::RtpPacket(packet) => {
                self.waiting = packets::unpack(&mut self.rtc, &self.lines, &packet);
                self.waiting.pop().map_or(Output::Nothing, Output::Packet)
            }
            _ => Output::Nothing,
        }
    }
}

fn checked(sdp: &str) -> Result<String, CallError> {
    if sdp.len() > MAX_SDP {
        return Err(CallError::BadSdp("too long".into()));
    }
    Ok(without_bandwidth(sdp))
}

fn bad(error: impl std::fmt::Display) -> CallError {
    CallError::BadSdp(error.to_string())
}
