//! Logins at a real provider: the node is its client, and the rooms see only how it went.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::room::{BegunLogin, JoinRequest, LoginEnd};
use super::world::World;
use crate::relying_party::{Answer, RelyingParty};

/// The providers that the node is a client of, by the uuid that participants choose.
#[derive(Default)]
pub(super) struct Providers(Mutex<HashMap<String, Arc<RelyingParty>>>);

impl Providers {
    fn put(&self, uuid: &str, relying_party: RelyingParty) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(uuid.into(), Arc::new(relying_party));
    }

    fn get(&self, uuid: &str) -> Option<Arc<RelyingParty>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(uuid).cloned()
    }
}

impl World {
    /// Has people who choose this provider log in at a real one, of which the node is a client.
    pub(crate) fn log_in_at(&self, uuid: &str, relying_party: RelyingParty) {
        self.providers.put(uuid, relying_party);
    }

    /// Begins a login at the provider that a newcomer chose, where it is a real one.
    pub(crate) fn begin_login(&self, request: &JoinRequest) -> Option<BegunLogin> {
        let uuid = request.chosen_idp.as_deref()?;
        let relying_party = self.providers.get(uuid)?;
        let begun = relying_party.begin(&consumer(&self.base_url, uuid)).ok()?;
        Some(BegunLogin {
            address: begun.address,
            state: begun.state,
        })
    }

    /// Whether a provider vouches for the person whom it sends back; the stand-in page's word is enough.
    pub(crate) async fn prove_login(&self, uuid: &str, answer: Answer) -> bool {
        let relying_party = self.providers.get(uuid);
        match relying_party {
            None => true,
            Some(relying_party) => match relying_party.finish(answer).await {
                Ok(_) => true,
                Err(error) => {
                    tracing::info!("a login at the node failed: {error:#}");
                    false
                }
            },
        }
    }

    /// Ends the login that somebody came back with, whichever room it was for.
    pub(crate) fn finish_login(&self, state: &str, proved: bool) -> Option<LoginEnd> {
        self.lock()
            .values_mut()
            .find_map(|entry| entry.room.finish_login(state, proved))
    }
}

/// Where a provider sends people back to.
pub(crate) fn consumer(base_url: &str, uuid: &str) -> String {
    format!("{base_url}/api/v1/oidcconsumer/{uuid}")
}
