//! Secrets that the server hands out once and afterwards knows only by their hash.
//!
//! They are random with at least 75 bits, so a plain SHA-256 is enough: there is no dictionary to try.

use aws_lc_rs::{constant_time, digest, rand};
use fleet_api::EnrolmentCode;

/// SHA-256 (FIPS 180-4).
pub type Hash = [u8; 32];

/// Hash of a secret, or of a public key.
#[must_use]
pub fn hash(content: &[u8]) -> Hash {
    let digest = digest::digest(&digest::SHA256, content);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Compares in a time that does not depend on where the two differ.
#[must_use]
pub fn equal(stored: &[u8], given: &Hash) -> bool {
    constant_time::verify_slices_are_equal(stored, given).is_ok()
}

/// Random letters and digits of [`EnrolmentCode::ALPHABET`], five bits each.
#[must_use]
pub fn random_letters(count: usize) -> String {
    let mut bytes = vec![0; count];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
        .iter()
        .map(|byte| char::from(EnrolmentCode::ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// A new one-time code.
#[must_use]
pub fn new_code() -> EnrolmentCode {
    EnrolmentCode::parse(&random_letters(EnrolmentCode::LENGTH)).expect("made of the code's own alphabet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_hashes_are_compared_whole() {
        assert_ne!(new_code().expose_grouped(), new_code().expose_grouped());
        let stored = hash(b"secret");
        assert!(equal(&stored, &hash(b"secret")));
        assert!(!equal(&stored, &hash(b"Secret")));
        assert!(!equal(&stored[..31], &hash(b"secret")));
    }
}
