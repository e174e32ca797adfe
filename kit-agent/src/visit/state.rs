//! Where a visit is, and what belongs to that place.
//!
//! What is known of a meeting lives inside the states from check-out to the wipe: leaving them drops it.

use jiff::Timestamp;
use secrecy::SecretString;

use super::cleaning::Cleaning;
use super::event::{LoginFailure, Staff, StaffLoginEnd, WipeItem};
use super::gates::{Gated, Gates};
use super::live::Live;
use super::readiness::{NotReady, PackingList};
use super::reservation::{BankIdWay, EId, Reservation, ReservationId};
use super::seat::PersonRole;
use crate::meeting::{Loss, Refusal};

/// The states of `design.md` §2.
#[derive(Debug)]
pub enum State {
    /// The kit starts and checks itself.
    Starting {
        /// Since when.
        since: Timestamp,
    },
    /// Something must be done before the kit may leave.
    NotReady(NotReady),
    /// Ready, nothing booked.
    Ready,
    /// Ready, and the next meeting is known.
    Reserved,
    /// The care worker logs in for the shift, before check-out or again because it ran out.
    LoggingIn(Box<StaffLogin>),
    /// Staff takes the kit: packing list.
    CheckingOut(PackingList),
    /// With the patient; gates are being passed.
    Preparing(Box<Preparation>),
    /// The patient identifies by `BankID`.
    BankId(Box<BankIdLogin>),
    /// All gates passed: the tile with its one button.
    Tile(Box<Preparation>, Gated),
    /// Tapped; on the way in.
    Connecting(Box<Live>),
    /// Somebody must let us in.
    WaitingRoom(Box<Live>),
    /// In the meeting.
    InMeeting(Box<Live>),
    /// The path is gone; calling again.
    Reconnecting(Box<Live>),
    /// Not let in, or not reachable.
    Failed(Box<Live>, Failure),
    /// The meeting was lost; it can be joined again for a while.
    Lost(Box<Live>),
    /// Over: thanks, and where the plan will be found.
    Summary(Closing),
    /// What was decided, who does what; and who was here.
    Recap(Closing),
    /// How did it feel?
    Rating(Closing),
    /// Everything is being removed.
    Wiping(Wiping),
    /// The wipe could not be confirmed.
    Locked(Wiping),
    /// Nothing is left, with the time of the receipt.
    Wiped {
        /// When the last check passed.
        at: Timestamp,
    },
    /// Staff cleans the kit.
    Cleaning(Cleaning),
    /// The kit goes back to its shelf.
    Returning(PackingList),
    /// Everything is accounted for; the kit waits for its charger.
    Returned {
        /// What came back.
        list: PackingList,
        /// Since when.
        since: Timestamp,
    },
}

impl State {
    /// Whether the kit stands on its shelf.
    #[must_use]
    pub fn is_on_the_shelf(&self) -> bool {
        matches!(
            self,
            State::Starting { .. } | State::NotReady(_) | State::Ready | State::Reserved
        )
    }

    /// What belongs to the meeting, from the tap to its end.
    #[must_use]
    pub fn live(&self) -> Option<&Live> {
        match self {
            State::Connecting(live)
            | State::WaitingRoom(live)
            | State::InMeeting(live)
            | State::Reconnecting(live)
            | State::Failed(live, _)
            | State::Lost(live) => Some(live),
            _ => None,
        }
    }
}

/// Between check-out and the tap.
#[derive(Debug)]
pub struct Preparation {
    /// The booked meeting.
    pub reservation: Reservation,
    /// Who took the kit out.
    pub staff: Staff,
    /// The answers so far.
    pub gates: Gates,
    /// Whose side of the screen is shown.
    pub panel: Panel,
    /// Where the citizens' portal led to, once the patient has logged in there.
    pub portal_link: Option<SecretString>,
}

/// A care worker's login under way.
#[derive(Debug)]
pub struct StaffLogin {
    /// How far it is.
    pub step: StaffLoginStep,
    /// Since when.
    pub since: Timestamp,
    /// The visit that goes on after it, where the shift's login ran out in the middle of it.
    pub back_to: Option<Box<Preparation>>,
}

/// How far a care worker's login is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffLoginStep {
    /// The server is asked for a code.
    Starting,
    /// There is a code to scan.
    ShowsCode,
    /// It came to nothing.
    Ended(StaffLoginEnd),
    /// Logged in; the shift's code is chosen.
    ChoosesCode {
        /// Who.
        staff: Staff,
        /// End of the shift.
        until: Timestamp,
        /// What was typed so far.
        typed: TypedCode,
    },
}

/// What was typed of the shift's code so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedCode {
    /// Nothing.
    Nothing,
    /// It, once.
    Once,
    /// Two that differ.
    Differed,
}

/// A patient's login by `BankID` under way.
#[derive(Debug)]
pub struct BankIdLogin {
    /// The visit it belongs to.
    pub preparation: Box<Preparation>,
    /// Where `BankID` is asked for.
    pub way: BankIdWay,
    /// How far it is.
    pub step: BankIdStep,
    /// Which login this is, from 1.
    pub login: u8,
    /// By what the patient logs in, as far as that is known.
    pub e_id: EId,
    /// How far the time for it is: the region's own login runs out by itself.
    pub time: LoginTime,
    /// Since when in this step.
    pub since: Timestamp,
}

/// How far the time for a login is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum LoginTime {
    /// There is time enough, or nobody says.
    #[default]
    Enough,
    /// It is nearly over: does the patient need more?
    NearlyOver,
}

/// How far a patient's login is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum BankIdStep {
    /// The service is asked.
    Starting,
    /// There is a code to scan, or the portal's page is shown.
    Shown,
    /// Scanned; the patient types in the telephone.
    Scanned,
    /// Logged in.
    Done,
    /// Cancelled, or it took too long.
    Cancelled,
    /// It came to nothing.
    Failed(LoginFailure),
}

/// Whose side of the screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The patient's.
    Patient,
    /// The keypad for the shift's code.
    KeyPad {
        /// Last touch.
        touched: Timestamp,
    },
    /// The staff's.
    Staff {
        /// Last touch.
        touched: Timestamp,
    },
    /// The consent text, from the staff's side.
    ConsentText {
        /// Last touch.
        touched: Timestamp,
    },
    /// Shall the visit be given up?
    GiveUpQuestion {
        /// Last touch.
        touched: Timestamp,
    },
    /// Would the patient rather meet in person?
    InPersonQuestion {
        /// Last touch.
        touched: Timestamp,
    },
}

/// Why the meeting could not be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Failure {
    /// It did not let us in.
    Refused(Refusal),
    /// It could not be reached.
    NotReached(Loss),
    /// It was over before we came in.
    OverAlready,
}

impl Failure {
    /// Whether trying again may help.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self {
            Failure::Refused(refusal) => {
                matches!(refusal, Refusal::Full | Refusal::NotLetIn | Refusal::LoginFailed)
            }
            Failure::NotReached(loss) => loss != Loss::NotTrusted,
            Failure::OverAlready => false,
        }
    }
}

/// What is told after the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Whose wipe receipt it will be.
    pub reservation: ReservationId,
    /// Who took the kit out.
    pub staff: Staff,
    /// Since when in the present state.
    pub since: Timestamp,
    /// Most people in the meeting at the same time.
    pub most_present: usize,
    /// How long it took.
    pub minutes: i64,
    /// Who was here, by role.
    pub were_here: Vec<PersonRole>,
}

/// A wipe under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiping {
    /// Whose receipt it will be; unknown after a crash.
    pub reservation: Option<ReservationId>,
    /// Since when.
    pub since: Timestamp,
    /// Parts whose check has passed.
    pub checked: Vec<WipeItem>,
}
