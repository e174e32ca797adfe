//! The three m-lines of a call and what the answer agreed on for each.
//!
//! str0m chooses the ids; payload types come from the answer. Neighbour: `engine`.

use str0m::Rtc;
use str0m::change::SdpApi;
use str0m::format::Codec as RtcCodec;
use str0m::media::{Direction, MediaKind, Mid, Pt};

use super::offer::STREAM;
use crate::media::port::{Codec, Line};

/// Ids of the three lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines {
    pub(super) sound: Mid,
    pub(super) picture: Mid,
    pub(super) slides: Mid,
}

/// How to send on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) codec: Codec,
    pub(super) pt: Pt,
    /// Payload type of redundant sound, where both sides have it.
    pub(super) red: Option<Pt>,
}

impl Lines {
    /// Adds sound, picture and slides to a first offer. One track id for all gives one CNAME for all.
    pub(super) fn add(change: &mut SdpApi<'_>) -> Self {
        let mut line = |kind, direction| {
            change.add_media(kind, direction, Some(STREAM.into()), Some(STREAM.into()), None)
        };
        Self {
            sound: line(MediaKind::Audio, Direction::SendRecv),
            picture: line(MediaKind::Video, Direction::SendRecv),
            slides: line(MediaKind::Video, Direction::Inactive),
        }
    }

    /// Which line an id names.
    pub(super) fn line(&self, mid: Mid) -> Option<Line> {
        match mid {
            _ if mid == self.sound => Some(Line::Sound),
            _ if mid == self.picture => Some(Line::Picture),
            _ if mid == self.slides => Some(Line::Slides),
            _ => None,
        }
    }

    /// The id of a line.
    pub(super) fn mid(&self, line: Line) -> Mid {
        match line {
            Line::Sound => self.sound,
            Line::Picture => self.picture,
            Line::Slides => self.slides,
        }
    }

    /// What the answer agreed on for `line`: the first payload type, in the answer's order, that we can make.
    pub(super) fn agreed(&self, rtc: &Rtc, line: Line) -> Option<Agreed> {
        let wanted = rtc.media(self.mid(line))?.remote_pts();
        wanted.iter().find_map(|pt| {
            let params = rtc.codec_config().find(|p| p.pt() == *pt)?;
            let codec = codec(params.spec().codec)?;
            Some(Agreed {
                codec,
                pt: *pt,
                red: params.red(),
            })
        })
    }
}

/// Our name for a codec of str0m's that the studio knows.
pub(super) fn codec(codec: RtcCodec) -> Option<Codec> {
    match codec {
        RtcCodec::Opus => Some(Codec::Opus),
        RtcCodec::Vp8 => Some(Codec::Vp8),
        RtcCodec::H264 => Some(Codec::H264),
        _ => None,
    }
}
