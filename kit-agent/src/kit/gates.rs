//! Answers to the gates and who was in the meeting, as the server gets them. Pure.

use fleet_api::{
    AttendeeMethod, AttendeeOrganisation, AttendeeRole, CareWorkerId, EventKind, GateAnswer, GateName,
    IdentificationMethod, ReservationId,
};
use jiff::Timestamp;

use crate::visit::gates::{
    About, Answer, Assessment, Discloser, Gate, Method, Mixed, Privacy, RelativeAnswer, Sharing,
};
use crate::visit::reservation::{EId, InvitedRole, Kinship, TextVersion};
use crate::visit::seat::{Known, PersonRole};

/// One answer, under the text version that was in force.
pub(super) fn answered(
    reservation: ReservationId,
    answer: Answer,
    version: TextVersion,
    about: Option<About>,
    by: Option<CareWorkerId>,
) -> Vec<EventKind> {
    let mut events = Vec::new();
    if let Answer::Identity(method) = answer {
        events.push(EventKind::PatientIdentified {
            reservation,
            method: identified(method),
        });
    }
    let text = matches!(answer, Answer::Sharing(_)).then_some(fleet_api::TextVersion {
        number: version.number,
        year: version.year,
    });
    events.push(EventKind::GateAnswered {
        reservation,
        gate: name(answer.gate()),
        answer: given(answer),
        text,
        relative: match about {
            Some(About::Relative(kinship)) => Some(wire_kinship(kinship)),
            _ => None,
        },
        party: match about {
            Some(About::Discloser(Discloser::Invited(role))) => Some(wire_role(role)),
            _ => None,
        },
        by,
    });
    events
}

/// An answer was taken back.
pub(super) fn undone(reservation: ReservationId, gate: Gate, by: Option<CareWorkerId>) -> EventKind {
    EventKind::GateAnswered {
        reservation,
        gate: name(gate),
        answer: GateAnswer::Undone,
        text: None,
        relative: None,
        party: None,
        by,
    }
}

/// Somebody was in the meeting, from then to then.
pub(super) fn attended(
    reservation: ReservationId,
    role: PersonRole,
    known: Known,
    (from, to): (Timestamp, Timestamp),
) -> EventKind {
    let (role, organisation) = attendee(role);
    EventKind::Attended {
        reservation,
        role,
        organisation,
        method: method(known),
        from,
        // A clock that was set back in the meeting makes nobody leave before they came.
        to: to.max(from),
    }
}

fn identified(method: Method) -> IdentificationMethod {
    match method {
        Method::StaffInRoom => IdentificationMethod::StaffVouches,
        Method::KnownFromBefore => IdentificationMethod::KnownFromBefore,
        Method::Portal(EId::BankId) => IdentificationMethod::BankId,
        Method::Portal(EId::Freja) => IdentificationMethod::Freja,
        Method::Portal(EId::Other) => IdentificationMethod::OtherEId,
        Method::BankIdRegion => IdentificationMethod::BankIdRegion,
    }
}

fn name(gate: Gate) -> GateName {
    match gate {
        Gate::Identity => GateName::Identity,
        Gate::Sharing | Gate::Secrecy(_) => GateName::Sharing,
        Gate::LegalMode => GateName::LegalMode,
        Gate::Relative(_) => GateName::Relative,
        Gate::Privacy => GateName::Privacy,
        Gate::RoomSeen => GateName::RoomSeen,
    }
}

fn given(answer: Answer) -> GateAnswer {
    match answer {
        Answer::Identity(Method::StaffInRoom) => GateAnswer::StaffInRoom,
        Answer::Identity(Method::KnownFromBefore) => GateAnswer::KnownFromBefore,
        Answer::Identity(Method::Portal(EId::BankId) | Method::BankIdRegion) => GateAnswer::BankId,
        Answer::Identity(Method::Portal(EId::Freja)) => GateAnswer::Freja,
        Answer::Identity(Method::Portal(EId::Other)) => GateAnswer::OtherEId,
        Answer::Sharing(Sharing::Consent) => GateAnswer::Consent,
        Answer::Sharing(Sharing::Refused) => GateAnswer::Refused,
        Answer::Sharing(Sharing::CannotConsent) | Answer::Secrecy(_, Assessment::NotYet) => {
            GateAnswer::AssessmentMissing
        }
        Answer::Secrecy(_, Assessment::Made) => GateAnswer::Assessed,
        Answer::LegalMode(Mixed::SharingOff) => GateAnswer::MixedSharingOff,
        Answer::LegalMode(Mixed::SharingLifted) => GateAnswer::MixedSharingLifted,
        Answer::Relative(_, RelativeAnswer::Welcome) => GateAnswer::Welcome,
        Answer::Relative(_, RelativeAnswer::NotWelcome) => GateAnswer::NotWelcome,
        Answer::Relative(_, RelativeAnswer::Withdrawn) => GateAnswer::Withdrawn,
        Answer::Privacy(Privacy::NobodyElse) => GateAnswer::NobodyElse,
        Answer::Privacy(Privacy::SoundByTelephone) => GateAnswer::InDoubt,
        Answer::RoomSeen => GateAnswer::Seen,
    }
}

/// Role and organisation: which organisation an invited role belongs to is known only where the role says so.
fn attendee(role: PersonRole) -> (AttendeeRole, AttendeeOrganisation) {
    use AttendeeOrganisation as Of;
    match role {
        PersonRole::Patient => (AttendeeRole::Patient, Of::None),
        PersonRole::CareWorker => (AttendeeRole::CareWorker, Of::Municipality),
        PersonRole::Kin(_) => (AttendeeRole::Relative, Of::None),
        PersonRole::RoomTelephone | PersonRole::Unknown => (AttendeeRole::Unknown, Of::Unknown),
        PersonRole::Invited(invited) => match invited {
            InvitedRole::Doctor => (AttendeeRole::Doctor, Of::Region),
            InvitedRole::Nurse => (AttendeeRole::Nurse, Of::Unknown),
            InvitedRole::CareCoordinator => (AttendeeRole::CareCoordinator, Of::Unknown),
            InvitedRole::Municipality => (AttendeeRole::CareWorker, Of::Municipality),
            InvitedRole::SocialServices => (AttendeeRole::SocialServices, Of::Municipality),
            InvitedRole::School => (AttendeeRole::School, Of::Other),
            InvitedRole::Relative => (AttendeeRole::Relative, Of::None),
            InvitedRole::Interpreter => (AttendeeRole::Interpreter, Of::Other),
            InvitedRole::Other => (AttendeeRole::Other, Of::Unknown),
        },
    }
}

fn wire_kinship(kinship: Kinship) -> fleet_api::Kinship {
    match kinship {
        Kinship::Daughter => fleet_api::Kinship::Daughter,
        Kinship::Son => fleet_api::Kinship::Son,
        Kinship::Partner => fleet_api::Kinship::Partner,
        Kinship::Sibling => fleet_api::Kinship::Sibling,
        Kinship::Other => fleet_api::Kinship::Other,
    }
}

fn wire_role(role: InvitedRole) -> fleet_api::InvitedRole {
    match role {
        InvitedRole::Doctor => fleet_api::InvitedRole::Doctor,
        InvitedRole::Nurse => fleet_api::InvitedRole::Nurse,
        InvitedRole::CareCoordinator => fleet_api::InvitedRole::CareCoordinator,
        InvitedRole::Municipality => fleet_api::InvitedRole::Municipality,
        InvitedRole::SocialServices => fleet_api::InvitedRole::SocialServices,
        InvitedRole::School => fleet_api::InvitedRole::School,
        InvitedRole::Relative => fleet_api::InvitedRole::Relative,
        InvitedRole::Interpreter => fleet_api::InvitedRole::Interpreter,
        InvitedRole::Other => fleet_api::InvitedRole::Other,
    }
}

fn method(known: Known) -> AttendeeMethod {
    match known {
        Known::StaffInRoom => AttendeeMethod::StaffInRoom,
        Known::FromBefore => AttendeeMethod::KnownFromBefore,
        Known::Portal(EId::BankId) => AttendeeMethod::BankIdPortal,
        Known::Portal(EId::Freja) => AttendeeMethod::FrejaPortal,
        Known::Portal(EId::Other) => AttendeeMethod::OtherEIdPortal,
        Known::BankIdRegion => AttendeeMethod::BankIdRegion,
        Known::ByPatient => AttendeeMethod::VouchedByPatient,
        Known::AdmittedByHost => AttendeeMethod::AdmittedByHost,
        Known::ShiftLogin => AttendeeMethod::ShiftLogin,
        Known::No => AttendeeMethod::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: TextVersion = TextVersion {
        number: 3,
        year: 2026,
    };

    fn told(answer: Answer, about: Option<About>) -> Vec<EventKind> {
        answered(ReservationId(uuid::Uuid::nil()), answer, VERSION, about, None)
    }

    #[test]
    fn a_consent_is_told_with_the_version_of_its_text_and_nothing_else_is() {
        let [EventKind::GateAnswered { text, answer, .. }] =
            &told(Answer::Sharing(Sharing::Consent), None)[..]
        else {
            panic!();
        };
        assert_eq!(
            (text.map(|text| text.number), *answer),
            (Some(3), GateAnswer::Consent)
        );
        let [EventKind::GateAnswered { text, .. }] = &told(Answer::RoomSeen, None)[..] else {
            panic!();
        };
        assert_eq!(*text, None);
    }

    #[test]
    fn nobody_leaves_before_they_came_though_the_clock_was_set_back() {
        let later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(60);
        let times = (later, Timestamp::UNIX_EPOCH);
        let reservation = ReservationId(uuid::Uuid::nil());
        let EventKind::Attended { from, to, .. } =
            attended(reservation, PersonRole::Patient, Known::StaffInRoom, times)
        else {
            panic!();
        };
        assert_eq!((from, to), (later, later));
    }

    #[test]
    fn who_was_asked_about_is_told_by_kinship_or_role() {
        let welcome = Answer::Relative(0, RelativeAnswer::Welcome);
        let about = Some(About::Relative(Kinship::Daughter));
        let [EventKind::GateAnswered { relative, .. }] = &told(welcome, about)[..] else {
            panic!();
        };
        assert_eq!(*relative, Some(fleet_api::Kinship::Daughter));
        let assessed = Answer::Secrecy(0, Assessment::Made);
        let about = Some(About::Discloser(Discloser::Invited(InvitedRole::School)));
        let [EventKind::GateAnswered { party, gate, .. }] = &told(assessed, about)[..] else {
            panic!();
        };
        assert_eq!(
            (*party, *gate),
            (Some(fleet_api::InvitedRole::School), GateName::Sharing)
        );
    }

    #[test]
    fn how_the_patient_was_identified_is_told_by_itself_too() {
        let events = told(Answer::Identity(Method::BankIdRegion), None);
        let first = EventKind::PatientIdentified {
            reservation: ReservationId(uuid::Uuid::nil()),
            method: IdentificationMethod::BankIdRegion,
        };
        assert_eq!(events.first(), Some(&first));
        assert_eq!(events.len(), 2);
    }
}
