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
