//! From what the server wants to the visit's reservation. Pure.

use fleet_api::NeutralTitle;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::fleet::DesiredState;
use crate::visit::Reservation;
use crate::visit::reservation::{ReservationId, Telephone, TextVersion, Title};

/// The version of the consent text that staff read aloud, until municipalities adopt their own.
const TEXT: TextVersion = TextVersion {
    number: 1,
    year: 2026,
};

/// The help desk's number, as it is shown.
pub(super) fn help_desk(desired: &DesiredState) -> Option<String> {
    let desk = desired.help_desk.as_ref()?;
    Some(desk.number.as_str().to_owned())
}

/// The meeting that is under way or comes next.
pub(super) fn next(desired: &DesiredState, now: Timestamp) -> Option<Reservation> {
    let open = desired.reservations.iter().filter(|booked| booked.ends_at > now);
    let booked = open.min_by_key(|booked| booked.starts_at)?;
    Some(Reservation {
        id: ReservationId(booked.id.to_string()),
        starts_at: booked.starts_at,
        title: match booked.title {
            NeutralTitle::CarePlanMeeting => Title::CarePlanMeeting,
            NeutralTitle::CareVisit => Title::CareVisit,
        },
        link: SecretString::from(booked.link.expose().to_owned()),
        pin: None,
        telephone: help_desk(desired).map(|number| Telephone { number, code: None }),
        relatives: Vec::new(),
        text_version: TEXT,
    })
}
