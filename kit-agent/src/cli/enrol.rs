//! `kit-agent enrol`: a bare tablet becomes a kit.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use fleet_api::EnrolmentCode;
use url::Url;

use super::{Exit, runtime, say};
use crate::fleet::{EnrolOptions, enrol};

/// What `enrol` needs.
#[derive(Debug, clap::Args)]
pub(super) struct Enrol {
    /// The fleet server's port for kits, such as `https://fleet.region.example:8443`.
    #[arg(long)]
    server: Url,
    /// Another server on the same database, for when that one does not answer. May be repeated.
    #[arg(long = "other-server", value_name = "SERVER")]
    other_servers: Vec<Url>,
    /// The one-time code from the console.
    #[arg(long, env = "KIT_ENROLMENT_CODE", hide_env_values = true)]
    code: String,
    /// Certificate authority of the fleet server (PEM).
    #[arg(long)]
    ca: PathBuf,
    /// Where the kit keeps what it must.
    #[arg(long, default_value = "/var/lib/kit-agent")]
    state: PathBuf,
}

impl Enrol {
    pub(super) fn perform(self) -> Result<Exit> {
        let code =
            EnrolmentCode::parse(&self.code).context("the code is mistyped; it has 20 letters and digits")?;
        let authority =
            std::fs::read(&self.ca).with_context(|| format!("cannot read {}", self.ca.display()))?;
        let options = EnrolOptions {
            server: self.server,
            other_servers: self.other_servers,
            code,
            server_authority: &authority,
            state: &self.state,
        };
        let enrolment = runtime()?.block_on(enrol(options))?;
        say(&format!("This tablet is now {}.", enrolment.kit_name.as_str()));
        Ok(Exit::Normal)
    }
}
