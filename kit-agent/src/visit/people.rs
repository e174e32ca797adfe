//! Who is in the meeting, in which role, and how we know. Pure.
//!
//! A person is a `seat`. [`People::note`] compares the meeting's own list with whom the one who booked has invited. Nobody is expected because
//! of a name: a name only says which of the invited roles it claims. Whoever takes no invited seat is unexpected, and the
//! room is asked. Seats are never renumbered, so that a tap means the person who was shown.

use jiff::Timestamp;

use super::reservation::InvitedRole;
use super::role_words::claimed_role;
use super::seat::{Known, PersonRole, Seat, SeatPlace, Welcome};
use crate::meeting::{Attendee, AttendeeId, Means, Place, Standing};

/// Most comings of one meeting that are kept. To come anew takes a second or more, so a day's meeting does not fill it, and
/// whoever comes unexpectedly is always seen.
const MOST: usize = 20_000;

/// What one look at the meeting's list came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whether somebody came whom nobody expected.
    pub unexpected: bool,
    /// Those who left, by seat.
    pub left: Vec<usize>,
    /// Whether the room's own telephone is in the meeting now.
    pub telephone: bool,
}

/// Everybody who is or was in the meeting, ourselves not counted.
#[derive(Debug, Clone, Default)]
pub struct People {
    seats: Vec<Seat>,
}

impl People {
    /// Takes the meeting's list. `by_telephone`: the room's sound goes by telephone, so one who is heard only may be us.
    pub(super) fn note(
        &mut self,
        now: Timestamp,
        roster: &[Attendee],
        invited: &[InvitedRole],
        by_telephone: bool,
    ) -> Changes {
        let mut changes = Changes::default();
        for (number, seat) in self.seats.iter_mut().enumerate() {
            let is_there = roster.iter().any(|person| person.id == seat.who);
            if !is_there && seat.place != SeatPlace::Gone {
                if seat.place == SeatPlace::InMeeting {
                    changes.left.push(number);
                }
                seat.place = SeatPlace::Gone;
            }
        }
        for person in roster.iter().filter(|person| !person.is_me) {
            changes.unexpected |= self.seat(now, person, invited, by_telephone);
        }
        changes.telephone = self.is_telephone_here();
        changes
    }

    /// Seats one person. Whether they came unexpectedly just now.
    fn seat(
        &mut self,
        now: Timestamp,
        person: &Attendee,
        invited: &[InvitedRole],
        by_telephone: bool,
    ) -> bool {
        let place = match person.place {
            Place::InMeeting => SeatPlace::InMeeting,
            Place::WaitingRoom => SeatPlace::Waiting,
        };
        let open = |seat: &&mut Seat| seat.who == person.id && seat.place != SeatPlace::Gone;
        let was_waiting = match self.seats.iter_mut().find(open) {
            Some(seat) if seat.place == place => return false,
            Some(seat) if place == SeatPlace::Waiting => {
                seat.place = place;
                return false;
            }
            Some(seat) => {
                seat.place = SeatPlace::Gone;
                true
            }
            None => false,
        };
        if self.seats.len() >= MOST {
            return false;
        }
        let (role, mut known, welcome) = if place == SeatPlace::Waiting {
            (PersonRole::Unknown, Known::No, Welcome::Expected)
        } else {
            self.judge(person, invited, by_telephone)
        };
        if was_waiting && known == Known::No {
            known = Known::AdmittedByHost;
        }
        self.seats.push(Seat {
            who: person.id.clone(),
            name: person.name.clone(),
            role,
            known,
            place,
            welcome,
            from: now,
            entered: place == SeatPlace::InMeeting,
        });
        welcome == Welcome::Asked
    }

    /// The rule: who is expected, and as what.
    fn judge(
        &self,
        person: &Attendee,
        invited: &[InvitedRole],
        by_telephone: bool,
    ) -> (PersonRole, Known, Welcome) {
        if by_telephone && person.by == Means::Telephone && !self.is_telephone_here() {
            return (PersonRole::RoomTelephone, Known::StaffInRoom, Welcome::Expected);
        }
        // Somebody whom the room has answered for comes back under a new id.
        let before = |seat: &&Seat| {
            seat.place == SeatPlace::Gone && !seat.name.expose().is_empty() && seat.name == person.name
        };
        if let Some(seat) = self.seats.iter().rev().find(before)
            && seat.is_settled()
        {
            return (seat.role, seat.known, seat.welcome);
        }
        // Nobody said who is invited, so nobody can be told apart.
        if invited.is_empty() {
            return (PersonRole::Unknown, Known::No, Welcome::Expected);
        }
        let free = self.free(invited);
        let claimed = claimed_role(person.name.expose()).filter(|role| free.contains(role));
        // A host holds the meeting's PIN: one of those who work here, whatever the name says.
        let hosts = free.iter().copied().find(|role| role.discloses());
        let taken = claimed.or(hosts.filter(|_| person.standing == Standing::Host));
        match taken {
            Some(role) => (PersonRole::Invited(role), Known::No, Welcome::Expected),
            None => (PersonRole::Unknown, Known::No, Welcome::Asked),
        }
    }

    /// Invited seats that nobody sits in.
    fn free(&self, invited: &[InvitedRole]) -> Vec<InvitedRole> {
        let mut free = invited.to_vec();
        let taken = self
            .seats
            .iter()
            .filter(|seat| seat.place == SeatPlace::InMeeting);
        for role in taken.filter_map(|seat| match seat.role {
            PersonRole::Invited(role) => Some(role),
            _ => None,
        }) {
            if let Some(place) = free.iter().position(|invited| *invited == role) {
                free.remove(place);
            }
        }
        free
    }

    fn is_telephone_here(&self) -> bool {
        let here = |seat: &Seat| seat.role == PersonRole::RoomTelephone && seat.place == SeatPlace::InMeeting;
        self.seats.iter().any(here)
    }

    /// The room has answered whether it knows this person.
    pub(super) fn answer(&mut self, number: usize, welcome: Welcome) {
        if let Some(seat) = self.seats.get_mut(number) {
            seat.welcome = welcome;
            if welcome == Welcome::Expected && seat.known == Known::No {
                seat.known = Known::FromBefore;
            }
        }
    }

    /// One seat.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Seat> {
        self.seats.get(number)
    }

    /// The open seat of somebody on the list.
    #[must_use]
    pub fn of(&self, who: &AttendeeId) -> Option<&Seat> {
        let open = |seat: &&Seat| seat.who == *who && seat.place != SeatPlace::Gone;
        self.seats.iter().find(open)
    }

    /// Open seats with their numbers.
    pub fn present(&self) -> impl Iterator<Item = (usize, &Seat)> {
        let seats = self.seats.iter().enumerate();
        seats.filter(|(_, seat)| seat.place != SeatPlace::Gone)
    }

    /// The first person of whom the room has not said yet whether it knows them.
    #[must_use]
    pub fn asked(&self) -> Option<usize> {
        self.first(Welcome::Asked)
    }

    /// The first person whom the room does not know and who is still here.
    #[must_use]
    pub fn refused(&self) -> Option<usize> {
        self.first(Welcome::Refused)
    }

    fn first(&self, welcome: Welcome) -> Option<usize> {
        let mut here = self
            .present()
            .filter(|(_, seat)| seat.place == SeatPlace::InMeeting);
        here.find(|(_, seat)| seat.welcome == welcome)
            .map(|(number, _)| number)
    }

    /// The roles of everybody who was here, each once.
    #[must_use]
    pub fn roles(&self) -> Vec<PersonRole> {
        let mut roles = Vec::new();
        let visitors = self
            .seats
            .iter()
            .filter(|seat| seat.role != PersonRole::RoomTelephone);
        for seat in visitors.filter(|seat| seat.welcome == Welcome::Expected && seat.entered) {
            if !roles.contains(&seat.role) {
                roles.push(seat.role);
            }
        }
        roles
    }
}
