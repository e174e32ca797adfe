//! Short secrets of the wire: shown to whom they are meant for, printed never, overwritten when dropped.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::{
    TextError,
    text::{check, graphic},
};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $min:tt, $max:tt, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, ToSchema)]
        #[schema(value_type = String, min_length = $min, max_length = $max)]
        pub struct $name(SecretString);

        impl $name {
            /// Checks length and characters. A refusal never repeats the text.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                check(text, $max, $allowed)?;
                if text.len() < $min {
                    return Err(TextError::TooShort($min));
                }
                Ok(Self(text.to_owned().into()))
            }

            /// The secret itself.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose() == other.expose()
            }
        }

        impl Eq for $name {}

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

fn of_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

secret!(
    /// What a person types, or scans, at the staff's login to say which kit it is for.
    UserCode, 1, 32, graphic
);
secret!(
    /// The text of one second's QR code. Whoever scans it in time takes over the identification.
    QrData, 1, 256, graphic
);
secret!(
    /// Lets a kit into one meeting once, after the patient's BankID: 32 random bytes as base64url.
    JoinGrant, 43, 43, of_base64url
);
secret!(
    /// The digits that make a participant the host of a meeting.
    HostPin, 1, 20, is_digit
);
secret!(
    /// The digits that let a telephone into a meeting.
    TelephoneCode, 1, 12, is_digit
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_keep_their_form_and_are_never_printed() {
        let grant = "abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE";
        assert_eq!(JoinGrant::parse(grant).map(|grant| grant.expose().len()), Ok(43));
        assert_eq!(JoinGrant::parse(&grant[1..]), Err(TextError::TooShort(43)));
        assert_eq!(
            JoinGrant::parse(&format!("{grant}x")),
            Err(TextError::TooLong(43))
        );
        assert_eq!(
            JoinGrant::parse(&grant.replace('-', "+")),
            Err(TextError::ForbiddenCharacter)
        );
        assert_eq!(HostPin::parse("12a4"), Err(TextError::ForbiddenCharacter));
        assert_eq!(TelephoneCode::parse("1234567890123"), Err(TextError::TooLong(12)));
        assert_eq!(QrData::parse("bankid. 1"), Err(TextError::ForbiddenCharacter));

        let pin = HostPin::parse("4711").unwrap();
        assert_eq!(format!("{pin:?}"), "HostPin(secret)");
        let error = serde_json::from_str::<HostPin>("\"4711 sesame\"").unwrap_err();
        assert!(!error.to_string().contains("sesame"), "{error}");
        assert_eq!(serde_json::to_string(&pin).unwrap(), "\"4711\"");
    }
}
