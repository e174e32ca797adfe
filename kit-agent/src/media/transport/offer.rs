//! Edits of the SDP text that str0m writes, so that a Pexip node sees what a browser would send.
//!
//! Each edit and its reason: `o=` must change with every offer (RFC 3264 §8; str0m repeats its version), both video
//! lines carry `a=content` (RFC 4796; Pexip tells slides from people by it), `b=AS` states what we can receive,
//! `rtcp-rsize` is what browsers write, and track ids differ although all lines share one CNAME (one CNAME lets a mixer
//! keep lip-sync; equal `msid` values make libwebrtc refuse the offer).

use std::fmt::Write as _;

/// What one offer needs besides what str0m wrote.
#[derive(Debug, Clone)]
pub(super) struct OfferText {
    /// Constant in a call.
    pub(super) session_id: u64,
    /// Rises with each offer of the call.
    pub(super) version: u64,
    /// Id of the m-line for people.
    pub(super) picture_mid: String,
    /// Id of the m-line for slides.
    pub(super) slides_mid: String,
    /// What we are able to receive per video line, kbit/s.
    pub(super) receive_kbps: u32,
}

/// The track and stream id that every line is made with, before [`OfferText::edit`] tells the tracks apart.
pub(super) const STREAM: &str = "kit";

impl OfferText {
    /// `sdp` with all edits; lines end with CRLF as in the input.
    pub(super) fn edit(&self, sdp: &str) -> String {
        let mut out = String::with_capacity(sdp.len() + 256);
        let mut mid = "";
        for section in sections(sdp) {
            let video = section.starts_with("m=video");
            if let Some(found) = attribute(section, "mid") {
                mid = found;
            }
            for line in section.lines() {
                self.edit_line(&mut out, line, section, mid, video);
            }
        }
        out
    }

    fn edit_line(&self, out: &mut String, line: &str, section: &str, mid: &str, video: bool) {
        if line.starts_with("o=") {
            push(
                out,
                &format!("o=- {} {} IN IP4 127.0.0.1", self.session_id, self.version),
            );
            return;
        }
        if let Some(at) = line.find(&format!("msid:{STREAM} {STREAM}")) {
            let (before, after) = line.split_at(at);
            let rest = &after[format!("msid:{STREAM} {STREAM}").len()..];
            push(out, &format!("{before}msid:{STREAM} {STREAM}-{mid}{rest}"));
            return;
        }
        push(out, line);
        if video && line.starts_with("c=") {
            push(out, &format!("b=AS:{}", self.receive_kbps));
        }
        if line == "a=rtcp-mux" && attribute(section, "rtcp-rsize").is_none() {
            push(out, "a=rtcp-rsize");
        }
        if line.starts_with("a=mid:") {
            if mid == self.picture_mid {
                push(out, "a=content:main");
            } else if mid == self.slides_mid {
                push(out, "a=content:slides");
            }
        }
    }
}

/// The ICE user fragment that an SDP names first.
pub(super) fn ice_ufrag(sdp: &str) -> Option<&str> {
    attribute(sdp, "ice-ufrag")
}

/// A far end's description without `b=` lines: str0m takes one per m-line at most, and a Pexip node may send two.
pub(super) fn without_bandwidth(sdp: &str) -> String {
    let mut out = String::with_capacity(sdp.len());
    sdp.lines()
        .filter(|line| !line.starts_with("b="))
        .for_each(|line| push(&mut out, line));
    out
}

/// What the far end is willing to receive of our picture, kbit/s: the least of `b=AS` and `b=TIAS` (RFC 3890) in the first
/// video line.
pub(super) fn picture_limit_kbps(sdp: &str) -> Option<u32> {
    let picture = sections(sdp).find(|section| section.starts_with("m=video"))?;
    let limit = |line: &str| {
        let number = |name: &str| line.strip_prefix(name)?.parse::<u32>().ok();
        number("b=AS:").or_else(|| Some(number("b=TIAS:")? / 1000))
    };
    picture.lines().filter_map(limit).filter(|kbps| *kbps > 0).min()
}

/// The IP addresses of all candidates in an SDP.
pub(super) fn candidate_addresses(sdp: &str) -> impl Iterator<Item = std::net::IpAddr> + '_ {
    sdp.lines()
        .filter_map(|line| line.strip_prefix("a=candidate:"))
        .filter_map(|line| line.split_ascii_whitespace().nth(4)?.parse().ok())
}

fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix("a=")?.strip_prefix(name)?;
        if rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix(':')
        }
    })
}

/// The session part and then one part for each m-line.
fn sections(sdp: &str) -> impl Iterator<Item = &str> {
    let mut rest = sdp;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest[1..].find("\nm=").map_or(rest.len(), |at| at + 2);
        let (section, tail) = rest.split_at(end);
        rest = tail;
        Some(section)
    })
}

fn push(out: &mut String, line: &str) {
    let _ = write!(out, "{line}\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = "v=0\r\no=str0m 1 2 IN IP4 0.0.0.0\r\ns=-\r\nm=audio 9 X 111\r\nc=IN IP4 0.0.0.0\r\n\
        a=mid:aaa\r\na=rtcp-mux\r\na=msid:kit kit\r\na=ssrc:1 msid:kit kit\r\nm=video 9 X 96\r\nc=IN IP4 0.0.0.0\r\n\
        a=mid:bbb\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=msid:kit kit\r\nm=video 9 X 96\r\nc=IN IP4 0.0.0.0\r\na=mid:ccc\r\n";

    fn edited() -> String {
        OfferText {
            session_id: 77,
            version: 3,
            picture_mid: "bbb".into(),
            slides_mid: "ccc".into(),
            receive_kbps: 2500,
        }
        .edit(RAW)
    }

    #[test]
    fn version_and_content_are_written() {
        let sdp = edited();
        assert!(sdp.contains("o=- 77 3 IN IP4 127.0.0.1\r\n"), "{sdp}");
        assert!(sdp.contains("a=mid:bbb\r\na=content:main\r\n"), "{sdp}");
        assert!(sdp.contains("a=mid:ccc\r\na=content:slides\r\n"), "{sdp}");
        assert_eq!(
            sdp.matches("b=AS:2500").count(),
            2,
            "only video lines carry b=AS: {sdp}"
        );
        assert_eq!(
            sdp.matches("a=rtcp-rsize").count(),
            2,
            "once a line, never twice: {sdp}"
        );
    }

    #[test]
    fn tracks_differ_between_lines_and_agree_within_one() {
        let sdp = edited();
        assert_eq!(sdp.matches("msid:kit kit-aaa\r\n").count(), 2, "{sdp}");
        assert_eq!(sdp.matches("msid:kit kit-bbb\r\n").count(), 1, "{sdp}");
    }

    #[test]
    fn the_far_end_s_limits_are_read_and_then_taken_out() {
        let sdp = "v=0\r\nm=audio 9 X\r\nb=AS:1\r\nm=video 9 X\r\nb=AS:900\r\nb=TIAS:800000\r\na=mid:1\r\nm=video 9 X\r\nb=AS:2\r\n";
        assert_eq!(picture_limit_kbps(sdp), Some(800));
        assert_eq!(
            without_bandwidth(sdp),
            "v=0\r\nm=audio 9 X\r\nm=video 9 X\r\na=mid:1\r\nm=video 9 X\r\n"
        );
        assert_eq!(picture_limit_kbps("v=0\r\n"), None);
    }

    #[test]
    fn addresses_of_candidates_are_read_and_rubbish_is_not() {
        let sdp = "a=candidate:1 1 UDP 2 127.0.0.1 5000 typ host\r\na=candidate:x\r\na=candidate:1 1 UDP 2 nohost 1\r\n";
        assert_eq!(
            candidate_addresses(sdp).collect::<Vec<_>>(),
            ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]
        );
    }
}
