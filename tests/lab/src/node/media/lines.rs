//! The three m-lines of a call as the client offered them, and the text of the node's answers.

use str0m::Rtc;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};

/// One of the lines of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Line {
    Sound,
    Picture,
    Slides,
}

/// Ids of the lines; the first video line is the main picture, the second the slides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lines {
    sound: Option<Mid>,
    picture: Option<Mid>,
    slides: Option<Mid>,
}

/// How to send on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) pt: Pt,
    /// Payload type of redundant sound, where both have it.
    pub(super) red: Option<Pt>,
}

impl Lines {
    /// Takes note of a line in the order of the offer.
    pub(super) fn add(&mut self, mid: Mid, kind: MediaKind) {
        let place = match kind {
            MediaKind::Audio => &mut self.sound,
            MediaKind::Video if self.picture.is_none() => &mut self.picture,
            MediaKind::Video => &mut self.slides,
        };
        place.get_or_insert(mid);
    }

    pub(super) fn line(&self, mid: Mid) -> Option<Line> {
        let places = [
            (self.sound, Line::Sound),
            (self.picture, Line::Picture),
            (self.slides, Line::Slides),
        ];
        places
            .into_iter()
            .find(|(place, _)| *place == Some(mid))
            .map(|(_, line)| line)
    }

    pub(super) fn mid(&self, line: Line) -> Option<Mid> {
        match line {
            Line::Sound => self.sound,
            Line::Picture => self.picture,
            Line::Slides => self.slides,
        }
    }

    /// How to send on a line now; `None` while the client does not want to receive there.
    pub(super) fn agreed(&self, rtc: &Rtc, line: Line) -> Option<Agreed> {
        let media = rtc.media(self.mid(line)?)?;
        if !matches!(media.direction(), Direction::SendOnly | Direction::SendRecv) {
            return None;
        }
        media.remote_pts().iter().find_map(|pt| {
            let params = rtc.codec_config().find(|params| params.pt() == *pt)?;
            let known = matches!(params.spec().codec, Codec::Opus | Codec::Vp8);
            known.then(|| Agreed {
                pt: *pt,
                red: params.red(),
            })
        })
    }
}

/// Marks the video lines as a Pexip node does, and gives each line its own track id: one common id, which str0m turns
/// into one CNAME, would be refused by browsers as a duplicate.
pub(super) fn edit(sdp: &str, video_limit_kbps: u32) -> String {
    let mut text = String::with_capacity(sdp.len() + 256);
    let (mut line_number, mut video_lines, mut in_video) = (0, 0, false);
    for line in sdp.lines() {
        if line.starts_with("m=") {
            line_number += 1;
            in_video = line.starts_with("m=video");
            video_lines += u32::from(in_video);
        }
        match line.strip_prefix("a=msid:").and_then(|msid| msid.split_once(' ')) {
            Some((stream, track)) => push(&mut text, &format!("a=msid:{stream} {track}{line_number}")),
            None => push(&mut text, line),
        }
        if in_video && line.starts_with("c=") {
            push(&mut text, &format!("b=AS:{video_limit_kbps}"));
            push(&mut text, &format!("b=TIAS:{}", video_limit_kbps * 1_000));
        }
        if in_video && line.starts_with("a=mid:") {
            push(
                &mut text,
                if video_lines == 1 {
                    "a=content:main"
                } else {
                    "a=content:slides"
                },
            );
        }
    }
    text
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn video_lines_are_marked_and_tracks_differ() {
        let sdp = "v=0\r\nm=audio 9 UDP 111\r\na=mid:0\r\na=msid:lab lab\r\n\
            m=video 9 UDP 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=msid:lab lab\r\nm=video 9 UDP 96\r\na=mid:2\r\n";
        let edited = edit(sdp, 1_500);
        assert!(edited.contains("a=msid:lab lab1\r\n") && edited.contains("a=msid:lab lab2\r\n"));
        assert!(edited.contains("b=AS:1500\r\nb=TIAS:1500000\r\na=mid:1\r\na=content:main\r\n"));
        assert!(edited.ends_with("a=mid:2\r\na=content:slides\r\n"));
    }
}
