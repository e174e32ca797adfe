//! `lab bank-id`: the stand-in of BankID.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use lab::bank_id::{BankId, BankIdConfig};
use serde_json::{Value, json};

use super::{prepare, put, tell, until_told};

/// Runs the stand-in of BankID's RP API.
#[derive(clap::Args)]
pub(crate) struct BankIdArguments {
    /// Address of the RP API; port 0 picks one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Address of the port for phones and tests; loopback only.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Where `lab.json`, the root and the relying party's certificate and key are written.
    #[arg(long)]
    dir: PathBuf,
    /// Another name or address in the certificate; the first one is used in the address.
    #[arg(long = "host")]
    hosts: Vec<String>,
}

impl BankIdArguments {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let bank_id = BankId::start(BankIdConfig {
            listen: self.listen,
            control: self.control,
            hosts: self.hosts,
            ..BankIdConfig::default()
        })
        .await?;
        let dir = prepare(&self.dir)?;
        tell(&dir, &facts(&bank_id, &dir)?)?;
        until_told(bank_id.quit_asked()).await
    }
}

/// Where the stand-in is, and with what a relying party reaches it.
pub(super) fn facts(bank_id: &BankId, dir: &Path) -> anyhow::Result<Value> {
    let relying_party = bank_id.relying_party();
    Ok(json!({
        "rp_url": bank_id.rp_url(),
        "control_url": bank_id.control_url(),
        "ca_pem": put(dir, "bank-id-root.pem", bank_id.ca_pem())?,
        "rp_certificate": put(dir, "relying-party.pem", &relying_party.certificate_pem)?,
        "rp_key": put(dir, "relying-party.key", &relying_party.key_pem)?,
    }))
}
