//! The animated QR code of a BankID order: `bankid.<token>.<seconds>.<HMAC-SHA256 of the seconds>`.
//!
//! Pure. The relying party computes it each second from the secret that it never gives away; the app's side checks it here.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a relying party gets to make QR codes of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrStart {
    /// In the code, as it is.
    pub token: String,
    /// Key of the HMAC.
    pub secret: String,
}

/// A QR code that somebody read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadCode {
    pub(super) token: String,
    pub(super) seconds: u64,
    code: String,
}

impl QrStart {
    /// The text of the QR code, `seconds` after the order was answered.
    #[must_use]
    pub fn text(&self, seconds: u64) -> String {
        format!("bankid.{}.{seconds}.{}", self.token, self.code(seconds))
    }

    /// Lower-case hex of the HMAC over the seconds as decimal digits.
    #[must_use]
    pub fn code(&self, seconds: u64) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("HMAC takes any key");
        mac.update(seconds.to_string().as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

impl ReadCode {
    /// None: this is no BankID code.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let [scheme, token, seconds, code]: [&str; 4] =
            text.split('.').collect::<Vec<_>>().try_into().ok()?;
        let canonical = seconds == "0" || !seconds.starts_with('0');
        let digits = seconds.bytes().all(|byte| byte.is_ascii_digit());
        (scheme == "bankid" && canonical && digits).then_some(())?;
        Some(Self {
            token: token.into(),
            seconds: seconds.parse().ok()?,
            code: code.into(),
        })
    }

    pub(super) fn is_made_from(&self, start: &QrStart) -> bool {
        self.token == start.token && self.code == start.code(self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published test data; the same in three independent client libraries.
    const VECTORS: [&str; 3] = [
        "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
        "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
        "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
    ];

    fn published() -> QrStart {
        QrStart {
            token: "67df3917-fa0d-44e5-b327-edcc928297f8".into(),
            secret: "d28db9a7-4cde-429e-a983-359be676944c".into(),
        }
    }

    #[test]
    fn published_vectors() {
        for (seconds, code) in (0..).zip(VECTORS) {
            let text = format!("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.{seconds}.{code}");
            assert_eq!(published().text(seconds), text);
            assert!(ReadCode::parse(&text).is_some_and(|read| read.is_made_from(&published())));
        }
    }

    #[test]
    fn a_code_of_another_second_is_forged() {
        let text = format!("bankid.{}.1.{}", published().token, VECTORS[0]);
        assert!(!ReadCode::parse(&text).unwrap().is_made_from(&published()));
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in [
            "",
            "bankid.a.1",
            "bankid.a.+1.b",
            "bankid.a.01.b",
            "freja.a.1.b",
            "bankid.a.1.b.c",
        ] {
            assert_eq!(ReadCode::parse(text), None, "{text}");
        }
    }
}
