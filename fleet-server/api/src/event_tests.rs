use super::*;

#[test]
fn each_new_kind_reads_the_same_on_both_sides_under_its_name() {
    let (reservation, by) = (ReservationId(uuid::Uuid::nil()), CareWorkerId(uuid::Uuid::nil()));
    let at = Timestamp::UNIX_EPOCH;
    let kinds = [
        EventKind::CheckedOut {
            reservation,
            by,
            missing: 1,
        },
        EventKind::Returned { by },
        EventKind::HygieneSigned {
            phase: CleaningPhase::After,
            reservation: Some(reservation),
            by: Some(by),
            checklist: Some(2),
        },
        EventKind::HygieneSkipped {
            reason: SkipReason::NothingToCleanWith,
            reservation: None,
            by: None,
        },
        EventKind::GateAnswered {
            reservation,
            gate: GateName::Relative,
            answer: GateAnswer::Welcome,
            text: Some(TextVersion {
                number: 2,
                year: 2026,
            }),
            relative: Some(Kinship::Daughter),
            party: None,
            by: Some(by),
        },
        EventKind::PreferredInPerson { reservation },
        EventKind::Attended {
            reservation,
            role: AttendeeRole::Doctor,
            organisation: AttendeeOrganisation::Region,
            method: AttendeeMethod::MeetingLogin,
            from: at,
            to: at,
        },
        EventKind::UnexpectedParticipant { reservation },
        EventKind::SoundByTelephone {
            reservation,
            on: true,
        },
        EventKind::SoundChecked {
            reservation,
            heard: false,
        },
        EventKind::SummaryShown { reservation },
    ];
    for kind in kinds {
        assert!(!kind.cannot_wait());
        let event = Event { at, kind };
        let wire = serde_json::to_value(&event).unwrap();
        assert_eq!(wire["kind"], event.kind.name());
        assert_eq!(serde_json::from_value::<Event>(wire).unwrap(), event);
    }
}

/// Kits in the field send these words; a server that reads them otherwise would never take their spool in again.
#[test]
fn a_signature_stands_on_the_wire_as_kits_send_it() {
    let told = |wire: &str| serde_json::from_str::<Event>(wire).unwrap().kind;
    assert_eq!(
        told(r#"{"at":"1970-01-01T00:00:00Z","kind":"hygiene_signed","phase":"before","checklist":3}"#),
        EventKind::HygieneSigned {
            phase: CleaningPhase::Before,
            reservation: None,
            by: None,
            checklist: Some(3),
        }
    );
    let reasons = ["nothing_to_clean_with", "no_time", "somebody_else", "broken"];
    for (name, reason) in reasons.into_iter().zip(SkipReason::ALL) {
        let wire = format!(r#"{{"at":"1970-01-01T00:00:00Z","kind":"hygiene_skipped","reason":"{name}"}}"#);
        let skipped = EventKind::HygieneSkipped {
            reason: *reason,
            reservation: None,
            by: None,
        };
        assert_eq!(told(&wire), skipped);
    }
}
