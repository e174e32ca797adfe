//! What happened on a kit. Never who the patient is, never what was said.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AgentVersion, AttendeeMethod, AttendeeOrganisation, AttendeeRole, CareWorkerId, CleaningPhase, CommandId,
    EndCause, Fault, FaultSource, GateAnswer, GateName, IdentificationMethod, InvitedRole, Kinship, Rating,
    ReservationId, SkipReason, TextVersion,
};

/// Something that happened on a kit and that the server must learn of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// The kit's clock when it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The closed list of what a kit reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// The agent came up.
    AgentStarted {
        /// Which version.
        agent_version: AgentVersion,
    },
    /// It was established who the patient is; neither name nor number is kept.
    PatientIdentified {
        /// The meeting that it was done for.
        reservation: ReservationId,
        /// How.
        method: IdentificationMethod,
    },
    /// Somebody tapped to join; nothing flows yet.
    JoinTapped {
        /// Which meeting.
        reservation: ReservationId,
    },
    /// Sound and picture flow, for the first time or again.
    MeetingJoined {
        /// Which meeting.
        reservation: ReservationId,
    },
    /// Sound and picture stopped without anybody's wish, and the kit is calling again.
    MeetingInterrupted {
        /// Which meeting.
        reservation: ReservationId,
    },
    /// The meeting is over.
    MeetingEnded {
        /// Which meeting.
        reservation: ReservationId,
        /// Why.
        cause: EndCause,
    },
    /// The wipe after the meeting was checked: the receipt.
    Wiped {
        /// Which meeting.
        reservation: ReservationId,
        /// Whether every check of the wipe passed. A kit where it did not stays locked.
        confirmed: bool,
    },
    /// How the meeting felt to the people in the room. Names no meeting, so that no answer can be led back to anybody.
    MeetingRated {
        /// Their answer.
        rating: Rating,
    },
    /// Somebody in the room asked the help desk for help.
    HelpRequested,
    /// Something is wrong with the kit.
    FaultReported {
        /// What.
        fault: Fault,
        /// Who says so.
        source: FaultSource,
    },
    /// A command was carried out.
    CommandDone {
        /// Which one.
        command: CommandId,
    },
    /// A care worker took the kit for a meeting.
    CheckedOut {
        /// For which meeting.
        reservation: ReservationId,
        /// Who.
        by: CareWorkerId,
        /// How many parts were not there.
        missing: u8,
    },
    /// A care worker gave the kit back; their shift with it is over.
    Returned {
        /// Who.
        by: CareWorkerId,
    },
    /// Every part of the kit was ticked as clean, and this was signed on the kit.
    HygieneSigned {
        /// When it was cleaned, seen from the visit.
        phase: CleaningPhase,
        /// For which meeting; none = the kit stood on its shelf.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reservation: Option<ReservationId>,
        /// Whose shift it was; none = nobody was bound to the kit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<CareWorkerId>,
        /// Which version of the municipality's checklist the kit showed; none = its own built-in steps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checklist: Option<u32>,
    },
    /// The kit was not cleaned; it is not ready until somebody has.
    HygieneSkipped {
        /// Why.
        reason: SkipReason,
        /// After which meeting; none = the kit stood on its shelf.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reservation: Option<ReservationId>,
        /// Whose shift it was; none = nobody was bound to the kit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<CareWorkerId>,
    },
    /// A question that must be answered before the meeting, or again within it, was answered.
    GateAnswered {
        /// Which meeting.
        reservation: ReservationId,
        /// Which question.
        gate: GateName,
        /// The answer.
        answer: GateAnswer,
        /// Which text was read aloud, where one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<TextVersion>,
        /// Which relative it is about, where it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relative: Option<Kinship>,
        /// Who discloses, where each must answer for themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<InvitedRole>,
        /// Who recorded it; none = the patient, on the patient's own screen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<CareWorkerId>,
    },
    /// The patient would rather be met in person: an outcome like any other.
    PreferredInPerson {
        /// Which meeting.
        reservation: ReservationId,
    },
    /// Somebody was in the meeting.
    Attended {
        /// Which meeting.
        reservation: ReservationId,
        /// As what.
        role: AttendeeRole,
        /// For whom.
        organisation: AttendeeOrganisation,
        /// How they were identified.
        method: AttendeeMethod,
        /// Since when.
        #[schema(value_type = String, format = DateTime)]
        from: Timestamp,
        /// Until when.
        #[schema(value_type = String, format = DateTime)]
        to: Timestamp,
    },
    /// Somebody was in the meeting who was not expected.
    UnexpectedParticipant {
        /// Which meeting.
        reservation: ReservationId,
    },
    /// The sound went over to the telephone, or came back.
    SoundByTelephone {
        /// Which meeting.
        reservation: ReservationId,
        /// Whether it is by telephone now.
        on: bool,
    },
    /// It was checked whether the far end hears the room.
    SoundChecked {
        /// Which meeting.
        reservation: ReservationId,
        /// Whether it does.
        heard: bool,
    },
    /// The room was asked to sum up what was decided. What was said is kept nowhere.
    SummaryShown {
        /// Which meeting.
        reservation: ReservationId,
    },
}

impl EventKind {
    /// Whether this is sent even while a meeting has the link to itself.
    #[must_use]
    pub fn cannot_wait(&self) -> bool {
        matches!(self, Self::HelpRequested | Self::FaultReported { .. })
    }

    /// The meeting that it is about, if it is about one.
    #[must_use]
    pub fn reservation(&self) -> Option<ReservationId> {
        match self {
            Self::PatientIdentified { reservation, .. }
            | Self::JoinTapped { reservation }
            | Self::MeetingJoined { reservation }
            | Self::MeetingInterrupted { reservation }
            | Self::MeetingEnded { reservation, .. }
            | Self::Wiped { reservation, .. }
            | Self::CheckedOut { reservation, .. }
            | Self::GateAnswered { reservation, .. }
            | Self::PreferredInPerson { reservation }
            | Self::Attended { reservation, .. }
            | Self::UnexpectedParticipant { reservation }
            | Self::SoundByTelephone { reservation, .. }
            | Self::SoundChecked { reservation, .. }
            | Self::SummaryShown { reservation } => Some(*reservation),
            Self::HygieneSigned { reservation, .. } | Self::HygieneSkipped { reservation, .. } => {
                *reservation
            }
            Self::AgentStarted { .. }
            | Self::MeetingRated { .. }
            | Self::HelpRequested
            | Self::FaultReported { .. }
            | Self::CommandDone { .. }
            | Self::Returned { .. } => None,
        }
    }

    /// The name used on the wire and in the database.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AgentStarted { .. } => "agent_started",
            Self::PatientIdentified { .. } => "patient_identified",
            Self::JoinTapped { .. } => "join_tapped",
            Self::MeetingJoined { .. } => "meeting_joined",
            Self::MeetingInterrupted { .. } => "meeting_interrupted",
            Self::MeetingEnded { .. } => "meeting_ended",
            Self::Wiped { .. } => "wiped",
            Self::MeetingRated { .. } => "meeting_rated",
            Self::HelpRequested => "help_requested",
            Self::FaultReported { .. } => "fault_reported",
            Self::CommandDone { .. } => "command_done",
            Self::CheckedOut { .. } => "checked_out",
            Self::Returned { .. } => "returned",
            Self::HygieneSigned { .. } => "hygiene_signed",
            Self::HygieneSkipped { .. } => "hygiene_skipped",
            Self::GateAnswered { .. } => "gate_answered",
            Self::PreferredInPerson { .. } => "preferred_in_person",
            Self::Attended { .. } => "attended",
            Self::UnexpectedParticipant { .. } => "unexpected_participant",
            Self::SoundByTelephone { .. } => "sound_by_telephone",
            Self::SoundChecked { .. } => "sound_checked",
            Self::SummaryShown { .. } => "summary_shown",
        }
    }
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
