//! Seals meeting links, the keys that sign webhooks, and where sessions say goodbye, before they reach the database (AES-256-GCM, NIST SP 800-38D).
//!
//! The key is a file of its own beside the database, so that a copy of the database alone opens no meeting. Each
//! link is bound to its tenant and reservation: a sealed link moved to another row does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use fleet_api::{ChannelId, MeetingLink, ReservationId, TenantId};
use secrecy::SecretSlice;
use uuid::Uuid;

use super::StoreError;

/// Length of the key in bytes.
const KEY_BYTES: usize = 32;

/// Seals and opens meeting links and signing keys.
pub struct Vault(RandomizedNonceKey);

impl Vault {
    /// A vault with this key.
    #[must_use]
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, key).expect("the key's length is right by its type"))
    }

    pub(super) fn seal(&self, tenant: TenantId, reservation: ReservationId, link: &MeetingLink) -> Vec<u8> {
        self.seal_bytes(binding(tenant, reservation.0), link.expose().as_bytes())
    }

    /// Seals the key by which a channel's messages are signed, bound to its tenant and channel.
    pub(super) fn seal_key(&self, tenant: TenantId, channel: ChannelId, key: &[u8]) -> Vec<u8> {
        self.seal_bytes(binding(tenant, channel.0), key)
    }

    /// Seals where a login's provider wants to hear of its end, bound to its tenant and session.
    pub(super) fn seal_farewell(&self, tenant: TenantId, session: Uuid, address: &str) -> Vec<u8> {
        self.seal_bytes(binding(tenant, session), address.as_bytes())
    }

    fn seal_bytes(&self, binding: [u8; 32], content: &[u8]) -> Vec<u8> {
        let mut content = content.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(binding), &mut content)
            .expect("what is sealed is far below the cipher's limit");
        [nonce.as_ref().as_slice(), &content].concat()
    }

    pub(super) fn open(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        sealed: &[u8],
    ) -> Result<MeetingLink, StoreError> {
        let link = self.open_bytes(binding(tenant, reservation.0), sealed)?;
        let link = std::str::from_utf8(&link).map_err(|_| StoreError::Unsealing)?;
        MeetingLink::parse(link).map_err(|_| StoreError::Unsealing)
    }

    pub(super) fn open_key(
        &self,
        tenant: TenantId,
        channel: ChannelId,
        sealed: &[u8],
    ) -> Result<SecretSlice<u8>, StoreError> {
        Ok(self.open_bytes(binding(tenant, channel.0), sealed)?.into())
    }

    pub(super) fn open_farewell(
        &self,
        tenant: TenantId,
        session: Uuid,
        sealed: &[u8],
    ) -> Result<String, StoreError> {
        let address = self.open_bytes(binding(tenant, session), sealed)?;
        String::from_utf8(address).map_err(|_| StoreError::Unsealing)
    }

    fn open_bytes(&self, binding: [u8; 32], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, content) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(StoreError::Unsealing)?;
        let mut content = content.to_vec();
        let opened = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(binding),
                &mut content,
            )
            .map_err(|_| StoreError::Unsealing)?;
        Ok(opened.to_vec())
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(secret)")
    }
}

fn binding(tenant: TenantId, row: Uuid) -> [u8; 32] {
    let mut binding = [0; 32];
    binding[..16].copy_from_slice(tenant.0.as_bytes());
    binding[16..].copy_from_slice(row.as_bytes());
    binding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_link_opens_only_in_its_own_row_with_its_own_key() {
        let (tenant, reservation) = (TenantId::generate(), ReservationId::generate());
        let link = MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap();
        let vault = Vault::new(&[7; KEY_BYTES]);
        let sealed = vault.seal(tenant, reservation, &link);
        assert!(!sealed.windows(6).any(|window| window == b"sesame"));
        assert_ne!(
            sealed,
            vault.seal(tenant, reservation, &link),
            "each sealing has its own nonce"
        );
        assert_eq!(vault.open(tenant, reservation, &sealed).unwrap(), link);

        let mut damaged = sealed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        for refused in [
            vault.open(tenant, ReservationId::generate(), &sealed),
            vault.open(TenantId::generate(), reservation, &sealed),
            Vault::new(&[8; KEY_BYTES]).open(tenant, reservation, &sealed),
            vault.open(tenant, reservation, &damaged),
            vault.open(tenant, reservation, &sealed[..5]),
        ] {
            assert!(matches!(refused, Err(StoreError::Unsealing)));
        }
    }
}
