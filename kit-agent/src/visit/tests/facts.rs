//! Made-up facts: a meeting that is booked, a kit that is well, and whoever is there.

use jiff::Timestamp;

use crate::meeting::browser::ProofTarget;
use crate::meeting::{Attendee, AttendeeId, DisplayName, LoginPage, Means, Place, Standing};
use crate::visit::event::{Role, Staff};
use crate::visit::readiness::{KitFacts, Passed};
use crate::visit::reservation::{
    BankIdWay, InvitedRole, Kinship, LegalMode, Reservation, ReservationId, Telephone, TextVersion, Title,
    Ways,
};

/// The meeting's time in all tests.
pub(crate) fn ten_o_clock() -> Timestamp {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

pub(crate) fn reservation(id: u8) -> Reservation {
    Reservation {
        id: ReservationId(format!("r{id}")),
        starts_at: ten_o_clock(),
        title: Title::CarePlanMeeting,
        link: "https://meet.example.org/webapp3/m/sip".into(),
        pin: None,
        telephone: Some(Telephone {
            number: "060-12 34 56".into(),
            code: Some("482 917".into()),
        }),
        relatives: vec![Kinship::Daughter],
        legal_mode: LegalMode::Mixed,
        invited: vec![InvitedRole::Doctor, InvitedRole::SocialServices],
        host_pin: None,
        text_version: TextVersion {
            number: 3,
            year: 2026,
        },
        text: None,
        ways: ways(id),
    }
}

/// What the region allows differs from meeting to meeting here, so that every way is walked.
fn ways(id: u8) -> Ways {
    match id {
        2 => Ways {
            bank_id: Some(BankIdWay::Region),
            staff_login: true,
            ..Ways::default()
        },
        3 => Ways {
            staff: false,
            bank_id: Some(BankIdWay::Portal { logins: 2 }),
            staff_login: true,
        },
        _ => Ways::default(),
    }
}

pub(crate) fn good_facts() -> KitFacts {
    KitFacts {
        self_test: Passed::Yes,
        battery_percent: 92,
        network: Passed::Yes,
    }
}

pub(crate) fn staff() -> Staff {
    Staff {
        pseudonym: "s-1".into(),
        role: Role::CareWorker,
    }
}

pub(crate) fn login_page() -> LoginPage {
    let node = url::Url::parse("https://meet.example.org/").unwrap();
    LoginPage::new("https://idp.example.org/".into(), ProofTarget::new(&node))
}

pub(crate) fn attendee(id: &str, is_me: bool) -> Attendee {
    Attendee {
        id: AttendeeId(id.into()),
        name: DisplayName::new(
            if id == "doctor" {
                "Läkare"
            } else {
                "Anna Andersson"
            }
            .into(),
        ),
        is_me,
        place: Place::InMeeting,
        by: Means::Video,
        standing: Standing::Guest,
    }
}

pub(crate) fn host(id: &str, is_me: bool) -> Attendee {
    Attendee {
        standing: Standing::Host,
        ..attendee(id, is_me)
    }
}
