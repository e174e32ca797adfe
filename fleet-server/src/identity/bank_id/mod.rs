//! A patient's BankID with the region as relying party (BankID Relying Party API 6.0).
//!
//! `settings` is `bank-id.toml` of the data directory, `client` the connection to BankID, `answer` what BankID says, `order` one
//! identification from the QR code to its end (pure), `qr` the code of each second, `message` the recommended texts. The person's
//! number goes from BankID's answer into one comparison and is forgotten; nothing of it is stored or logged.

mod answer;
mod client;
mod message;
mod order;
mod qr;
mod settings;
mod tries;

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, ensure};

pub use answer::{Begun, CallError, Collected};
pub use client::RelyingParty;
pub use message::Message;
pub use order::{Due, Order, View};
pub use tries::Tries;

/// The regions that are relying parties; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct BankId {
    parties: Arc<Vec<(String, Arc<RelyingParty>)>>,
    tries: Arc<Tries>,
}

impl BankId {
    /// Reads the settings. Files that they name lie in `folder` unless the path is absolute.
    pub fn read(settings: &str, folder: &Path) -> Result<Self> {
        let settings: settings::Settings = toml::from_str(settings)
            .map_err(|error| anyhow::anyhow!("bank-id.toml is not understood: {}", error.message()))?;
        let mut parties: Vec<(String, Arc<RelyingParty>)> = Vec::new();
        for party in settings.relying_parties {
            let name = party.region.clone();
            let taken = parties.iter().any(|(other, _)| *other == name);
            ensure!(!taken, "the region {name:?} stands twice in bank-id.toml");
            let party = RelyingParty::new(&party, folder)
                .with_context(|| format!("the relying party of {name:?} in bank-id.toml cannot be used"))?;
            parties.push((name, Arc::new(party)));
        }
        ensure!(
            !parties.is_empty(),
            "bank-id.toml names no relying party; remove it"
        );
        Ok(Self {
            parties: Arc::new(parties),
            tries: Arc::default(),
        })
    }

    /// The relying party of the first of these organisations that is one.
    #[must_use]
    pub fn for_one_of(&self, organisations: &[&str]) -> Option<Arc<RelyingParty>> {
        let found = organisations
            .iter()
            .find_map(|name| self.parties.iter().find(|(region, _)| region == name));
        found.map(|(_, party)| party.clone())
    }

    /// How often kits have tried lately.
    #[must_use]
    pub fn tries(&self) -> &Tries {
        &self.tries
    }
}
