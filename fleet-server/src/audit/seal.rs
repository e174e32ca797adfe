//! The seal on a chain's end: a keyed hash (HMAC-SHA-256, RFC 2104) of a tenant's newest number and hash.
//!
//! Whoever can write to the database but does not have the server's key can cut entries off, but cannot say that the chain ends
//! there. `store::audit_ends` keeps one seal per tenant; what does not fit the seal that is found goes into the trail itself, with
//! a [`SealBreak`] (decision 0034).

use aws_lc_rs::hmac;
use fleet_api::TenantId;
use serde::{Deserialize, Serialize};

use super::chain::End;
use crate::identity::secret::Hash;

/// Seals the ends of chains and knows its own seals again.
pub struct Seal(hmac::Key);

/// Why an end was sealed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealBreak {
    /// There was no seal: the trail is older than seals, or its seal was removed.
    NoSeal,
    /// The seal was not made with this server's key.
    UnknownSeal,
    /// There were entries after the sealed end: an older server wrote them, or somebody at the database.
    WrittenPast,
    /// Entries before the sealed end were missing.
    CutOff,
}

impl SealBreak {
    /// As it stands in the trail.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoSeal => "no_seal",
            Self::UnknownSeal => "unknown_seal",
            Self::WrittenPast => "written_past",
            Self::CutOff => "cut_off",
        }
    }
}

impl Seal {
    /// Seals with a key that is used for nothing else.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The seal on a tenant's end.
    #[must_use]
    pub fn on(&self, tenant: TenantId, end: End) -> Hash {
        let tag = hmac::sign(&self.0, &content(tenant, end));
        tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }

    /// Whether a seal is the one on this end, compared in constant time.
    #[must_use]
    pub fn is_on(&self, seal: &[u8], tenant: TenantId, end: End) -> bool {
        hmac::verify(&self.0, &content(tenant, end), seal).is_ok()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(secret)")
    }
}

fn content(tenant: TenantId, (sequence, hash): End) -> Vec<u8> {
    [&tenant.0.as_bytes()[..], &sequence.to_be_bytes(), &hash].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_one_tenants_end_and_one_key() {
        let (tenant, end) = (TenantId::generate(), (7, [1; 32]));
        let seal = Seal::new(b"one key");
        let made = seal.on(tenant, end);
        assert!(seal.is_on(&made, tenant, end));
        assert!(!seal.is_on(&made, TenantId::generate(), end), "swapped tenants");
        assert!(!seal.is_on(&made, tenant, (6, end.1)));
        assert!(!seal.is_on(&made, tenant, (7, [2; 32])));
        assert!(!Seal::new(b"another key").is_on(&made, tenant, end));
        assert!(!seal.is_on(&[], tenant, end));
    }
}
