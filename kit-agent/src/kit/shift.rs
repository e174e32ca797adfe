//! The shift's care worker and the code that opens the staff's side.
//!
//! The code is compared with a salted hash and never kept. How often it may be tried is the visit's rule
//! (`visit::staff_key`). Stands in for the strong login on the kit, which is a later order.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::visit::event::Staff;
use crate::visit::staff_key::KeyCheck;

/// Digits of a code.
pub const CODE_LENGTH: usize = 4;

/// Who is on shift.
#[derive(Debug, Clone)]
pub struct Shift {
    staff: Staff,
    salt: String,
    code_sha256: String,
}

impl Shift {
    pub(super) fn new(staff: Staff, salt: String, code_sha256: String) -> Self {
        Self {
            staff,
            salt,
            code_sha256,
        }
    }

    pub(super) fn staff(&self) -> Staff {
        self.staff.clone()
    }

    fn check(&self, code: &str) -> KeyCheck {
        let typed = hash(&self.salt, code);
        // Both are hashes: the time that comparing takes tells nothing about the code.
        if typed.eq_ignore_ascii_case(&self.code_sha256) {
            KeyCheck::Right
        } else {
            KeyCheck::Wrong
        }
    }
}

/// SHA-256 of salt and code, hexadecimal, as `kit.toml` holds it.
#[must_use]
pub fn hash(salt: &str, code: &str) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update(code).finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digits typed so far.
#[derive(Debug, Default)]
pub(super) struct Typing(Zeroizing<String>);

impl Typing {
    /// How many digits were typed.
    pub(super) fn length(&self) -> usize {
        self.0.len()
    }

    /// Takes a digit; with the last one gives the verdict and forgets them all.
    pub(super) fn digit(&mut self, digit: u8, shift: Option<&Shift>) -> Option<KeyCheck> {
        self.0.push(char::from(b'0' + digit % 10));
        if self.0.len() < CODE_LENGTH {
            return None;
        }
        let code = std::mem::take(&mut self.0);
        Some(shift.map_or(KeyCheck::Wrong, |shift| shift.check(&code)))
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
    use crate::visit::event::Role;

    #[test]
    fn the_right_code_opens_and_nothing_is_kept() {
        let staff = Staff {
            pseudonym: "p1".into(),
            role: Role::CareWorker,
        };
        let shift = Shift::new(staff, "salt".into(), hash("salt", "2580"));
        let mut typing = Typing::default();
        let verdicts = [2, 5, 8, 0].map(|digit| typing.digit(digit, Some(&shift)));
        assert_eq!(verdicts, [None, None, None, Some(KeyCheck::Right)]);
        assert_eq!(typing.length(), 0);
        let verdicts = [2, 5, 8, 1].map(|digit| typing.digit(digit, Some(&shift)));
        assert_eq!(verdicts[3], Some(KeyCheck::Wrong));
    }
}
