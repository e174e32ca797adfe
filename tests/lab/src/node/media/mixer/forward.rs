//! Slides are passed on packet by packet: a screen is sharp or worthless, and a second encoding costs both sharpness and
//! processor time. Numbers and times are moved so that a change of presenter is one stream to the receiver.

use crate::node::media::lines::Line;
use crate::node::media::packets::{Incoming, Outgoing};

/// Time between the last frame of one presenter and the first of the next, in RTP time: 0.1 s.
const CHANGE_PAUSE: u32 = 9_000;

/// State of the forwarded stream of one receiver.
#[derive(Debug, Default)]
pub(super) struct Forward {
    source: Option<Source>,
    last_number: u64,
    last_time: u32,
}

#[derive(Debug)]
struct Source {
    from: String,
    ssrc: u32,
    last_sequence: u16,
    /// Number given to `last_sequence`.
    last_number: u64,
    time_shift: u32,
}

impl Forward {
    pub(super) fn next(&mut self, from: &str, packet: &Incoming) -> Outgoing {
        let same = self
            .source
            .as_ref()
            .is_some_and(|s| s.from == from && s.ssrc == packet.ssrc);
        if !same {
            // Room for packets that come late although they were sent before this one.
            let first_number = self.last_number + 100;
            self.source = Some(Source {
                from: from.into(),
                ssrc: packet.ssrc,
                last_sequence: packet.sequence,
                last_number: first_number,
                time_shift: self
                    .last_time
                    .wrapping_add(CHANGE_PAUSE)
                    .wrapping_sub(packet.rtp_time),
            });
        }
        let source = self.source.as_mut().expect("set above");
        // Late packets are less than half the number space away.
        let step = i64::from(packet.sequence.wrapping_sub(source.last_sequence).cast_signed());
        let number = source.last_number.saturating_add_signed(step);
        if step > 0 {
            (source.last_sequence, source.last_number) = (packet.sequence, number);
        }
        let rtp_time = packet.rtp_time.wrapping_add(source.time_shift);
        if number >= self.last_number {
            (self.last_number, self.last_time) = (number, rtp_time);
        }
        Outgoing {
            line: Line::Slides,
            rtp_time,
            marker: packet.marker,
            captured: packet.arrived,
            payload: packet.payload.clone(),
            sequence: Some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;

    fn packet(ssrc: u32, sequence: u16, rtp_time: u32) -> Incoming {
        Incoming {
            line: Line::Slides,
            ssrc,
            sequence,
            rtp_time,
            marker: false,
            arrived: Instant::now(),
            payload: Arc::from(&[0][..]),
            redundant: false,
        }
    }

    #[test]
    fn numbers_keep_gaps_wrap_and_go_on_after_a_change_of_presenter() {
        let mut forward = Forward::default();
        let mut numbers = |from, ssrc, sequence, time| {
            let out = forward.next(from, &packet(ssrc, sequence, time));
            (out.sequence.unwrap(), out.rtp_time)
        };
        assert_eq!(numbers("a", 1, 65_534, 500), (100, 9_000));
        assert_eq!(numbers("a", 1, 1, 3_500), (103, 12_000), "two lost, one wrap");
        assert_eq!(numbers("a", 1, 0, 3_500), (102, 12_000), "one of them comes late");
        assert_eq!(numbers("b", 2, 7, 77), (203, 21_000));
    }
}
