//! The care worker's login for a kit: the kit shows a code, the care worker's own phone completes the login (OAuth 2.0
//! device authorization grant, RFC 8628). The kit learns a pseudonym and until when it holds, nothing else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CareWorkerId, StaffLoginId, UserCode, WebAddress, closed_list};

/// A login has begun.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffLoginStarted {
    /// Asked for with it.
    pub id: StaffLoginId,
    /// Where the phone completes it, the user code included: what the QR code holds.
    pub verification_uri: WebAddress,
    /// Shown beside the QR code, so that the phone's page can be compared with it.
    pub user_code: UserCode,
    /// How long it can be completed.
    pub expires_in_s: u32,
    /// How often the kit asks whether it is done.
    pub poll_every_s: u32,
}

impl std::fmt::Debug for StaffLoginStarted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address holds the user code.
        f.debug_struct("StaffLoginStarted")
            .field("id", &self.id)
            .field("expires_in_s", &self.expires_in_s)
            .field("poll_every_s", &self.poll_every_s)
            .finish_non_exhaustive()
    }
}

/// How a login stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StaffLoginAnswer {
    /// Not completed yet.
    Pending,
    /// The kit is bound to the care worker.
    Done {
        /// To whom.
        staff: StaffOnShift,
    },
    /// It will not be completed any more.
    Ended {
        /// Why.
        why: StaffLoginEnd,
    },
}

/// Whom a kit is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOnShift {
    /// Leads to a person only in the server.
    pub pseudonym: CareWorkerId,
    /// When the shift ends, unless the kit is returned before.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

closed_list! {
    /// Why a login ended without a care worker.
    StaffLoginEnd {
        /// The person said no on the phone, or the kit cancelled.
        Declined = "declined",
        /// Nobody completed it in time.
        Expired = "expired",
        /// Whoever logged in is no care worker of this kit's municipality.
        NotAllowed = "not_allowed",
        /// The login provider does not answer.
        Unreachable = "unreachable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_reads_the_same_on_both_sides() {
        let staff = StaffOnShift {
            pseudonym: CareWorkerId(uuid::Uuid::nil()),
            until: Timestamp::UNIX_EPOCH,
        };
        let cases = [
            (StaffLoginAnswer::Pending, r#"{"state":"pending"}"#),
            (
                StaffLoginAnswer::Done { staff },
                r#"{"state":"done","staff":{"pseudonym":"00000000-0000-0000-0000-000000000000","until":"1970-01-01T00:00:00Z"}}"#,
            ),
            (
                StaffLoginAnswer::Ended {
                    why: StaffLoginEnd::NotAllowed,
                },
                r#"{"state":"ended","why":"not_allowed"}"#,
            ),
        ];
        for (answer, wire) in cases {
            assert_eq!(serde_json::to_string(&answer).unwrap(), wire);
            assert_eq!(serde_json::from_str::<StaffLoginAnswer>(wire).unwrap(), answer);
        }
    }

    #[test]
    fn a_started_login_does_not_print_its_code() {
        let started = StaffLoginStarted {
            id: StaffLoginId::generate(),
            verification_uri: "https://login.example/device?user_code=WDJB-MJHT"
                .parse()
                .unwrap(),
            user_code: UserCode::parse("WDJB-MJHT").unwrap(),
            expires_in_s: 600,
            poll_every_s: 5,
        };
        assert!(!format!("{started:?}").contains("WDJB"), "{started:?}");
        let wire = serde_json::to_string(&started).unwrap();
        assert_eq!(serde_json::from_str::<StaffLoginStarted>(&wire).unwrap(), started);
    }
}
