//! How a bare tablet becomes a known kit, and stays one.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::{CertificatePem, DeviceId, KitId, KitName, SigningRequestPem, TenantId, TextError};

/// The one-time code that a person carries from the console to the tablet: 20 letters and digits in groups of five.
///
/// Crockford's base 32 without I, L, O and U, so that it survives being read aloud. The first group names the code,
/// the other three are its secret (75 bits). Case and hyphens do not matter.
#[derive(Clone, ToSchema)]
#[schema(value_type = String, min_length = 20, max_length = 32)]
pub struct EnrolmentCode(SecretString);

impl EnrolmentCode {
    /// Letters and digits of a code, hyphens not counted.
    pub const LENGTH: usize = 20;
    /// How many of them name the code; the rest is secret.
    pub const NAME_LENGTH: usize = 5;
    /// The 32 letters and digits.
    pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// Reads a code as a person typed it.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() > 32 {
            return Err(TextError::TooLong(32));
        }
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if plain.is_empty() {
            return Err(TextError::Empty);
        }
        if plain.len() != Self::LENGTH || !plain.bytes().all(|b| Self::ALPHABET.contains(&b)) {
            return Err(TextError::ForbiddenCharacter);
        }
        Ok(Self(plain.into()))
    }

    /// The part that names the code. Not secret.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.expose_secret()[..Self::NAME_LENGTH]
    }

    /// The part that proves it.
    #[must_use]
    pub fn expose_secret_part(&self) -> &str {
        &self.0.expose_secret()[Self::NAME_LENGTH..]
    }

    /// The whole code as it is shown to a person: `ABCDE-FGHJK-MNPQR-STVWX`.
    #[must_use]
    pub fn expose_grouped(&self) -> String {
        let plain = self.0.expose_secret();
        [&plain[..5], &plain[5..10], &plain[10..15], &plain[15..]].join("-")
    }
}

impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolmentCode(secret)")
    }
}

impl Serialize for EnrolmentCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.expose_grouped())
    }
}

impl<'de> Deserialize<'de> for EnrolmentCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Asks for the first certificate. Repeating it with the same key and code is harmless, so that an answer lost on
/// the way does not cost a code.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EnrolRequest {
    /// The one-time code.
    pub code: EnrolmentCode,
    /// Signed by the key that was made on the device and never leaves it.
    pub signing_request: SigningRequestPem,
}

/// The kit that the tablet now is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolResponse {
    /// Whose kit it is.
    pub tenant: TenantId,
    /// Which kit.
    pub kit: KitId,
    /// What is painted on it.
    pub kit_name: KitName,
    /// This enrolment.
    pub device: DeviceId,
    /// The first certificate.
    pub certificate: CertificatePem,
}

/// Asks for the next certificate, over a connection made with the present one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RenewRequest {
    /// For the same key or a new one.
    pub signing_request: SigningRequestPem,
}

/// The next certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateResponse {
    /// Its lifetime is in it.
    pub certificate: CertificatePem,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_never_printed() {
        let code = EnrolmentCode::parse("abcde fghjk-mnpqr-stvwx").unwrap();
        assert_eq!(
            (code.name(), code.expose_secret_part()),
            ("ABCDE", "FGHJKMNPQRSTVWX")
        );
        assert_eq!(code.expose_grouped(), "ABCDE-FGHJK-MNPQR-STVWX");
        assert!(!format!("{code:?}").contains("FGHJK"));
        for wrong in ["", "ABCDE", "ABCDE-FGHIK-MNPQR-STVWX", "ABCDE-FGHJK-MNPQR-STVWÅ"] {
            assert!(EnrolmentCode::parse(wrong).is_err(), "{wrong}");
        }
        assert!(EnrolmentCode::parse(&"A".repeat(1_000_000)).is_err());
    }
}
