//! Packets between engine and mixer, without what belongs to the transport.

use std::sync::Arc;
use std::time::Instant;

use str0m::Rtc;
use str0m::format::Codec;
use str0m::rtp::RtpPacket;

use super::lines::{Line, Lines};
use super::redundancy;

/// A packet from the client, redundancy and retransmission already resolved.
#[derive(Debug, Clone)]
pub(super) struct Incoming {
    pub(super) line: Line,
    pub(super) ssrc: u32,
    pub(super) sequence: u16,
    pub(super) rtp_time: u32,
    pub(super) marker: bool,
    pub(super) arrived: Instant,
    pub(super) payload: Arc<[u8]>,
    /// Several frames of redundant sound share the packet that they came in.
    pub(super) redundant: bool,
}

/// A packet to the client.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) line: Line,
    pub(super) rtp_time: u32,
    pub(super) marker: bool,
    pub(super) captured: Instant,
    pub(super) payload: Arc<[u8]>,
    /// Set for what is forwarded, which may come late and out of order; `None` takes the next number.
    pub(super) sequence: Option<u64>,
}

/// What a packet from the wire carries, newest first: one frame, or several of redundant sound.
pub(super) fn unpack(rtc: &mut Rtc, lines: &Lines, packet: &RtpPacket) -> Vec<Incoming> {
    let mid = rtc
        .direct_api()
        .stream_rx(&packet.header.ssrc)
        .map(|stream| stream.mid());
    let Some(line) = mid.and_then(|mid| lines.line(mid)) else {
        return Vec::new();
    };
    let pt = packet.header.payload_type;
    let params = rtc
        .codec_config()
        .find(|params| params.pt() == pt || params.red() == Some(pt));
    let params = params.filter(|params| matches!(params.spec().codec, Codec::Opus | Codec::Vp8));
    let Some(params) = params else { return Vec::new() };
    let plain = Incoming {
        line,
        ssrc: *packet.header.ssrc,
        sequence: packet.header.sequence_number,
        rtp_time: packet.header.timestamp,
        marker: packet.header.marker,
        arrived: packet.timestamp,
        payload: packet.payload.clone(),
        redundant: false,
    };
    if params.red() != Some(pt) {
        return vec![plain];
    }
    let frames = redundancy::unpack(*params.pt(), plain.rtp_time, &plain.payload);
    let newest_first = frames
        .into_iter()
        .rev()
        .map(|(back, rtp_time, payload)| Incoming {
            sequence: plain.sequence.wrapping_sub(back),
            rtp_time,
            payload,
            redundant: back > 0,
            ..plain.clone()
        });
    newest_first.collect()
}
