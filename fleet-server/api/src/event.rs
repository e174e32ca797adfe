//! What happened on a kit. Never who the patient is, never what was said.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AgentVersion, CommandId, Fault, FaultSource, ReservationId};

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
            | Self::Wiped { reservation, .. } => Some(*reservation),
            Self::AgentStarted { .. }
            | Self::MeetingRated { .. }
            | Self::HelpRequested
            | Self::FaultReported { .. }
            | Self::CommandDone { .. } => None,
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
        }
    }
}

/// How the patient was identified (routine, "Identifiering").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentificationMethod {
    /// The care worker in the room vouches.
    StaffVouches,
    /// The patient's own BankID, by way of 1177.
    BankId,
}

/// Why a meeting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    /// The patient or the care worker chose to end it.
    LeftByRoom,
    /// The host ended it for all.
    EndedByHost,
    /// The host removed the kit.
    Removed,
    /// The network did not come back.
    ConnectionLost,
    /// It could not be joined at all.
    NeverJoined,
}

/// How a meeting felt; three fixed answers, of patients and care workers alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Good.
    Good,
    /// So-so.
    SoSo,
    /// Bad.
    Bad,
}

impl Rating {
    /// All answers, in the order in which people are asked.
    pub const ALL: [Self; 3] = [Self::Good, Self::SoSo, Self::Bad];

    /// The name used on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::SoSo => "so_so",
            Self::Bad => "bad",
        }
    }
}
