//! The text that is read aloud before a meeting: adopted by the municipality in versions, each with its day and its author, so
//! that an answer can be led back to the very words.

use fleet_api::{ConsentText, TextToRead, TextVersion, personal_number};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::refusal::Refusal;

/// Longest name of an author in bytes.
const AUTHOR_BYTES: usize = 100;

/// A version of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedText {
    /// The words, with number and year.
    #[serde(flatten)]
    pub text: ConsentText,
    /// Since when it is in force.
    pub adopted_on: Date,
    /// Who answers for it, such as "MAS Karin Lind".
    pub author: String,
}

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsentRefusal {
    /// Nobody answers for it.
    #[error("say in at most 100 bytes who answers for the text")]
    Author,
    /// It is about somebody.
    #[error("the text contains a personal number; it must fit every patient")]
    PersonalNumber,
}

impl Refusal for ConsentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Author => "consent_author",
            Self::PersonalNumber => "consent_personal_number",
        }
    }
}

/// A new version, to be numbered when it is stored.
pub fn new_version(
    swedish: TextToRead,
    english: TextToRead,
    author: &str,
    today: Date,
) -> Result<AdoptedText, ConsentRefusal> {
    let author = author.trim();
    if author.is_empty() || author.len() > AUTHOR_BYTES || author.contains(char::is_control) {
        return Err(ConsentRefusal::Author);
    }
    if [swedish.as_str(), english.as_str(), author]
        .into_iter()
        .any(personal_number::is_in)
    {
        return Err(ConsentRefusal::PersonalNumber);
    }
    let version = TextVersion {
        number: 0,
        year: today.year(),
    };
    Ok(AdoptedText {
        text: ConsentText {
            version,
            swedish,
            english,
        },
        adopted_on: today,
        author: author.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_text_needs_an_author_and_is_about_nobody() {
        let adopt = |words: &str, author: &str| {
            let words: TextToRead = words.parse().unwrap();
            new_version(words.clone(), words, author, date(2026, 11, 26)).map(|new| new.text.version.year)
        };
        assert_eq!(adopt("Får vi prata om dig?", " MAS Karin Lind "), Ok(2026));
        assert_eq!(adopt("Får vi prata om dig?", " "), Err(ConsentRefusal::Author));
        assert_eq!(adopt("x", &"a".repeat(101)), Err(ConsentRefusal::Author));
        assert_eq!(adopt("x", "a\0b"), Err(ConsentRefusal::Author));
        assert_eq!(
            adopt("Är du 19121212-1212?", "MAS"),
            Err(ConsentRefusal::PersonalNumber)
        );
    }
}
