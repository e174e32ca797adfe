//! RTP and RTCP as bytes, for `rtpbin`, which takes nothing else (RFC 3550).

use std::time::{SystemTime, UNIX_EPOCH};

use crate::media::port::{IncomingPacket, SenderReport};

/// Seconds from 1900 (NTP) to 1970 (Unix).
const NTP_TO_UNIX: u64 = 2_208_988_800;
/// One name for all of the far side's streams, so that `rtpbin` keeps them in step.
const CNAME: &[u8; 6] = b"farend";

/// A plain RTP packet: no padding, no extension, no contributing sources.
pub(super) fn rtp(packet: &IncomingPacket) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12 + packet.payload.len());
    bytes.push(0x80);
    bytes.push(u8::from(packet.marker) << 7 | (packet.payload_type & 0x7f));
    bytes.extend(packet.sequence.to_be_bytes());
    bytes.extend(packet.rtp_time.to_be_bytes());
    bytes.extend(packet.ssrc.to_be_bytes());
    bytes.extend_from_slice(&packet.payload);
    bytes
}

/// A compound RTCP packet: the sender report and the CNAME that it needs.
pub(super) fn rtcp(report: &SenderReport) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48);
    // SR without reception reports: version 2, type 200, six 32-bit words after the first.
    bytes.extend([0x80, 200, 0, 6]);
    bytes.extend(report.ssrc.to_be_bytes());
    bytes.extend(ntp(report.wall_clock).to_be_bytes());
    bytes.extend(report.rtp_time.to_be_bytes());
    // Packet and octet counts are not read by anybody here.
    bytes.extend([0; 8]);
    // SDES with one chunk: SSRC, CNAME item of 6 bytes, end marker and padding to a word.
    bytes.extend([0x81, 202, 0, 4]);
    bytes.extend(report.ssrc.to_be_bytes());
    bytes.extend([1, 6]);
    bytes.extend(CNAME);
    bytes.extend([0; 4]);
    bytes
}

/// 32.32 fixed point seconds since 1900.
fn ntp(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    ((since.as_secs() + NTP_TO_UNIX) << 32) | fraction
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::media::port::Line;

    #[test]
    fn a_report_is_whole_words_and_says_so() {
        let report = SenderReport {
            line: Line::Sound,
            ssrc: 7,
            wall_clock: UNIX_EPOCH + Duration::from_millis(500),
            rtp_time: 960,
        };
        let bytes = rtcp(&report);
        assert_eq!(bytes.len(), 28 + 20);
        assert_eq!(bytes[8..16], ((NTP_TO_UNIX << 32) | (1 << 31)).to_be_bytes());
    }
}
