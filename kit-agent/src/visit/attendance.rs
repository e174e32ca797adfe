//! Who comes and goes in a meeting: the check of the unexpected, the answer to "do you hear us?", and who was here.
//!
//! Roles, times and how somebody was identified go into the log; names never do. Neighbour: `people`, the rule.

use jiff::Timestamp;

use super::effect::{Gateway, OnSofa, Recorded};
use super::event::Confirmed;
use super::gates::Method;
use super::live::{Live, Overlay, Slides, SoundMode};
use super::seat::{Known, PersonRole, Seat, SeatPlace};
use super::turn::Turn;
use crate::meeting::{Attendee, AttendeeId, MeetingEvent, Place};

impl Turn<'_> {
    /// Notes who is here, who speaks and who shows something.
    pub(super) fn note_people(&mut self, live: &mut Live, news: MeetingEvent) {
        match news {
            MeetingEvent::Roster(roster) => self.roster(live, roster),
            MeetingEvent::Speaker(speaker) => {
                self.note_speaker(live, speaker.as_ref());
                live.speaker = speaker;
            }
            MeetingEvent::SlidesStarted { by } => live.slides = Some(Slides { by }),
            MeetingEvent::SlidesStopped => live.slides = None,
            MeetingEvent::MutedByHost => live.host_microphone = Gateway::Closed,
            MeetingEvent::UnmutedByHost => live.host_microphone = Gateway::Open,
            _ => {}
        }
    }

    fn roster(&mut self, live: &mut Live, roster: Vec<Attendee>) {
        let inside = |person: &&Attendee| person.place == Place::InMeeting;
        live.most_present = live.most_present.max(roster.iter().filter(inside).count());
        let by_telephone = live.sound != SoundMode::Kit;
        let changes = live
            .people
            .note(self.now, &roster, &live.reservation.invited, by_telephone);
        live.roster = roster;
        for seat in changes.left {
            self.record_attendance(live, seat);
        }
        if changes.unexpected && live.joined_at.is_some() {
            self.write_down(live, Recorded::Unexpected);
        }
        // A stranger who left needs no answer any more.
        if let Overlay::Stranger(seat) = live.overlay
            && live
                .people
                .get(seat)
                .is_none_or(|seat| seat.place == SeatPlace::Gone)
        {
            live.overlay = Overlay::None;
        }
        live.heard_by_telephone = if by_telephone && changes.telephone {
            Confirmed::Yes
        } else {
            Confirmed::No
        };
        self.ring_the_room(live);
        self.begin_sound_check(live);
    }

    /// "Do you hear us?" is asked once somebody is there who may answer, and only where the kit is heard at all.
    pub(super) fn begin_sound_check(&mut self, live: &mut Live) {
        if live.joined_at.is_some() && live.has_company() && live.sound == SoundMode::Kit {
            live.check.begin(self.now);
        }
    }

    fn note_speaker(&mut self, live: &mut Live, speaker: Option<&AttendeeId>) {
        let Some(speaker) = speaker else { return };
        let is_me = |person: &Attendee| person.is_me && person.id == *speaker;
        if live.roster.iter().any(is_me) {
            live.check.arrived();
        } else if live.check.answered() {
            self.write_down(live, Recorded::SoundChecked(Confirmed::Yes));
        }
    }

    fn record_attendance(&mut self, live: &Live, seat: usize) {
        let Some(seat) = live.people.get(seat) else { return };
        if seat.role == PersonRole::RoomTelephone {
            return;
        }
        let here = Here {
            role: seat.role,
            known: seat.known,
            from: seat.from,
        };
        self.attended(live, here, self.now);
    }

    /// Everybody who was still here then, and those on the sofa.
    pub(super) fn record_who_was_here(&mut self, live: &Live, until: Timestamp) {
        for here in here_now(live) {
            self.attended(live, here, until);
        }
    }

    /// Somebody leaves the sofa while the meeting goes on: until now they were in it.
    pub(super) fn leaves_the_sofa(&mut self, live: &mut Live, person: OnSofa) {
        let Some(from) = live.joined_at else { return };
        let (role, known) = on_sofa(live, person);
        self.attended(live, Here { role, known, from }, self.now);
        live.left_the_sofa.push(role);
    }

    fn attended(&mut self, live: &Live, here: Here, until: Timestamp) {
        let Here { role, known, from } = here;
        let what = Recorded::Attended {
            role,
            known,
            from,
            until,
        };
        self.write_down(live, what);
    }
}

/// Somebody who is in the meeting now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here {
    /// In which role.
    pub role: PersonRole,
    /// How we know.
    pub known: Known,
    /// Since when.
    pub from: Timestamp,
}

/// Who is in the meeting now, those on the sofa too. Nobody before the kit has come in.
#[must_use]
pub fn here_now(live: &Live) -> Vec<Here> {
    let Some(joined_at) = live.joined_at else {
        return Vec::new();
    };
    let inside = |seat: &Seat| seat.place == SeatPlace::InMeeting && seat.role != PersonRole::RoomTelephone;
    let others = live.people.present().filter(|(_, seat)| inside(seat));
    let mut here: Vec<_> = others
        .map(|(_, seat)| Here {
            role: seat.role,
            known: seat.known,
            from: seat.from,
        })
        .collect();
    let from = joined_at;
    here.extend(live.on_sofa().into_iter().map(|person| {
        let (role, known) = on_sofa(live, person);
        Here { role, known, from }
    }));
    here
}

/// Everybody who was here, by role: those on the sofa, also those who left it, then the others.
pub(super) fn were_here(live: &Live) -> Vec<PersonRole> {
    let sofa = live.on_sofa().into_iter();
    let mut roles: Vec<_> = sofa.map(|person| on_sofa(live, person).0).collect();
    roles.extend(&live.left_the_sofa);
    roles.extend(live.people.roles());
    roles
}

/// Role of somebody on the sofa, and how we know.
pub(super) fn on_sofa(live: &Live, person: OnSofa) -> (PersonRole, Known) {
    match person {
        OnSofa::Staff(_) => (PersonRole::CareWorker, Known::ShiftLogin),
        OnSofa::Relative(kinship) => (PersonRole::Kin(kinship), Known::ByPatient),
        OnSofa::Patient => {
            let known = match live.gates.method() {
                Some(Method::StaffInRoom) => Known::StaffInRoom,
                Some(Method::KnownFromBefore) => Known::FromBefore,
                Some(Method::Portal(e_id)) => Known::Portal(e_id),
                Some(Method::BankIdRegion) => Known::BankIdRegion,
                None => Known::No,
            };
            (PersonRole::Patient, known)
        }
    }
}
