//! `alerts.toml` of the data directory: the mail server, and what the lab may do that a region may not. Optional; without
//! it alerts show in the console and go to webhooks.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

/// How alerts leave the server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSettings {
    /// The console's address, for links in messages, such as `https://fleet.region.example:9443`.
    pub console: Option<String>,
    /// The mail server.
    pub smtp: Option<Smtp>,
    /// Whether webhooks may be called without TLS, and on this machine: in the lab only.
    #[serde(default)]
    pub webhooks_over_http: bool,
    /// A PEM file with authorities that are trusted beside the operating system's.
    pub authority: Option<PathBuf>,
}

/// A mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port: 465 for `tls`, 587 for `starttls`.
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub security: Security,
    /// Who the mails are from.
    pub from: String,
    /// The account, where the server asks for one.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<SecretString>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// TLS after STARTTLS, and nothing without it.
    Starttls,
    /// None: a mail server on this machine, or the lab's.
    None,
}
