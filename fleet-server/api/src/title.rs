//! What may be said about a meeting outside the meeting.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The neutral title of a booked meeting: a closed list, so that no free text can reach a patient's hall table.
///
/// The words themselves are in the translations of the kit's screens; see the routine's approved wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeutralTitle {
    /// A care planning meeting ("SIP-möte").
    CarePlanMeeting,
    /// A visit by care staff ("vårdbesök").
    CareVisit,
}

impl NeutralTitle {
    /// Every title, in the order in which a person is offered them.
    pub const ALL: [Self; 2] = [Self::CarePlanMeeting, Self::CareVisit];

    /// The name used on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CarePlanMeeting => "care_plan_meeting",
            Self::CareVisit => "care_visit",
        }
    }
}
