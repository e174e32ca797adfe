//! `openid.toml`: by whom people log in, and what their claims mean. `docs/operations.md` explains every line.

use std::{collections::BTreeMap, path::PathBuf};

use openidconnect::{ClientId, IssuerUrl};
use serde::Deserialize;

use crate::domain::role::Role;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Where the console is reached; the provider sends people back there.
    pub(super) console: String,
    #[serde(rename = "provider", default)]
    pub(super) providers: Vec<ProviderSettings>,
}

/// A provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderSettings {
    /// Names it in addresses.
    pub(super) key: String,
    /// Names it for people.
    pub(super) name: String,
    /// Whose people it knows: a region or a municipality.
    pub(super) tenant: String,
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret_file: Option<PathBuf>,
    pub(super) client_secret_env: Option<String>,
    /// In place of a secret: our own key (PKCS #8 as PEM), for `private_key_jwt`, and its id at the provider.
    pub(super) client_key_file: Option<PathBuf>,
    pub(super) client_key_id: Option<String>,
    /// Authorities to trust for it beside the operating system's (PEM).
    pub(super) ca_file: Option<PathBuf>,
    /// What to ask for beside `openid`.
    #[serde(default)]
    pub(super) scopes: Vec<String>,
    /// Levels of assurance that are enough (`acr`). Empty = whatever the provider does is enough.
    #[serde(default)]
    pub(super) assurance: Vec<String>,
    /// How old the login at the provider may be.
    #[serde(default = "an_hour")]
    pub(super) longest_login_minutes: u32,
    /// Whether care workers log in for kits by it (RFC 8628). The rules must give them the role `care_worker`.
    #[serde(default)]
    pub(super) kits: bool,
    /// What claims mean; the first that fits counts.
    #[serde(rename = "rule", default)]
    pub(super) rules: Vec<Rule>,
}

/// A role for whoever has these claims.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Claims and the value that each must have, or have among its values. All of them must fit.
    pub(super) when: BTreeMap<String, String>,
    /// The role that it gives.
    pub role: Role,
    /// In which of the tenant's municipalities; none = in the provider's tenant itself.
    pub tenant: Option<String>,
    /// Of which unit there, for a care worker who logs in for a kit for the first time; none = the first by name.
    pub unit: Option<String>,
}

fn an_hour() -> u32 {
    60
}
