//! Which role a display name claims. Pure; a name is a claim and no proof.

use super::reservation::InvitedRole;

/// The role that a name claims, by its words. Swedish and English; the longest words first.
#[must_use]
pub(super) fn claimed_role(name: &str) -> Option<InvitedRole> {
    const WORDS: [(&str, InvitedRole); 25] = [
        ("vårdsamordnare", InvitedRole::CareCoordinator),
        ("fast vårdkontakt", InvitedRole::CareCoordinator),
        ("samordnare", InvitedRole::CareCoordinator),
        ("coordinator", InvitedRole::CareCoordinator),
        ("distriktssköterska", InvitedRole::Nurse),
        ("undersköterska", InvitedRole::Municipality),
        ("sjuksköterska", InvitedRole::Nurse),
        ("sköterska", InvitedRole::Nurse),
        ("nurse", InvitedRole::Nurse),
        ("läkare", InvitedRole::Doctor),
        ("doctor", InvitedRole::Doctor),
        ("dr", InvitedRole::Doctor),
        ("biståndshandläggare", InvitedRole::Municipality),
        ("handläggare", InvitedRole::Municipality),
        ("kommun", InvitedRole::Municipality),
        ("socialtjänst", InvitedRole::SocialServices),
        ("socialsekreterare", InvitedRole::SocialServices),
        ("skola", InvitedRole::School),
        ("lärare", InvitedRole::School),
        ("närstående", InvitedRole::Relative),
        ("anhörig", InvitedRole::Relative),
        ("dotter", InvitedRole::Relative),
        ("son", InvitedRole::Relative),
        ("tolk", InvitedRole::Interpreter),
        ("interpreter", InvitedRole::Interpreter),
    ];
    let name = name.to_lowercase();
    let is_word = |word: &str| {
        name.match_indices(word).any(|(at, _)| {
            let before = name[..at].chars().next_back();
            let after = name[at + word.len()..].chars().next();
            // "Andersson" is nobody's son, and "läkaren" is a doctor.
            let begins = before.is_none_or(|c| !c.is_alphanumeric());
            let is_short = word.chars().count() < 5;
            begins && (!is_short || after.is_none_or(|c| !c.is_alphanumeric()))
        })
    };
    WORDS
        .into_iter()
        .find(|(word, _)| is_word(word))
        .map(|(_, role)| role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_a_word_and_no_part_of_a_surname() {
        let claims = [
            ("Anna Andersson", None),
            ("Andersson", None),
            ("Anna, sonen", None),
            ("Son", Some(InvitedRole::Relative)),
            ("Läkare Eva Ek", Some(InvitedRole::Doctor)),
            ("läkaren", Some(InvitedRole::Doctor)),
            ("Eva (distriktssköterska)", Some(InvitedRole::Nurse)),
            ("Sköterska Norrby", Some(InvitedRole::Nurse)),
            ("Norrby kommun", Some(InvitedRole::Municipality)),
            ("Tolk", Some(InvitedRole::Interpreter)),
            ("Tolkningsbolaget", None),
            ("", None),
        ];
        for (name, role) in claims {
            assert_eq!(claimed_role(name), role, "{name}");
        }
    }
}
