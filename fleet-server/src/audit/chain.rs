//! The hash chain: each entry's hash covers everything in it and the hash of the entry before.
//!
//! What the chain cannot show by itself is that its newest entries were cut off. In the database the seal on its end shows it
//! (`seal`); for an export, whoever must be sure notes the newest number and hash elsewhere, and the verifier prints both.

use fleet_api::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::identity::secret::{Hash, hash};

/// What the first entry's `previous` is.
pub const GENESIS: Hash = [0; 32];

/// Where a chain ends: its newest entry's number and hash.
pub type End = (u64, Hash);

/// One entry as it is stored and exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEntry)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Whose chain.
    pub tenant: TenantId,
    /// 1, 2, 3 …
    pub sequence: u64,
    /// When, in whole milliseconds.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// In whose name.
    #[serde(deserialize_with = "said")]
    pub on_behalf_of: Option<String>,
    /// What, as JSON; kept as text, because its bytes are what was hashed.
    pub event: String,
    /// The hash of the entry before.
    #[serde(with = "hex")]
    #[schema(value_type = String)]
    pub previous: Hash,
    /// SHA-256 over all of the above.
    #[serde(with = "hex")]
    #[schema(value_type = String)]
    pub hash: Hash,
}

/// Left out is not the same as nobody: what is hashed must be said.
fn said<'de, D: Deserializer<'de>>(given: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(given)
}

impl Entry {
    /// Whether nothing in it goes beyond what its hash covers: parts of a millisecond, and an empty name for nobody.
    fn is_as_hashed(&self) -> bool {
        self.at.subsec_nanosecond() % 1_000_000 == 0 && self.on_behalf_of.as_deref() != Some("")
    }

    /// The hash that this entry must have.
    #[must_use]
    pub fn right_hash(&self) -> Hash {
        let (sequence, at) = (self.sequence.to_string(), self.at.as_millisecond().to_string());
        let mut content = self.previous.to_vec();
        let on_behalf_of = self.on_behalf_of.as_deref().unwrap_or_default();
        let tenant = self.tenant.to_string();
        for field in [&tenant, &sequence, &at, &self.actor, on_behalf_of, &self.event] {
            // The length in front keeps two fields from passing for one.
            content.extend_from_slice(&(field.len() as u64).to_be_bytes());
            content.extend_from_slice(field.as_bytes());
        }
        hash(&content)
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// The numbers do not follow each other: an entry was removed or added.
    #[error("entry {0} is missing or out of order")]
    Missing(u64),
    /// The entry does not continue the one before.
    #[error("entry {0} does not follow from the entry before it")]
    Unlinked(u64),
    /// The entry's content is not what was recorded.
    #[error("entry {0} was changed after it was recorded")]
    Changed(u64),
    /// The entry is of another tenant's chain.
    #[error("entry {0} belongs to another chain")]
    Foreign(u64),
    /// The chain goes on after its sealed end.
    #[error("entry {0} was written past the sealed end, by an older server or at the database")]
    WrittenPast(u64),
}

/// Checks a tenant's entries from the first one on; returns the newest number and hash.
pub fn verify(entries: impl IntoIterator<Item = Entry>) -> Result<End, BrokenChain> {
    verify_from((0, GENESIS), entries, None)
}

/// Checks entries after one whose number and hash are known, up to one that must be the newest, where that is known too.
pub fn verify_from(
    start: End,
    entries: impl IntoIterator<Item = Entry>,
    end: Option<End>,
) -> Result<End, BrokenChain> {
    let mut newest = start;
    let mut tenant = None;
    for entry in entries {
        let expected = newest.0 + 1;
        if entry.sequence != expected {
            return Err(BrokenChain::Missing(expected));
        }
        if *tenant.get_or_insert(entry.tenant) != entry.tenant {
            return Err(BrokenChain::Foreign(expected));
        }
        if entry.previous != newest.1 {
            return Err(BrokenChain::Unlinked(expected));
        }
        if entry.hash != entry.right_hash() || !entry.is_as_hashed() {
            return Err(BrokenChain::Changed(expected));
        }
        newest = (entry.sequence, entry.hash);
    }
    match end {
        Some(end) if newest.0 < end.0 => Err(BrokenChain::Missing(newest.0 + 1)),
        Some(end) if newest.0 > end.0 => Err(BrokenChain::WrittenPast(end.0 + 1)),
        Some(end) if newest.1 != end.1 => Err(BrokenChain::Changed(end.0)),
        _ => Ok(newest),
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
