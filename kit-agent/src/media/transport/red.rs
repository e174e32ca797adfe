//! Redundant sound (RFC 2198): each packet carries the previous one again.
//!
//! At 5 % random loss this conceals nine gaps of ten for about 40 kbit/s. str0m's RTP mode leaves the packing to us and
//! lends the wire format. Neighbour: `engine`.

use std::sync::Arc;

use str0m::rtp::{RedDecoder, RedEncoder, RedundantBlock};

/// Packs our own sound.
#[derive(Debug, Default)]
pub(super) struct Redundancy {
    previous: Option<(u32, Arc<[u8]>)>,
}

impl Redundancy {
    /// The RED payload for one Opus frame at `rtp_time`.
    pub(super) fn pack(&mut self, opus_pt: u8, rtp_time: u32, payload: &Arc<[u8]>) -> Vec<u8> {
        let older: Vec<RedundantBlock> = self
            .previous
            .take()
            .map(|(time, payload)| RedundantBlock {
                pt: opus_pt,
                timestamp_offset: rtp_time.wrapping_sub(time),
                payload: payload.to_vec(),
            })
            .into_iter()
            .collect();
        self.previous = Some((rtp_time, payload.clone()));
        RedEncoder::encode(opus_pt, payload, &older)
    }
}

/// One frame out of a RED packet: how many packets back it belongs, its RTP time, its payload.
pub(super) struct Unpacked {
    /// 0 = the packet itself, 1 = the packet before it, …
    pub(super) back: u16,
    /// RTP time of the frame.
    pub(super) rtp_time: u32,
    /// The Opus frame.
    pub(super) payload: Arc<[u8]>,
}

/// The frames in a RED payload, oldest first; nothing for a payload that is not RED.
///
/// A redundant block names its time but not its sequence number: the k-th from the end belongs k packets back, which
/// holds for every sender that repeats its latest packets (libwebrtc, Pexip's clients and we do).
pub(super) fn unpack(opus_pt: u8, rtp_time: u32, payload: &[u8]) -> Vec<Unpacked> {
    let Ok(blocks) = RedDecoder::decode(payload) else {
        return Vec::new();
    };
    let count = blocks.len();
    blocks
        .into_iter()
        .enumerate()
        .filter(|(_, block)| block.pt == opus_pt && !block.payload.is_empty())
        .map(|(index, block)| Unpacked {
            back: u16::try_from(count - 1 - index).unwrap_or(u16::MAX),
            rtp_time: rtp_time.wrapping_sub(block.timestamp_offset),
            payload: block.payload.into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_packet_is_found_in_the_next_one() {
        let mut sender = Redundancy::default();
        let first: Arc<[u8]> = Arc::from(&b"first"[..]);
        let second: Arc<[u8]> = Arc::from(&b"second"[..]);
        sender.pack(111, 960, &first);
        let packed = sender.pack(111, 1920, &second);

        let frames = unpack(111, 1920, &packed);

        let seen: Vec<_> = frames
            .iter()
            .map(|f| (f.back, f.rtp_time, &f.payload[..]))
            .collect();
        assert_eq!(seen, [(1, 960, &b"first"[..]), (0, 1920, &b"second"[..])]);
    }

    #[test]
    fn rubbish_gives_nothing() {
        assert!(unpack(111, 0, &[0xff, 0xff]).is_empty());
    }
}
