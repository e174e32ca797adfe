//! From what the server wants to the visit's reservation and to how the kit is cleaned. Pure.

use fleet_api::{self as wire, NeutralTitle};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::fleet::DesiredState;
use crate::visit::Reservation;
use crate::visit::cleaning::{Checklist, HowTo};
use crate::visit::readiness::Part;
use crate::visit::reservation::{
    AdoptedText, BankIdWay, InvitedRole, Kinship, LegalMode, ReservationId, Telephone, TextVersion, Title,
    Ways,
};

/// The version of the built-in consent text, read aloud where the municipality has not adopted its own.
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
    let text = desired.consent.as_ref();
    Some(Reservation {
        id: ReservationId(booked.id.to_string()),
        starts_at: booked.starts_at,
        title: match booked.title {
            NeutralTitle::CarePlanMeeting => Title::CarePlanMeeting,
            NeutralTitle::CareVisit => Title::CareVisit,
        },
        link: SecretString::from(booked.link.expose().to_owned()),
        pin: None,
        telephone: telephone(desired, booked),
        relatives: booked.relatives.iter().copied().map(kinship).collect(),
        legal_mode: match booked.legal_mode {
            wire::LegalMode::CareProvidersOnly => LegalMode::CareProvidersOnly,
            wire::LegalMode::Mixed => LegalMode::Mixed,
        },
        invited: booked.invited.iter().copied().map(invited).collect(),
        host_pin: booked
            .host_pin
            .as_ref()
            .map(|pin| SecretString::from(pin.expose().to_owned())),
        text_version: text.map_or(TEXT, |text| TextVersion {
            number: text.version.number,
            year: text.version.year,
        }),
        text: text.map(|text| AdoptedText {
            swedish: text.swedish.as_str().to_owned(),
            english: text.english.as_str().to_owned(),
        }),
        ways: ways(&desired.identification),
    })
}

/// The municipality's checklist, by the parts that the kit's screen names.
pub(super) fn checklist(adopted: &wire::CleaningChecklist) -> Checklist {
    let step = |step: &wire::CleaningStep| {
        let how_to = HowTo {
            text: step.text.as_str().to_owned(),
            minutes: step.minutes,
        };
        let parts: &[Part] = match step.part {
            wire::CleanedPart::Surface => &[Part::Tablet, Part::Stand],
            wire::CleanedPart::Speakerphone => &[Part::Speakerphone],
            wire::CleanedPart::Cable => &[Part::ExtensionCable],
            wire::CleanedPart::Rucksack => &[Part::Rucksack],
        };
        parts.iter().map(move |part| (*part, how_to.clone()))
    };
    Checklist {
        version: adopted.version,
        steps: adopted.steps.iter().flat_map(step).collect(),
    }
}

/// The meeting's own number; where it has none, the help desk's leads to somebody who can help.
fn telephone(desired: &DesiredState, booked: &wire::Reservation) -> Option<Telephone> {
    let own = booked.telephone.as_ref().map(|telephone| Telephone {
        number: telephone.number.as_str().to_owned(),
        code: telephone.code.as_ref().map(|code| grouped(code.expose())),
    });
    own.or_else(|| help_desk(desired).map(|number| Telephone { number, code: None }))
}

/// "482 917": three and three, as one reads it aloud.
fn grouped(code: &str) -> String {
    let figures: Vec<_> = code.chars().collect();
    let groups = figures.chunks(3).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

fn ways(allowed: &wire::Identification) -> Ways {
    // The region's own login needs no browser, so it goes first.
    let portal = || {
        let portal = allowed.portal.as_ref()?;
        Some(BankIdWay::Portal {
            logins: portal.logins.into(),
        })
    };
    Ways {
        staff: allowed.staff,
        bank_id: allowed.bank_id.then_some(BankIdWay::Region).or_else(portal),
        staff_login: allowed.staff_login,
    }
}

fn kinship(kinship: wire::Kinship) -> Kinship {
    match kinship {
        wire::Kinship::Daughter => Kinship::Daughter,
        wire::Kinship::Son => Kinship::Son,
        wire::Kinship::Partner => Kinship::Partner,
        wire::Kinship::Sibling => Kinship::Sibling,
        wire::Kinship::Other => Kinship::Other,
    }
}

fn invited(role: wire::InvitedRole) -> InvitedRole {
    match role {
        wire::InvitedRole::Doctor => InvitedRole::Doctor,
        wire::InvitedRole::Nurse => InvitedRole::Nurse,
        wire::InvitedRole::CareCoordinator => InvitedRole::CareCoordinator,
        wire::InvitedRole::Municipality => InvitedRole::Municipality,
        wire::InvitedRole::SocialServices => InvitedRole::SocialServices,
        wire::InvitedRole::School => InvitedRole::School,
        wire::InvitedRole::Relative => InvitedRole::Relative,
        wire::InvitedRole::Interpreter => InvitedRole::Interpreter,
        wire::InvitedRole::Other => InvitedRole::Other,
    }
}
