//! How often each kit has begun an identification lately. In memory: a server that was started anew may be asked anew.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

use crate::{
    domain::identity::shift::{TRIES_WITHIN, one_more_try},
    store::KitKey,
};

/// Tries by kit.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<KitKey, Vec<Timestamp>>>);

impl Tries {
    /// Counts a try, if one more is allowed.
    #[must_use]
    pub fn count(&self, key: KitKey, now: Timestamp) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for made in tries.values_mut() {
            made.retain(|made| *made > now - TRIES_WITHIN);
        }
        tries.retain(|_, made| !made.is_empty());
        let made = tries.entry(key).or_default();
        let allowed = one_more_try(made, now);
        if allowed {
            made.push(now);
        }
        allowed
    }
}
