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

/// The text of a description of the node's, made of what str0m writes.
pub(super) struct Description {
    /// Counts the node's descriptions of one call: the same number again would mean "nothing changed" (RFC 3264 §8).
    pub(super) version: u32,
    /// `b=TIAS` of video lines, kbit/s; the official client limits itself by it.
    pub(super) video_limit_kbps: u32,
}

impl Description {
    /// Marks the video lines as a Pexip node does, and puts sound and main picture into one media stream, so that a
    /// browser keeps lips and voice together; str0m invents one per line.
    pub(super) fn edit(&self, sdp: &str) -> String {
        let mut text = String::with_capacity(sdp.len() + 256);
        let (mut line_number, mut video_lines, mut in_video) = (0, 0, false);
        for line in sdp.lines() {
            if line.starts_with("m=") {
                line_number += 1;
                in_video = line.starts_with("m=video");
                video_lines += u32::from(in_video);
            }
            if let Some(origin) = line.strip_prefix("o=") {
                let session = origin.split(' ').nth(1).unwrap_or("1");
                push(
                    &mut text,
                    &format!("o=lab-stand-in {session} {} IN IP4 127.0.0.1", self.version),
                );
            } else if line.starts_with("a=msid:") {
                let stream = if video_lines > 1 { "slides" } else { "main" };
                push(&mut text, &format!("a=msid:{stream} line{line_number}"));
            } else if !line.starts_with("a=msid-semantic:") && !is_old_msid(line) {
                push(&mut text, line);
            }
            if in_video && line.starts_with("c=") {
                push(&mut text, &format!("b=TIAS:{}", self.video_limit_kbps * 1_000));
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
}

/// `a=ssrc:… msid:…` says the same as `a=msid` in an older way.
fn is_old_msid(line: &str) -> bool {
    line.starts_with("a=ssrc:") && line.contains(" msid:")
}

/// A client's description without `b=` lines: str0m takes at most one per m-line, and the official client sends two.
pub(super) fn without_bandwidth(sdp: &str) -> String {
    let mut text = String::with_capacity(sdp.len());
    for line in sdp.lines().filter(|line| !line.starts_with("b=")) {
        push(&mut text, line);
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
    fn video_lines_are_marked_and_sound_goes_with_the_main_picture() {
        let sdp = "v=0\r\no=str0m 7 2 IN IP4 0.0.0.0\r\nm=audio 9 UDP 111\r\na=mid:0\r\na=msid:x y\r\na=ssrc:1 msid:x y\r\n\
            m=video 9 UDP 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=msid:z z\r\nm=video 9 UDP 96\r\na=mid:2\r\na=msid:q q\r\n";
        let edited = Description {
            version: 3,
            video_limit_kbps: 1_500,
        }
        .edit(sdp);
        assert!(edited.contains("o=lab-stand-in 7 3 IN IP4 127.0.0.1\r\n"));
        assert!(edited.contains("a=msid:main line1\r\nm=video") && edited.contains("a=msid:main line2\r\n"));
        assert!(edited.contains("b=TIAS:1500000\r\na=mid:1\r\na=content:main\r\n"));
        assert!(edited.ends_with("a=mid:2\r\na=content:slides\r\na=msid:slides line3\r\n"));
    }

    #[test]
    fn bandwidth_lines_of_a_client_are_left_out() {
        let sdp = "m=video 9 X\r\nc=IN IP4 0.0.0.0\r\nb=AS:1\r\nb=TIAS:1000\r\na=mid:1\r\n";
        assert_eq!(
            without_bandwidth(sdp),
            "m=video 9 X\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"
        );
    }
}
