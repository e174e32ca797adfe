//! What a test can see of a room.

use serde::{Deserialize, Serialize};

use super::room::{Kind, Role, Service};
use super::world::Entry;

/// A room as the control port shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomStatus {
    /// Name in the link.
    pub alias: String,
    /// The conference lock.
    pub locked: bool,
    /// Uuid of who sends slides.
    pub presenter: Option<String>,
    /// In order of arrival.
    pub participants: Vec<ParticipantStatus>,
}

/// A participant as the control port shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParticipantStatus {
    /// Id.
    pub uuid: String,
    /// Name.
    pub display_name: String,
    /// Host or guest.
    pub role: Role,
    /// Lobby or meeting.
    pub service: Service,
    /// How it came.
    pub kind: Kind,
    /// Sound off, by a host or by itself.
    pub muted: bool,
    /// Picture off.
    pub video_muted: bool,
    /// Whether its event stream is open.
    pub events_open: bool,
    /// Its call.
    pub call: Option<MediaFigures>,
}

/// Figures of one call since it began, unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MediaFigures {
    /// The call's id.
    pub call_uuid: String,
    /// ICE and DTLS are up.
    pub connected: bool,
    /// `ack` has come: the node sends.
    pub acknowledged: bool,
    /// Sound from the participant.
    pub audio_in: StreamFigures,
    /// Main picture from the participant.
    pub video_in: StreamFigures,
    /// Slides from the participant.
    pub slides_in: StreamFigures,
    /// Sound to the participant.
    pub audio_out: StreamFigures,
    /// Main picture to the participant.
    pub video_out: StreamFigures,
    /// Slides to the participant.
    pub slides_out: StreamFigures,
    /// Estimate of the way to the participant, kbit/s.
    pub estimate_kbps: Option<u64>,
    /// ICE restarts done in place.
    pub ice_restarts: u64,
    /// Keyframes that the participant asked for.
    pub keyframe_requests: u64,
}

/// One stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamFigures {
    /// RTP packets, without retransmissions.
    pub packets: u64,
    /// Bytes of RTP payload.
    pub bytes: u64,
    /// Pictures (encoded or decoded), or 20 ms pieces of decoded sound.
    pub frames: u64,
    /// Pieces of sound louder than −60 dBFS.
    pub loud_frames: u64,
    /// Level of the last second of sound, dBFS (RMS); −100 is silence.
    pub level_db: f64,
    /// Width of the last picture.
    pub width: u32,
    /// Height of the last picture.
    pub height: u32,
}

impl RoomStatus {
    /// The participant with this name.
    #[must_use]
    pub fn named(&self, display_name: &str) -> Option<&ParticipantStatus> {
        self.participants
            .iter()
            .find(|participant| participant.display_name == display_name)
    }

    pub(super) fn of(entry: &Entry) -> Self {
        let room = &entry.room;
        let participants = room.participants().iter().map(|p| {
            let session = entry.sessions.get(&p.uuid);
            ParticipantStatus {
                uuid: p.uuid.clone(),
                display_name: p.display_name.clone(),
                role: p.role,
                service: p.service,
                kind: p.kind,
                muted: p.muted || p.client_muted,
                video_muted: p.video_muted,
                events_open: session.is_some_and(super::world::Session::events_open),
                call: session
                    .and_then(|session| session.call.as_ref())
                    .map(|call| call.figures()),
            }
        });
        Self {
            alias: room.alias().into(),
            locked: room.locked(),
            presenter: room.presenter().map(Into::into),
            participants: participants.collect(),
        }
    }
}
