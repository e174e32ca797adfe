//! What a kit should be: the answer of every sync, complete each time, so that a kit needs no history.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AgentVersion, CleaningChecklist, CommandId, ConfigurationVersion, ConsentText, Identification,
    MeetingHost, OpeningHours, PhoneNumber, Reservation, StaffOnShift,
    limits::{MEETING_HOSTS, at_most},
};

/// The state that the server wants a kit to be in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DesiredState {
    /// Raised by one whenever the tenant's settings change.
    pub configuration_version: ConfigurationVersion,
    /// The meetings that this kit shall be able to join, earliest first.
    #[schema(max_items = 50)]
    pub reservations: Vec<Reservation>,
    /// Whom the kit's "Hjälp" calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help_desk: Option<HelpDesk>,
    /// The agent's version that this kit should run; none = stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_target: Option<AgentVersion>,
    /// What to do once, oldest first. A command stays here until the kit has reported it done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub commands: Vec<Command>,
    /// The ways to identify that the tenant allows.
    #[serde(default)]
    pub identification: Identification,
    /// The consent text that the municipality has adopted; none = it has adopted none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentText>,
    /// The checklist by which the municipality has kits cleaned; none = it has adopted none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<CleaningChecklist>,
    /// Where meetings may be held, beside what the kit's own settings allow.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "at_most::<MEETING_HOSTS, _, _>"
    )]
    #[schema(max_items = 50)]
    pub meeting_hosts: Vec<MeetingHost>,
    /// To whom the server has the kit bound now. Somebody else than the kit thinks, or nobody: the shift on the kit is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_shift: Option<StaffOnShift>,
}

/// The municipality's or the region's help desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpDesk {
    /// The number to call.
    pub number: PhoneNumber,
    /// When it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<OpeningHours>,
}

/// Something to do once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Command {
    /// Repeated in [`crate::EventKind::CommandDone`].
    pub id: CommandId,
    /// What to do.
    pub kind: CommandKind,
}

/// What a kit can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// Check camera, sound, network and battery.
    RunSelfTest,
    /// Start the agent anew, outside meetings.
    RestartAgent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_server_says_nothing_of_identification() {
        let wire = r#"{"configuration_version":0,"reservations":[]}"#;
        assert_eq!(
            serde_json::from_str::<DesiredState>(wire).unwrap(),
            DesiredState::default()
        );
    }
}
