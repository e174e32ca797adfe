//! Seals what may not lie open in the database: meeting links and what else opens a meeting, the keys that sign webhooks, where
//! sessions say goodbye, the answers that are kept for requests with a key; and logins under way, which the browser keeps
//! (AES-256-GCM, NIST SP 800-38D). Hashes patients' numbers and meetings, each with a key of its own (HMAC-SHA-256, RFC 2104).
//!
//! The key is a file of its own beside the database, so that a copy of the database alone opens no meeting. Each
//! link is bound to its tenant and reservation: a sealed link moved to another row does not open.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest, hmac,
};
use fleet_api::{ChannelId, MeetingLink, ReservationId, StaffLoginId, TenantId};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use uuid::Uuid;

use super::{RequestKey, StoreError};
use crate::audit::Seal;
use crate::domain::{calendar_update::Origin, identity::personal_number::PersonalNumber, link_identity};

/// Length of the key in bytes.
const KEY_BYTES: usize = 32;
/// Shorter than what binds to a row, so that neither is ever taken for the other.
const CONSOLE_LOGIN: &[u8] = b"console login";

/// Seals and opens meeting links and signing keys.
pub struct Vault {
    cipher: RandomizedNonceKey,
    persons: hmac::Key,
    meetings: hmac::Key,
    trail: hmac::Tag,
}

impl Vault {
    /// A vault with this key.
    #[must_use]
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        let main = hmac::Key::new(hmac::HMAC_SHA256, key);
        // A key of its own for each purpose.
        let own = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&main, purpose).as_ref());
        Self {
            cipher: RandomizedNonceKey::new(&AES_256_GCM, key)
                .expect("the key's length is right by its type"),
            persons: own(b"home-visit-kit invited person v1"),
            meetings: own(b"home-visit-kit meeting v1"),
            trail: hmac::sign(&main, b"home-visit-kit audit trail's end v1"),
        }
    }

    /// Seals the ends of audit trails, with a key of its own.
    pub(super) fn trail_seal(&self) -> Seal {
        Seal::new(self.trail.as_ref())
    }

    pub(super) fn seal(&self, tenant: TenantId, reservation: ReservationId, link: &MeetingLink) -> Vec<u8> {
        self.seal_bytes(binding(tenant, reservation.0), link.expose().as_bytes())
    }

    /// Seals the key by which a channel's messages are signed, bound to its tenant and channel.
    pub(super) fn seal_key(&self, tenant: TenantId, channel: ChannelId, key: &[u8]) -> Vec<u8> {
        self.seal_bytes(binding(tenant, channel.0), key)
    }

    /// Seals what belongs to a request with a key, bound to its tenant, caller and key.
    pub(super) fn seal_request(&self, tenant: TenantId, request: &RequestKey, content: &[u8]) -> Vec<u8> {
        self.seal_bytes(binding(tenant, row_of(request)), content)
    }

    /// Seals what else opens a meeting; never to be taken for its link.
    pub(super) fn seal_access(&self, tenant: TenantId, reservation: ReservationId, access: &[u8]) -> Vec<u8> {
        self.seal_bytes(labelled(b"access", binding(tenant, reservation.0)), access)
    }

    pub(super) fn open_access(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        sealed: &[u8],
    ) -> Result<SecretSlice<u8>, StoreError> {
        let access = self.open_bytes(labelled(b"access", binding(tenant, reservation.0)), sealed)?;
        Ok(access.into())
    }

    /// Seals the code by which a provider knows a login of a care worker.
    pub(super) fn seal_device_code(&self, tenant: TenantId, login: StaffLoginId, code: &[u8]) -> Vec<u8> {
        self.seal_bytes(labelled(b"device", binding(tenant, login.0)), code)
    }

    pub(super) fn open_device_code(
        &self,
        tenant: TenantId,
        login: StaffLoginId,
        sealed: &[u8],
    ) -> Result<SecretString, StoreError> {
        let code = self.open_bytes(labelled(b"device", binding(tenant, login.0)), sealed)?;
        String::from_utf8(code)
            .map(Into::into)
            .map_err(|_| StoreError::Unsealing)
    }

    /// A hash of a patient's number, good for this reservation only: equal numbers of two meetings have nothing in common.
    pub(super) fn hash_of_person(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        person: &PersonalNumber,
    ) -> hmac::Tag {
        hmac::sign(&self.persons, &of_person(tenant, reservation, person))
    }

    /// Whether a hash is of this number, compared in constant time.
    pub(super) fn is_hash_of(
        &self,
        hash: &[u8],
        tenant: TenantId,
        reservation: ReservationId,
        person: &PersonalNumber,
    ) -> bool {
        hmac::verify(&self.persons, &of_person(tenant, reservation, person), hash).is_ok()
    }

    /// A hash of what a calendar calls a meeting, good for this tenant only. It begins unlike any personal number.
    pub(super) fn hash_of_meeting(&self, tenant: TenantId, origin: &Origin) -> hmac::Tag {
        let named = [
            b"meeting",
            &tenant.0.as_bytes()[..],
            origin.expose_uid().as_bytes(),
        ];
        hmac::sign(&self.persons, &named.concat())
    }

    /// A hash of which meeting a link leads to, the same in the whole region.
    pub(super) fn hash_of_room(&self, region: TenantId, link: &MeetingLink) -> hmac::Tag {
        let meeting = link_identity::meeting(link);
        let content = [region.0.as_bytes().as_slice(), meeting.expose_secret().as_bytes()].concat();
        hmac::sign(&self.meetings, &content)
    }

    /// Seals where a login's provider wants to hear of its end, bound to its tenant and session.
    pub(super) fn seal_farewell(&self, tenant: TenantId, session: Uuid, address: &str) -> Vec<u8> {
        self.seal_bytes(binding(tenant, session), address.as_bytes())
    }

    /// Seals a login of the console that is under way. It is no row of anybody's: the browser keeps it.
    pub(crate) fn seal_console_login(&self, content: &[u8]) -> Vec<u8> {
        self.seal_bytes(CONSOLE_LOGIN, content)
    }

    pub(crate) fn open_console_login(&self, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.open_bytes(CONSOLE_LOGIN, sealed)
    }

    fn seal_bytes(&self, binding: impl AsRef<[u8]>, content: &[u8]) -> Vec<u8> {
        let mut content = content.to_vec();
        let nonce = self
            .cipher
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

    pub(super) fn open_request(
        &self,
        tenant: TenantId,
        request: &RequestKey,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.open_bytes(binding(tenant, row_of(request)), sealed)
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

    fn open_bytes(&self, binding: impl AsRef<[u8]>, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, content) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(StoreError::Unsealing)?;
        let mut content = content.to_vec();
        let opened = self
            .cipher
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

/// Stands for a request's row, as the ids of others do for theirs.
fn row_of(request: &RequestKey) -> Uuid {
    let name = format!("{}\n{}", request.caller, request.key);
    let digest = digest::digest(&digest::SHA256, name.as_bytes());
    let (row, _) = digest.as_ref().split_first_chunk().expect("SHA-256 has 32 bytes");
    Uuid::from_bytes(*row)
}

/// What is sealed for one purpose does not open for another.
fn labelled(label: &[u8], binding: [u8; 32]) -> Vec<u8> {
    [label, &binding].concat()
}

fn of_person(tenant: TenantId, reservation: ReservationId, person: &PersonalNumber) -> Vec<u8> {
    labelled(person.expose().as_bytes(), binding(tenant, reservation.0))
}

fn binding(tenant: TenantId, row: Uuid) -> [u8; 32] {
    let mut binding = [0; 32];
    binding[..16].copy_from_slice(tenant.0.as_bytes());
    binding[16..].copy_from_slice(row.as_bytes());
    binding
}

#[cfg(test)]
#[path = "vault_tests.rs"]
mod tests;
