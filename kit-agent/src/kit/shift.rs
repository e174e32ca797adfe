//! The shift's code, which opens the staff's side.
//!
//! The code itself is kept nowhere: only a salted hash, slow to make (Argon2id), in memory until the kit is handed in or
//! the shift is over. How often it may be tried is the visit's rule (`visit::staff_key`). A code from `kit.toml` is for
//! demonstrations, where nobody logs in on the kit. Neighbour: `logins`.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::visit::staff_key::KeyCheck;

/// Digits of a code.
pub const CODE_LENGTH: usize = 4;

/// The code of the shift.
#[derive(Clone)]
pub struct ShiftCode(Kind);

#[derive(Clone)]
enum Kind {
    /// Chosen on the kit after a login.
    Chosen {
        salt: [u8; 16],
        hash: Zeroizing<[u8; 32]>,
    },
    /// From the kit's settings: SHA-256 of salt and code, hexadecimal.
    FromSettings { salt: String, code_sha256: String },
}

/// Never shows what the code could be found from.
impl std::fmt::Debug for ShiftCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShiftCode(…)")
    }
}

impl ShiftCode {
    /// The hash of a code that was chosen. Slow by intention: not on the loop. None only without memory for it.
    pub(super) fn choose(code: &str) -> Option<Self> {
        let salt: [u8; 16] = rand::random();
        let hash = slow_hash(code, &salt)?;
        Some(Self(Kind::Chosen { salt, hash }))
    }

    pub(super) fn from_settings(salt: String, code_sha256: String) -> Self {
        Self(Kind::FromSettings { salt, code_sha256 })
    }

    pub(super) fn is_from_settings(&self) -> bool {
        matches!(self.0, Kind::FromSettings { .. })
    }

    /// Whether this is the code. Slow by intention: not on the loop.
    pub(super) fn check(&self, code: &str) -> KeyCheck {
        let right = match &self.0 {
            Kind::Chosen { salt, hash } => {
                slow_hash(code, salt).is_some_and(|typed| verify_slices_are_equal(&*typed, &**hash).is_ok())
            }
            Kind::FromSettings { salt, code_sha256 } => {
                // Both are hashes: the time that comparing takes tells nothing about the code.
                hash(salt, code).eq_ignore_ascii_case(code_sha256)
            }
        };
        if right { KeyCheck::Right } else { KeyCheck::Wrong }
    }
}

/// Argon2id with 19 MiB, two passes (OWASP's least): some 50 ms on a tablet for each of ten thousand codes.
fn slow_hash(code: &str, salt: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let params = Params::new(19 * 1024, 2, 1, None).ok()?;
    let mut hash = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(code.as_bytes(), salt, &mut *hash)
        .ok()?;
    Some(hash)
}

/// SHA-256 of salt and code, hexadecimal, as `kit.toml` holds it.
#[must_use]
pub fn hash(salt: &str, code: &str) -> String {
    hex::encode(Sha256::new().chain_update(salt).chain_update(code).finalize())
}

/// The digits typed so far.
#[derive(Debug, Default)]
pub(super) struct Typing(Zeroizing<String>);

impl Typing {
    /// How many digits were typed.
    pub(super) fn length(&self) -> usize {
        self.0.len()
    }

    /// Takes a digit; with the last one hands the code over and forgets it.
    pub(super) fn digit(&mut self, digit: u8) -> Option<Zeroizing<String>> {
        if self.0.capacity() < CODE_LENGTH {
            // Room for all of it at once, so that no digit is left behind by growing.
            self.0 = Zeroizing::new(String::with_capacity(CODE_LENGTH));
        }
        self.0.push(char::from(b'0' + digit % 10));
        (self.0.len() == CODE_LENGTH).then(|| std::mem::take(&mut self.0))
    }

    pub(super) fn erase(&mut self) {
        self.0.pop();
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: [u8; 4]) -> Zeroizing<String> {
        let mut typing = Typing::default();
        let mut codes = digits.map(|digit| typing.digit(digit));
        assert_eq!(typing.length(), 0, "digits stayed");
        codes[3].take().unwrap()
    }

    #[test]
    fn the_right_code_opens_and_nothing_is_kept() {
        for code in [
            ShiftCode::choose("2580").unwrap(),
            ShiftCode::from_settings("salt".into(), hash("salt", "2580")),
        ] {
            assert_eq!(code.check(&typed([2, 5, 8, 0])), KeyCheck::Right);
            assert_eq!(code.check(&typed([2, 5, 8, 1])), KeyCheck::Wrong);
            assert!(!format!("{code:?}").contains("2580"));
        }
    }

    #[test]
    fn equal_codes_do_not_look_equal() {
        let hashes = [(); 2].map(|()| match ShiftCode::choose("2580").unwrap().0 {
            Kind::Chosen { hash, .. } => *hash,
            Kind::FromSettings { .. } => panic!(),
        });
        assert_ne!(hashes[0], hashes[1]);
    }
}
