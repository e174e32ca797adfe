//! What care providers, units, managers, care workers and kits may be called.

use fleet_api::KitName;

use super::refusal::Refusal;

/// Longest name in bytes.
pub const NAME_BYTES: usize = 120;
/// Letters and digits of a pseudonym: enough to tell people apart, few enough to be said aloud.
pub const PSEUDONYM_LETTERS: std::ops::RangeInclusive<usize> = 2..=8;

/// Why a name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameRefusal {
    /// Empty, too long, or not for people's eyes.
    #[error("give a name of 1 to 120 bytes on one line, without personal numbers")]
    Name,
    /// It stands in the audit trail for good, and on the tablet's screen.
    #[error("a kit's name has 1 to 40 bytes on one line, all of which can be seen, and no personal number")]
    Kit,
    /// It stands in lists and in the audit trail in the person's place.
    #[error("a pseudonym has 2 to 8 letters and digits, such as 7K2")]
    Pseudonym,
}

impl Refusal for NameRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "organisation_name",
            Self::Kit => "kit-name",
            Self::Pseudonym => "organisation_pseudonym",
        }
    }
}

/// The name as it is kept: without blanks around it.
pub fn check_name(text: &str) -> Result<&str, NameRefusal> {
    let name = text.trim();
    let is_readable = !name.is_empty() && name.len() <= NAME_BYTES && !name.contains(is_unseen);
    if is_readable && !fleet_api::personal_number::is_in(name) {
        Ok(name)
    } else {
        Err(NameRefusal::Name)
    }
}

/// A kit's name as it is kept: without blanks around it, which would be lost on the way through a table.
pub fn check_kit_name(name: &KitName) -> Result<KitName, NameRefusal> {
    let name = check_name(name.as_str()).map_err(|_| NameRefusal::Kit)?;
    name.parse().map_err(|_| NameRefusal::Kit)
}

/// By such a letter two names differ and look the same, or read from right to left (Unicode, general categories Cc, Cf, Zl, Zp,
/// and the blanks of Zs that are none of the keyboard's).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(c, '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}')
}

/// The pseudonym as it is kept: in capitals.
pub fn check_pseudonym(text: &str) -> Result<String, NameRefusal> {
    let pseudonym = text.trim().to_ascii_uppercase();
    let is_one = PSEUDONYM_LETTERS.contains(&pseudonym.len())
        && pseudonym.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one.then_some(pseudonym).ok_or(NameRefusal::Pseudonym)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_for_people_and_fit_on_a_line() {
        assert_eq!(check_name(" Hemtjänst norr "), Ok("Hemtjänst norr"));
        let too_long = "å".repeat(NAME_BYTES / 2 + 1);
        for bad in ["", "  ", "two\nlines", "a\0b", "191212121212", &too_long] {
            assert_eq!(check_name(bad), Err(NameRefusal::Name), "{bad:?}");
        }
    }

    #[test]
    fn a_name_can_be_told_from_another_by_looking_at_it() {
        let kit = |name: &str| check_kit_name(&name.parse().unwrap()).map(String::from);
        assert_eq!(kit(" Kit 14 "), Ok("Kit 14".to_owned()));
        for bad in [
            "Kit\u{a0}14",
            "Kit 1\u{200b}4",
            "\u{200b}",
            "\u{202e}41 tiK",
            "19121212-1212",
        ] {
            assert_eq!(kit(bad), Err(NameRefusal::Kit), "{bad:?}");
            assert_eq!(check_name(bad), Err(NameRefusal::Name), "{bad:?}");
        }
    }

    #[test]
    fn a_pseudonym_can_be_said_aloud() {
        assert_eq!(check_pseudonym(" 7k2"), Ok("7K2".to_owned()));
        for bad in ["", "K", "ABCDEFGHI", "7 K", "Å1"] {
            assert_eq!(check_pseudonym(bad), Err(NameRefusal::Pseudonym), "{bad:?}");
        }
    }
}
