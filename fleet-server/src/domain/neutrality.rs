//! The neutrality check: what may be said about a meeting where others can read it.
//!
//! Only the approved wordings pass; everything else is refused, a personal number with a reason of its own so that the
//! person who pasted it learns why. The wordings are in `texts/approved_titles.toml`.

use std::sync::LazyLock;

use fleet_api::{NeutralTitle, personal_number};
use serde::Deserialize;

use super::refusal::Refusal;

/// Longest title that is looked at.
pub const TITLE_BYTES: usize = 200;

/// Why a title was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TitleRefusal {
    /// Personal numbers never leave the journal system.
    #[error("the title contains a personal number; choose one of the approved wordings")]
    PersonalNumber,
    /// Free text is not allowed outside the meeting.
    #[error(
        "the title is not an approved wording; choose \"Ditt bokade SIP-möte\" or \"Ditt bokade vårdbesök\""
    )]
    NotApproved,
}

impl Refusal for TitleRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::PersonalNumber => "title_personal_number",
            Self::NotApproved => "title_not_approved",
        }
    }
}

#[derive(Deserialize)]
struct ApprovedTitles {
    title: Vec<ApprovedTitle>,
}

#[derive(Deserialize)]
struct ApprovedTitle {
    kind: NeutralTitle,
    wordings: Vec<String>,
}

static APPROVED: LazyLock<ApprovedTitles> = LazyLock::new(|| {
    toml::from_str(include_str!("../../texts/approved_titles.toml"))
        .expect("the approved titles are checked by a test")
});

/// The kind that an approved wording stands for. The kind's own name, such as `care_plan_meeting`, passes too.
pub fn approve_title(text: &str) -> Result<NeutralTitle, TitleRefusal> {
    let text = text.trim();
    if personal_number::is_in(text) {
        return Err(TitleRefusal::PersonalNumber);
    }
    let approved = |title: &&ApprovedTitle| {
        title.kind.as_str() == text || title.wordings.iter().any(|wording| wording == text)
    };
    APPROVED
        .title
        .iter()
        .find(approved)
        .map(|title| title.kind)
        .ok_or(TitleRefusal::NotApproved)
}

/// The first wording of a kind in the file, which is the one that people are shown.
#[must_use]
pub fn wording(kind: NeutralTitle) -> &'static str {
    let title = APPROVED.title.iter().find(|title| title.kind == kind);
    title
        .and_then(|title| title.wordings.first())
        .expect("every kind has a wording; checked by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_wording_that_passes() {
        for kind in NeutralTitle::ALL {
            assert_eq!(approve_title(wording(kind)), Ok(kind));
            assert_eq!(approve_title(kind.as_str()), Ok(kind));
        }
    }

    #[test]
    fn only_approved_wordings_pass() {
        assert_eq!(
            approve_title("Klicka här för att delta i ditt bokade SIP-möte"),
            Ok(NeutralTitle::CarePlanMeeting)
        );
        for text in [
            "",
            "SIP-möte om demensutredning",
            "Möte med Anna",
            "Ditt bokade SIP-möte med Anna",
        ] {
            assert_eq!(approve_title(text), Err(TitleRefusal::NotApproved), "{text}");
        }
        assert_eq!(
            approve_title("Ditt bokade SIP-möte 19121212-1212"),
            Err(TitleRefusal::PersonalNumber)
        );
    }
}
