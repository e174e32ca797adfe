//! Short texts with a limit of their own. A value of one of these types is never empty, too long or unprintable.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a text was refused. The text itself is not repeated: it may hold what must not be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was given.
    #[error("the text is empty")]
    Empty,
    /// More than the type allows.
    #[error("the text is longer than {0} bytes")]
    TooLong(usize),
    /// Less than the type demands.
    #[error("the text is shorter than {0} bytes")]
    TooShort(usize),
    /// A character outside what the type allows.
    #[error("the text contains a character that is not allowed here")]
    ForbiddenCharacter,
}

pub(crate) fn check(text: &str, max_bytes: usize, allowed: fn(char) -> bool) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > max_bytes {
        return Err(TextError::TooLong(max_bytes));
    }
    if !text.chars().all(allowed) {
        return Err(TextError::ForbiddenCharacter);
    }
    Ok(())
}

fn printable(c: char) -> bool {
    !c.is_control()
}

fn lines(c: char) -> bool {
    c == '\n' || printable(c)
}

pub(crate) fn graphic(c: char) -> bool {
    c.is_ascii_graphic()
}

fn pem(c: char) -> bool {
    c.is_ascii_graphic() || matches!(c, ' ' | '\n' | '\r')
}

fn dialled(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | ' ' | '-')
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:tt, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, min_length = 1, max_length = $max)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                check(&text, $max, $allowed)?;
                Ok(Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    };
}

text!(
    /// What is painted on the rucksack, such as "Kit 14"; at most 40 bytes.
    KitName, 40, printable
);
text!(
    /// The agent's version, such as "1.8.2"; at most 40 bytes.
    AgentVersion, 40, printable
);
text!(
    /// A telephone number as it is shown: digits, "+", spaces and hyphens; at most 24.
    PhoneNumber, 24, dialled
);
text!(
    /// When the help desk answers, such as "vardagar 07.30–16.30"; at most 80 bytes.
    OpeningHours, 80, printable
);
text!(
    /// What the screen says beside a QR code; at most 1200 bytes.
    ScreenText, 1200, printable
);
text!(
    /// The name of a recommended message, such as "RFA17-B"; at most 16 bytes.
    MessageCode, 16, graphic
);
text!(
    /// A portal's name on the screen; at most 80 bytes.
    PortalName, 80, printable
);
text!(
    /// What is read aloud before a meeting, in lines; at most 4000 bytes.
    TextToRead, 4000, lines
);
text!(
    /// How a part of the kit is cleaned; at most 300 bytes.
    CleaningText, 300, printable
);
text!(
    /// A PKCS #10 certificate signing request (RFC 2986) as PEM; at most 4096 bytes.
    SigningRequestPem, 4096, pem
);
text!(
    /// One or more X.509 certificates (RFC 5280) as PEM, leaf first; at most 16 KiB.
    CertificatePem, 16384, pem
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_refused_when_empty_too_long_or_unprintable() {
        assert_eq!("  ".parse::<KitName>(), Err(TextError::Empty));
        assert_eq!("k".repeat(41).parse::<KitName>(), Err(TextError::TooLong(40)));
        assert_eq!("Kit\n14".parse::<KitName>(), Err(TextError::ForbiddenCharacter));
        assert_eq!(
            "060-12 34 56x".parse::<PhoneNumber>(),
            Err(TextError::ForbiddenCharacter)
        );
        assert_eq!("Kit 14".parse::<KitName>().map(|name| name.as_str().len()), Ok(6));
    }

    #[test]
    fn limits_hold_when_parsed_from_the_wire() {
        let too_long = format!("\"{}\"", "9".repeat(25));
        assert!(serde_json::from_str::<PhoneNumber>(&too_long).is_err());
        assert!(serde_json::from_str::<PhoneNumber>("\"060-12 34 56\"").is_ok());
    }
}
