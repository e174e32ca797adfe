//! The recommended messages (BankID Relying Party Guidelines, "Recommended user messages"), and which of them belongs to what BankID
//! says. The words are in the translation files, group `bank_id`.

use super::answer::{CallError, ErrorCode, Status};
use crate::domain::closed_list::closed_list;

closed_list! {
    /// A message. Those that do not begin with RFA are our own: the guidelines have none for them.
    Message {
        /// Start the app, and scan.
        Rfa1 = "RFA1",
        /// Cancelled by BankID, often because of another order.
        Rfa3 = "RFA3",
        /// The person has another order.
        Rfa4 = "RFA4",
        /// BankID's own fault.
        Rfa5 = "RFA5",
        /// Cancelled by the person.
        Rfa6 = "RFA6",
        /// The app did not answer in time.
        Rfa8 = "RFA8",
        /// Enter the code.
        Rfa9 = "RFA9",
        /// The app looks for a BankID.
        Rfa14B = "RFA14-B",
        /// The BankID is too old or blocked.
        Rfa16 = "RFA16",
        /// The QR code was not scanned in time.
        Rfa17B = "RFA17-B",
        /// It goes on, by a way that we do not know.
        Rfa21 = "RFA21",
        /// It failed, by a way that we do not know.
        Rfa22 = "RFA22",
        /// Scan the identity document.
        Rfa23 = "RFA23",
        /// Somebody else identified than the one that the meeting is for.
        OtherPerson = "KIT-PERSON",
        /// We, not BankID, are at fault.
        OurFault = "KIT-FAULT",
        /// It went well.
        Done = "KIT-DONE",
    }
}

/// The message of a status and its hint. A hint that we do not know is shown by its status.
pub(super) fn of_hint(status: Status, hint: Option<&str>) -> Message {
    match (status, hint.unwrap_or_default()) {
        (Status::Complete, _) => Message::Done,
        (Status::Pending, "outstandingTransaction" | "noClient") => Message::Rfa1,
        (Status::Pending, "started") => Message::Rfa14B,
        (Status::Pending, "userSign") => Message::Rfa9,
        (Status::Pending, "userMrtd") => Message::Rfa23,
        (Status::Pending, _) => Message::Rfa21,
        (Status::Failed, "expiredTransaction") => Message::Rfa8,
        (Status::Failed, "certificateErr") => Message::Rfa16,
        (Status::Failed, "userCancel") => Message::Rfa6,
        (Status::Failed, "cancelled") => Message::Rfa3,
        (Status::Failed, "startFailed") => Message::Rfa17B,
        (Status::Failed, _) => Message::Rfa22,
    }
}

/// Whether the phone has the order, so that there is nothing to scan any more.
pub(super) fn is_scanned(hint: Option<&str>) -> bool {
    !matches!(hint, None | Some("outstandingTransaction" | "noClient"))
}

/// The message of a call that failed, and whether a new try may come out better. What is our own fault is never shown as BankID's.
pub(super) fn of_error(error: CallError) -> (Message, bool) {
    let (status, code) = match error {
        CallError::Unreachable => return (Message::Rfa5, true),
        CallError::Unreadable => return (Message::OurFault, false),
        CallError::Refused(status, code) => (status, code),
    };
    match code {
        ErrorCode::AlreadyInProgress => (Message::Rfa4, true),
        ErrorCode::RequestTimeout
        | ErrorCode::InternalError
        | ErrorCode::Maintenance
        | ErrorCode::TooManyRequests => (Message::Rfa5, true),
        ErrorCode::InvalidParameters
        | ErrorCode::Unauthorized
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::UnsupportedMediaType => (Message::OurFault, false),
        ErrorCode::Unknown => match status {
            401 | 403 | 404 | 405 | 415 => (Message::OurFault, false),
            408 | 429 | 500.. => (Message::Rfa5, true),
            _ => (Message::Rfa22, true),
        },
    }
}
