//! From the studio's count of packets to RTP sequence numbers: a packet that was lost on the way here leaves its gap.
//!
//! Without the gap a far end would put together a frame that lacks its middle, and would wait for a keyframe that nobody
//! asks for. The count starts anew with each encoder, the sequence goes on. Neighbour: `engine`, one for each line.

/// Sequence numbers of one line.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    last_number: Option<u64>,
    /// Starts at 0 and stays below 65,536 for the first packets, as str0m wants it for SRTP's roll-over counter.
    sequence: u64,
}

impl Numbering {
    /// The sequence number of the packet with this number.
    pub(super) fn sequence(&mut self, number: u64) -> u64 {
        let lost = match self.last_number {
            Some(last) if number > last => number - last - 1,
            _ => 0,
        };
        self.last_number = Some(number);
        self.sequence += 1 + lost;
        self.sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_leaves_a_gap() {
        let mut numbering = Numbering::default();
        let sequences = [71, 72, 75, 76].map(|number| numbering.sequence(number));
        assert_eq!(sequences, [1, 2, 5, 6]);
    }

    #[test]
    fn another_encoder_goes_on_where_the_last_one_ended() {
        let mut numbering = Numbering::default();
        let sequences = [500, 501, 1, 2].map(|number| numbering.sequence(number));
        assert_eq!(sequences, [1, 2, 3, 4]);
    }
}
