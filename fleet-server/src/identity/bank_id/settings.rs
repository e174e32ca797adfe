//! `bank-id.toml`: which region is a relying party, at which BankID, by which certificate. `docs/operations.md` explains it.

use std::path::PathBuf;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    #[serde(rename = "relying_party", default)]
    pub(super) relying_parties: Vec<PartySettings>,
}

/// A region that is a relying party.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartySettings {
    /// The region's or municipality's name in the console.
    pub(super) region: String,
    pub(super) environment: Environment,
    /// Where a stand-in answers; only for `environment = "stand_in"`.
    pub(super) address: Option<String>,
    /// The certificate that the region's bank has issued (PEM, with its chain).
    pub(super) certificate_file: PathBuf,
    /// Its key (PEM). It stays on the server.
    pub(super) key_file: PathBuf,
    /// BankID's own root (PEM): the only one that is trusted.
    pub(super) root_file: PathBuf,
}

/// Which BankID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Environment {
    Production,
    Test,
    StandIn,
}
