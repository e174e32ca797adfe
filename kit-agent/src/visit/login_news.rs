//! What the two logins tell the visit: the care worker's for the shift, and the patient's by `BankID`.

use jiff::Timestamp;
use secrecy::SecretString;

use super::event::Staff;
use super::reservation::EId;
use super::state::LoginTime;

/// How the care worker's login goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffLoginNews {
    /// There is a code to scan.
    Shown,
    /// The login is done; now the shift's code is chosen.
    Done {
        /// Who.
        staff: Staff,
        /// End of the shift.
        until: Timestamp,
    },
    /// It came to nothing.
    Ended(StaffLoginEnd),
}

/// Why a care worker's login came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum StaffLoginEnd {
    /// The care worker said no.
    Declined,
    /// It took too long.
    Expired,
    /// This person may not take kits.
    NotAllowed,
    /// The server or the login service cannot be reached.
    Unreachable,
}

/// A code was typed where the shift's code is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeChoice {
    /// The first time: type it once more.
    First,
    /// It was not the same the second time: begin again.
    Differs,
    /// The same twice: it is the shift's code now.
    Kept,
}

/// How a `BankID` login by the region goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankIdNews {
    /// There is a code to scan, for so long.
    Code(LoginTime),
    /// The code was scanned; the patient types in the telephone.
    Scanned,
    /// The patient is who was invited.
    Done,
    /// The patient cancelled, or it took too long: a new try may help.
    Cancelled,
    /// It came to nothing.
    Failed(LoginFailure),
}

/// How the citizens' portal goes on.
#[derive(Debug, Clone)]
pub enum PortalNews {
    /// The n-th login is shown, from 1.
    Login(u8),
    /// The meeting's link was caught and is allowed, after a login by this; the browser is gone.
    LinkFound(SecretString, EId),
    /// The patient cancelled in the portal.
    Cancelled,
    /// It came to nothing.
    Failed(LoginFailure),
}

/// Why a login came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum LoginFailure {
    /// Somebody else than the one who is invited, or not this kit's meeting.
    NotThisPerson,
    /// The service cannot be reached.
    Unreachable,
    /// It led where the kit may not go.
    NotAllowed,
    /// The browser or the service broke.
    Broken,
    /// It took too long.
    TookTooLong,
}
