//! Makes the one-time code by which a tablet becomes a kit. The code is handed out once; the store keeps its name and a hash.
//!
//! Codes are kept for good and a code's name has five letters, so among thousands two are drawn with the same name; whoever asked
//! for a code has chosen no name and gets another. Neighbours: `secret` draws, `store` keeps.

use fleet_api::EnrolmentCode;
use jiff::Timestamp;

use super::secret;
use crate::{
    audit::Act,
    store::{KitKey, NewCode, Store, StoreError},
};

/// How often a code is drawn. Among ten million codes three of ten names are taken.
const DRAWS: u32 = 20;

/// Makes a code for a kit, which works until `expires_at`.
pub async fn make(
    store: &Store,
    key: KitKey,
    expires_at: Timestamp,
    act: &Act,
) -> Result<EnrolmentCode, StoreError> {
    make_of(secret::new_code, store, key, expires_at, act).await
}

/// As [`make`], of codes that are drawn in this way.
pub async fn make_of(
    mut draw: impl FnMut() -> EnrolmentCode,
    store: &Store,
    key: KitKey,
    expires_at: Timestamp,
    act: &Act,
) -> Result<EnrolmentCode, StoreError> {
    for _ in 0..DRAWS {
        let code = draw();
        let new = NewCode {
            name: code.name().to_owned(),
            secret_hash: secret::hash(code.expose_secret_part().as_bytes()),
            expires_at,
        };
        match store.add_code(key, &new, act.clone()).await {
            Ok(()) => return Ok(code),
            Err(StoreError::NameTaken) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::NameTaken)
}
