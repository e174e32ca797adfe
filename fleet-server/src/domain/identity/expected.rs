//! Who is expected in a booked meeting, by role and kinship, and what lets its kit in: a telephone number, a host's PIN.
//!
//! No names. What opens the meeting is sealed with its link and erased with it; the patient's number only ever leaves a hash.

use fleet_api::{
    HostPin, InvitedRole, Kinship, LegalMode, MeetingTelephone,
    limits::{INVITED_ROLES, RELATIVES},
};
use serde::{Deserialize, Serialize};

use super::personal_number::PersonalNumber;
use crate::domain::{calendar_update::Origin, refusal::Refusal};

/// Who is expected, and under which rules of secrecy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// In the patient's home.
    #[serde(default)]
    pub relatives: Vec<Kinship>,
    /// Care providers only, or others too.
    #[serde(default)]
    pub legal_mode: LegalMode,
    /// In the meeting.
    #[serde(default)]
    pub invited: Vec<InvitedRole>,
}

/// What lets the kit in besides the link. As secret as that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// How to take the sound by telephone.
    pub telephone: Option<MeetingTelephone>,
    /// Where the kit is the meeting's host.
    pub host_pin: Option<HostPin>,
}

/// What a booking says besides kit, time, title and link.
#[derive(Debug, Clone, Default)]
pub struct Particulars {
    /// Who is expected.
    pub expected: Expected,
    /// What lets the kit in.
    pub access: Access,
    /// Whose BankID counts, where that is known.
    pub invited_person: Option<PersonalNumber>,
    /// The invitation that it was made from, where it was.
    pub origin: Option<Origin>,
}

/// Why a booking's particulars were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpectedRefusal {
    /// More than there can be.
    #[error("at most 8 relatives and 20 invited roles can be expected")]
    TooMany,
    /// Social services or school take part, so the meeting is mixed.
    #[error("with the social services or the school in the meeting its legal mode is \"mixed\"")]
    Mixed,
}

impl Refusal for ExpectedRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany => "expected_too_many",
            Self::Mixed => "expected_mixed",
        }
    }
}

/// Checks who is expected.
pub fn check_expected(expected: &Expected) -> Result<(), ExpectedRefusal> {
    if expected.relatives.len() > RELATIVES || expected.invited.len() > INVITED_ROLES {
        return Err(ExpectedRefusal::TooMany);
    }
    let outside_care = |role: &InvitedRole| matches!(role, InvitedRole::SocialServices | InvitedRole::School);
    if expected.legal_mode == LegalMode::CareProvidersOnly && expected.invited.iter().any(outside_care) {
        return Err(ExpectedRefusal::Mixed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_with_others_than_care_providers_is_mixed() {
        let with = |legal_mode, invited: &[InvitedRole]| {
            check_expected(&Expected {
                relatives: Vec::new(),
                legal_mode,
                invited: invited.to_vec(),
            })
        };
        let care = [InvitedRole::Doctor, InvitedRole::Municipality];
        assert_eq!(with(LegalMode::CareProvidersOnly, &care), Ok(()));
        assert_eq!(with(LegalMode::Mixed, &care), Ok(()));
        for role in [InvitedRole::SocialServices, InvitedRole::School] {
            assert_eq!(
                with(LegalMode::CareProvidersOnly, &[role]),
                Err(ExpectedRefusal::Mixed)
            );
            assert_eq!(with(LegalMode::Mixed, &[role]), Ok(()));
        }
        let crowd = [InvitedRole::Doctor; INVITED_ROLES + 1];
        assert_eq!(with(LegalMode::Mixed, &crowd), Err(ExpectedRefusal::TooMany));
    }
}
