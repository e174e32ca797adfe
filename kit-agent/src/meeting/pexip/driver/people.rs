//! The people side of a session: who is here, who speaks, who shows slides, whose microphone is closed.

use serde_json::Value;
use tokio::time::Instant;

use super::{Driver, requests};
use crate::media::call::Media;
use crate::meeting::pexip::server_event::ServerEvent;
use crate::meeting::pexip::wire::Wire;
use crate::meeting::session::{Microphone, OurPicture};
use crate::meeting::{AttendeeId, DisplayName, Door, MeetingEvent, Place};

/// Longest note to the meeting, characters.
const MAX_MESSAGE: usize = 500;

/// What the visit was told last, so that it is told changes only.
#[derive(Debug, Default)]
pub(super) struct Told {
    place: Option<Place>,
    muted: bool,
    speaker: Option<AttendeeId>,
    /// Whether slides are shown.
    pub(super) slides: bool,
}

impl<W: Wire, M: Media> Driver<W, M> {
    /// Takes an event about people.
    pub(super) async fn people(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::RosterBegins => self.roster.begin(),
            ServerEvent::RosterEnds => {
                self.roster.end();
                self.roster_changed().await;
            }
            ServerEvent::Participant(participant) => {
                self.roster.set(participant);
                self.roster_changed().await;
            }
            ServerEvent::ParticipantGone(id) => {
                self.roster.remove(&id);
                self.roster_changed().await;
            }
            ServerEvent::Speaker(id) => self.tell_speaker(id.map(AttendeeId)),
            ServerEvent::SlidesStarted(by) => {
                self.told.slides = true;
                self.tell(MeetingEvent::SlidesStarted {
                    by: by.map(AttendeeId),
                })
                .await;
                self.follow_slides().await;
            }
            ServerEvent::SlidesStopped => {
                self.told.slides = false;
                self.tell(MeetingEvent::SlidesStopped).await;
                self.follow_slides().await;
            }
            _ => {}
        }
    }

    async fn roster_changed(&mut self) {
        if self.roster.is_being_told() {
            return;
        }
        let Some(me) = self.seat.as_ref().map(|seat| seat.grant.participant.clone()) else {
            return;
        };
        if let (Some(place), Some(seat)) = (self.roster.place(&me), &mut self.seat) {
            seat.place = place;
            self.recovery.set_place(Instant::now(), place);
        }
        self.tell_place().await;
        self.tell_muted(&me).await;
        let roster = self.roster.attendees(&me);
        self.tell_if_room(MeetingEvent::Roster(roster));
    }

    /// Tells where we are, once it changes. "In the meeting" is told when it can be heard and seen.
    pub(super) async fn tell_place(&mut self) {
        let Some(place) = self.seat.as_ref().map(|seat| seat.place) else {
            return;
        };
        if self.told.place == Some(place) || (place == Place::InMeeting && !self.is_media_up()) {
            return;
        }
        self.told.place = Some(place);
        self.tell(match place {
            Place::InMeeting => MeetingEvent::Joined,
            Place::WaitingRoom => MeetingEvent::Waiting,
        })
        .await;
    }

    async fn tell_muted(&mut self, me: &str) {
        let muted = self.roster.is_muted(me);
        if std::mem::replace(&mut self.told.muted, muted) != muted {
            self.tell(if muted {
                MeetingEvent::MutedByHost
            } else {
                MeetingEvent::UnmutedByHost
            })
            .await;
        }
    }

    fn tell_speaker(&mut self, speaker: Option<AttendeeId>) {
        if self.told.speaker != speaker {
            self.told.speaker.clone_from(&speaker);
            self.tell_if_room(MeetingEvent::Speaker(speaker));
        }
    }

    /// Tells the meeting what our microphone does, and asks the host's "off" back when it is opened.
    pub(super) fn set_microphone(&mut self, microphone: Microphone) {
        self.microphone = microphone;
        let Some(corner) = self.corner() else { return };
        match microphone {
            Microphone::Closed => self.control(corner.control("client_mute")),
            Microphone::Open => {
                self.control(corner.control("client_unmute"));
                if self.told.muted {
                    self.control(corner.control("unmute"));
                }
            }
        }
    }

    /// Tells the meeting whether our picture is sent, so that nobody goes on looking at the last one.
    pub(super) fn set_picture(&mut self, picture: OurPicture) {
        if std::mem::replace(&mut self.picture, picture) != picture {
            self.tell_picture();
        }
    }

    pub(super) fn tell_picture(&mut self) {
        if let Some(corner) = self.corner() {
            self.control(corner.control(match self.picture {
                OurPicture::Sent => "video_unmuted",
                OurPicture::Held => "video_muted",
            }));
        }
    }

    /// Lets somebody in who waits, or puts somebody out. Only hosts may; the node says no to others.
    pub(super) fn at(&mut self, attendee: &AttendeeId, act: &str) {
        if let Some(mut corner) = self.corner() {
            corner.participant.clone_from(&attendee.0);
            self.control(corner.control(act));
        }
    }

    /// Locks the meeting or opens it again. Only hosts may.
    pub(super) fn door(&mut self, door: Door) {
        if let Some(corner) = self.corner() {
            let act = match door {
                Door::Locked => "lock",
                Door::Open => "unlock",
            };
            self.control(requests::conference(&corner, act, Value::Null));
        }
    }

    /// Asks the meeting to ring somebody, for sound only. Only hosts may, and it is not tried twice: two calls are worse
    /// than none.
    pub(super) fn ring(&mut self, destination: &str) {
        if let Some(corner) = self.corner() {
            self.control(requests::dial(&corner, destination));
        }
    }

    /// The others see this name from now on. A node that does not let guests change it shows the former one.
    pub(super) fn show_as(&mut self, name: DisplayName) {
        if let Some(corner) = self.corner() {
            self.control(corner.overlay_text(&name));
        }
        self.room.name = name;
    }

    /// Writes to everybody in the meeting.
    pub(super) fn message(&mut self, text: &str) {
        if let Some(corner) = self.corner() {
            let text: String = text.chars().take(MAX_MESSAGE).collect();
            self.control(requests::message(&corner, &text));
        }
    }
}
