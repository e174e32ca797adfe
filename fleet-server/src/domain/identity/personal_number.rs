//! A patient's personal number, as it is given once at booking and once by BankID. It is never printed and never kept: what
//! the store keeps of it is a keyed hash, until the meeting is over.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de};
use utoipa::ToSchema;

/// Twelve digits with a right check digit.
#[derive(Clone, ToSchema)]
#[schema(value_type = String, example = "191212121212", min_length = 12, max_length = 13)]
pub struct PersonalNumber(SecretString);

/// The text is no personal number. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the personal number with 12 digits, year first")]
pub struct NotAPersonalNumber;

impl PersonalNumber {
    /// Reads twelve digits, with or without a hyphen before the last four.
    pub fn parse(text: &str) -> Result<Self, NotAPersonalNumber> {
        if text.len() > 13 {
            return Err(NotAPersonalNumber);
        }
        let digits = match text.split_once('-') {
            Some((date, rest)) if date.len() == 8 => format!("{date}{rest}"),
            Some(_) => return Err(NotAPersonalNumber),
            None => text.to_owned(),
        };
        let right = digits.len() == 12
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && fleet_api::personal_number::is_in(&digits)
            && check_digit_fits(&digits[2..]);
        right.then(|| Self(digits.into())).ok_or(NotAPersonalNumber)
    }

    /// The digits. Only for hashing them.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Luhn over the ten last digits (Swedish Tax Agency, SKV 704).
fn check_digit_fits(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

impl std::fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalNumber(secret)")
    }
}

impl<'de> Deserialize<'de> for PersonalNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_the_same_number_and_wrong_ones_are_none() {
        for text in ["191212121212", "19121212-1212"] {
            let number = PersonalNumber::parse(text).unwrap();
            assert_eq!(number.expose(), "191212121212");
            assert_eq!(format!("{number:?}"), "PersonalNumber(secret)");
        }
        for wrong in [
            "",
            "1212121212",
            "121212-1212",
            "191212121213",
            "191213121212",
            "19121212-121",
            "1912-12121212",
            "19121212--1212",
            "19121212121x",
            "1912121212120",
        ] {
            assert!(PersonalNumber::parse(wrong).is_err(), "{wrong}");
        }
        let error = serde_json::from_str::<PersonalNumber>("\"19121212-1213\"").unwrap_err();
        assert!(!error.to_string().contains("1912"), "{error}");
    }
}
