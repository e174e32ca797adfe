//! The hash chain: each entry's hash covers everything in it and the hash of the entry before.
//!
//! What the chain cannot show by itself is that its newest entries were cut off; whoever must be sure of that notes the
//! newest number and hash elsewhere, and the verifier prints both.

use fleet_api::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::secret::{Hash, hash};

/// What the first entry's `previous` is.
pub const GENESIS: Hash = [0; 32];

/// One entry as it is stored and exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct Entry {
    /// Whose chain.
    pub tenant: TenantId,
    /// 1, 2, 3 …
    pub sequence: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// In whose name.
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

impl Entry {
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
}

/// Checks a tenant's entries from the first one on; returns the newest number and hash.
pub fn verify(entries: impl IntoIterator<Item = Entry>) -> Result<(u64, Hash), BrokenChain> {
    verify_from((0, GENESIS), entries, None)
}

/// Checks entries after one whose number and hash are known, up to one that must be the newest, where that is known too.
pub fn verify_from(
    start: (u64, Hash),
    entries: impl IntoIterator<Item = Entry>,
    end: Option<(u64, Hash)>,
) -> Result<(u64, Hash), BrokenChain> {
    let mut newest = start;
    for entry in entries {
        let expected = newest.0 + 1;
        if entry.sequence != expected {
            return Err(BrokenChain::Missing(expected));
        }
        if entry.previous != newest.1 {
            return Err(BrokenChain::Unlinked(expected));
        }
        if entry.hash != entry.right_hash() {
            return Err(BrokenChain::Changed(expected));
        }
        newest = (entry.sequence, entry.hash);
    }
    match end {
        Some(end) if end != newest => Err(BrokenChain::Missing(newest.0 + 1)),
        _ => Ok(newest),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(length: u64) -> Vec<Entry> {
        let tenant = TenantId::generate();
        let mut previous = GENESIS;
        (1..=length)
            .map(|sequence| {
                let mut entry = Entry {
                    tenant,
                    sequence,
                    at: Timestamp::UNIX_EPOCH,
                    actor: "operator".to_owned(),
                    on_behalf_of: None,
                    event: format!("{{\"kind\":\"example\",\"number\":{sequence}}}"),
                    previous,
                    hash: GENESIS,
                };
                entry.hash = entry.right_hash();
                previous = entry.hash;
                entry
            })
            .collect()
    }

    proptest! {
        #[test]
        fn whatever_is_changed_removed_or_swapped_is_found(length in 2_u64..12, at in 0_usize..11, what in 0..6) {
            let mut entries = chain(length);
            prop_assert!(verify(entries.clone()).is_ok());
            let at = at % (entries.len() - 1);
            match what {
                0 => entries[at].event.push(' '),
                1 => entries[at].actor = "server".to_owned(),
                2 => entries[at].at = Timestamp::from_second(1).unwrap(),
                3 => { entries.remove(at); }
                4 => entries.swap(at, at + 1),
                _ => {
                    // Whoever changes an entry and its hash has to change all that follow.
                    entries[at].event.push(' ');
                    entries[at].hash = entries[at].right_hash();
                }
            }
            prop_assert!(verify(entries).is_err());
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written() {
        let entry = chain(1).remove(0);
        let text = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    }
}
