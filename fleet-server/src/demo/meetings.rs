//! Who was in the demo's meetings and what was answered before them, as kits report it: roles and kinships, never a name.

use fleet_api::{
    AttendeeMethod, AttendeeOrganisation, AttendeeRole, CareWorkerId, Event, EventKind, GateAnswer, GateName,
    IdentificationMethod, InvitedRole, Kinship, ReservationId, TextVersion,
};
use jiff::{SignedDuration, Timestamp};

use super::{dice::Dice, identification::Ways};
use crate::domain::identity::expected::Expected;

/// A meeting, as far as its kit knows it.
#[derive(Debug)]
pub(super) struct Meeting {
    pub(super) reservation: ReservationId,
    pub(super) starts_at: Timestamp,
    /// Who has the kit along.
    pub(super) worker: CareWorkerId,
    pub(super) expected: Expected,
    /// How the patient identifies.
    pub(super) method: IdentificationMethod,
    /// What is read aloud.
    pub(super) text: Option<TextVersion>,
}

impl Meeting {
    /// An event so many seconds after the planned start.
    pub(super) fn event(&self, second: i64, kind: EventKind) -> Event {
        Event {
            at: self.starts_at + SignedDuration::from_secs(second),
            kind,
        }
    }
}

/// Who is expected: a doctor or a nurse, often the care coordinator, now and then relatives.
pub(super) fn expected(dice: &mut Dice) -> Expected {
    let mut invited = vec![*dice.pick(&[InvitedRole::Doctor, InvitedRole::Nurse])];
    if dice.percent(70) {
        invited.push(InvitedRole::CareCoordinator);
    }
    let mut relatives = Vec::new();
    if dice.percent(45) {
        relatives.push(*dice.pick(&[Kinship::Daughter, Kinship::Son, Kinship::Partner]));
        if dice.percent(20) {
            relatives.push(Kinship::Sibling);
        }
    }
    Expected {
        relatives,
        invited,
        ..Expected::default()
    }
}

/// How the patient identifies, where the municipality lets them.
pub(super) fn method(ways: &Ways, dice: &mut Dice) -> IdentificationMethod {
    match dice.below(10) {
        0..2 if ways.settings.portal.is_some() => IdentificationMethod::BankId,
        2 if ways.settings.bank_id => IdentificationMethod::BankIdRegion,
        3..6 => IdentificationMethod::KnownFromBefore,
        _ => IdentificationMethod::StaffVouches,
    }
}

/// What is answered before the tap, which comes at that second.
pub(super) fn answers(meeting: &Meeting, tap: i64, dice: &mut Dice) -> Vec<Event> {
    let Meeting {
        reservation, worker, ..
    } = *meeting;
    let answered = |gate, answer, text, relative| EventKind::GateAnswered {
        reservation,
        gate,
        answer,
        text,
        relative,
        party: None,
        by: Some(worker),
    };
    let sharing = match dice.below(40) {
        0 => GateAnswer::Refused,
        1..3 => GateAnswer::Assessed,
        _ => GateAnswer::Consent,
    };
    let mut kinds = vec![
        EventKind::PatientIdentified {
            reservation,
            method: meeting.method,
        },
        answered(GateName::Identity, identity(meeting.method), None, None),
        answered(GateName::Sharing, sharing, meeting.text, None),
    ];
    for kinship in &meeting.expected.relatives {
        kinds.push(answered(
            GateName::Relative,
            GateAnswer::Welcome,
            None,
            Some(*kinship),
        ));
    }
    kinds.push(answered(GateName::Privacy, GateAnswer::NobodyElse, None, None));
    kinds.push(answered(GateName::RoomSeen, GateAnswer::Seen, None, None));
    let mut second = tap - 240;
    let mut events = Vec::new();
    for kind in kinds {
        events.push(meeting.event(second, kind));
        second += 20;
    }
    events
}

/// Who was there from one second to another, told when the meeting was over. Others than those in the room may come late.
pub(super) fn people(meeting: &Meeting, (joined, end): (i64, i64), dice: &mut Dice) -> Vec<Event> {
    let mut events = Vec::new();
    let mut told = |role, organisation, method, from: i64| {
        let second = |second| meeting.starts_at + SignedDuration::from_secs(second);
        let kind = EventKind::Attended {
            reservation: meeting.reservation,
            role,
            organisation,
            method,
            from: second(from),
            to: second(end),
        };
        events.push(meeting.event(end, kind));
    };
    let (region, municipality) = (AttendeeOrganisation::Region, AttendeeOrganisation::Municipality);
    told(
        AttendeeRole::Patient,
        AttendeeOrganisation::None,
        patient(meeting.method),
        joined,
    );
    told(
        AttendeeRole::CareWorker,
        municipality,
        AttendeeMethod::ShiftLogin,
        joined,
    );
    for _ in &meeting.expected.relatives {
        let vouched = AttendeeMethod::VouchedByPatient;
        told(
            AttendeeRole::Relative,
            AttendeeOrganisation::None,
            vouched,
            joined,
        );
    }
    for role in &meeting.expected.invited {
        let (role, organisation) = match role {
            InvitedRole::Doctor => (AttendeeRole::Doctor, region),
            InvitedRole::Nurse => (AttendeeRole::Nurse, region),
            _ => (AttendeeRole::CareCoordinator, municipality),
        };
        let method = *dice.pick(&[AttendeeMethod::MeetingLogin, AttendeeMethod::AdmittedByHost]);
        let from = joined + i64::try_from(dice.below(180)).expect("three minutes");
        told(role, organisation, method, from);
    }
    events
}

fn identity(method: IdentificationMethod) -> GateAnswer {
    match method {
        IdentificationMethod::StaffVouches => GateAnswer::StaffInRoom,
        IdentificationMethod::KnownFromBefore => GateAnswer::KnownFromBefore,
        _ => GateAnswer::BankId,
    }
}

fn patient(method: IdentificationMethod) -> AttendeeMethod {
    match method {
        IdentificationMethod::StaffVouches => AttendeeMethod::StaffInRoom,
        IdentificationMethod::KnownFromBefore => AttendeeMethod::KnownFromBefore,
        IdentificationMethod::BankId => AttendeeMethod::BankIdPortal,
        IdentificationMethod::BankIdRegion => AttendeeMethod::BankIdRegion,
        IdentificationMethod::Freja => AttendeeMethod::FrejaPortal,
        IdentificationMethod::OtherEId => AttendeeMethod::OtherEIdPortal,
        IdentificationMethod::MeetingLogin => AttendeeMethod::MeetingLogin,
    }
}
