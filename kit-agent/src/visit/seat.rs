//! One person of the meeting's list: in which role, how we know, where, and what the room makes of them. Pure.

use jiff::Timestamp;

use super::reservation::{EId, InvitedRole, Kinship};
use crate::meeting::{AttendeeId, DisplayName};

/// Somebody's role in the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum PersonRole {
    /// The patient, on the sofa.
    Patient,
    /// The care worker on the sofa.
    CareWorker,
    /// A relative on the sofa.
    Kin(Kinship),
    /// One of those who are invited.
    Invited(InvitedRole),
    /// The room's own telephone, while the sound goes by it.
    RoomTelephone,
    /// Not known.
    Unknown,
}

/// How we know who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Known {
    /// The care worker in the room vouches.
    StaffInRoom,
    /// Known from before to somebody in the room.
    FromBefore,
    /// By this electronic identification in the citizens' portal.
    Portal(EId),
    /// By `BankID` with the region.
    BankIdRegion,
    /// The patient vouches.
    ByPatient,
    /// The host let them in.
    AdmittedByHost,
    /// By the login of the shift.
    ShiftLogin,
    /// Nobody says.
    No,
}

/// One person of the meeting's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The service's id.
    pub who: AttendeeId,
    pub(super) name: DisplayName,
    /// In which role.
    pub role: PersonRole,
    /// How we know.
    pub known: Known,
    /// In the meeting, waiting or gone.
    pub place: SeatPlace,
    /// Whether they were expected.
    pub welcome: Welcome,
    /// Since when in the meeting.
    pub from: Timestamp,
    /// Whether they took part at some time, and did not only wait.
    pub(super) entered: bool,
}

/// Where the person of a seat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatPlace {
    /// Takes part.
    InMeeting,
    /// Waits to be let in.
    Waiting,
    /// Left.
    Gone,
}

/// What the room makes of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Welcome {
    /// Takes an invited seat, or the room knows them.
    Expected,
    /// Nobody expected them, and the room has not answered yet.
    Asked,
    /// The room does not know them.
    Refused,
}

impl Seat {
    /// Whether it is decided who this is: an invited role, or the room's word.
    pub(super) fn is_settled(&self) -> bool {
        match self.welcome {
            Welcome::Asked => false,
            Welcome::Refused => true,
            Welcome::Expected => self.role != PersonRole::Unknown || self.known != Known::No,
        }
    }

    /// The name as the service shows it.
    #[must_use]
    pub fn name(&self) -> &DisplayName {
        &self.name
    }
}
