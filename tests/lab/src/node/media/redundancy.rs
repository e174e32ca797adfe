//! Redundant sound (RFC 2198): each packet carries the one before again. str0m's RTP mode leaves the packing to its user.

use std::sync::Arc;

use str0m::rtp::{RedDecoder, RedEncoder, RedundantBlock};

/// Packs outgoing sound.
#[derive(Debug, Default)]
pub(super) struct Packer {
    previous: Option<(u32, Arc<[u8]>)>,
}

impl Packer {
    pub(super) fn pack(&mut self, opus_pt: u8, rtp_time: u32, payload: &Arc<[u8]>) -> Vec<u8> {
        let previous = self.previous.replace((rtp_time, payload.clone()));
        let older: Vec<RedundantBlock> = previous
            .map(|(time, payload)| RedundantBlock {
                pt: opus_pt,
                timestamp_offset: rtp_time.wrapping_sub(time),
                payload: payload.to_vec(),
            })
            .into_iter()
            .collect();
        RedEncoder::encode(opus_pt, payload, &older)
    }
}

/// The frames of a RED payload with how many packets back each belongs; nothing for what is not RED.
pub(super) fn unpack(opus_pt: u8, rtp_time: u32, payload: &[u8]) -> Vec<(u16, u32, Arc<[u8]>)> {
    let Ok(blocks) = RedDecoder::decode(payload) else {
        return Vec::new();
    };
    let last = blocks.len().saturating_sub(1);
    let usable = blocks
        .into_iter()
        .enumerate()
        .filter(|(_, block)| block.pt == opus_pt && !block.payload.is_empty());
    usable
        .map(|(index, block)| {
            let back = u16::try_from(last - index).unwrap_or(u16::MAX);
            (
                back,
                rtp_time.wrapping_sub(block.timestamp_offset),
                block.payload.into(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_packet_repeats_the_first() {
        let mut packer = Packer::default();
        packer.pack(111, 0, &Arc::from(&b"one"[..]));
        let frames = unpack(111, 960, &packer.pack(111, 960, &Arc::from(&b"two"[..])));
        assert_eq!(
            frames,
            [(1, 0, Arc::from(&b"one"[..])), (0, 960, Arc::from(&b"two"[..]))]
        );
        assert!(unpack(111, 0, &[0xff]).is_empty());
    }
}
