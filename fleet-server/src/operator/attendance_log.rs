//! The log of meetings on the command line: check the chains, export one for the care provider who is responsible.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;

use crate::{
    audit::{Act, AuditEvent, Entry, verify_from},
    store::{AttendanceChain, Store},
};

/// Checks every care provider's chain; one line each with the newest number and hash.
pub async fn verify(store: &Store) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for tenant in store.tenants().await? {
        for chain in store.attendance_chains(tenant.id).await? {
            let entries = store.attendance(tenant.id, &chain).await?;
            let name = format!("{}, {}", tenant.name, name(&chain));
            let (newest, hash) = verify_from(chain.erased, entries, Some(chain.newest))
                .with_context(|| format!("the log of meetings of {name} is broken"))?;
            lines.push(format!(
                "{name}: up to {newest}, whole, newest {}",
                hex::encode(hash)
            ));
        }
    }
    Ok(lines)
}

/// Checks an export. What was erased after five years is missing at its beginning, so the first line's number is told too.
pub fn verify_file(path: &Path) -> Result<Vec<String>> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let mut entries: Vec<Entry> = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let entry =
            serde_json::from_str(&line?).with_context(|| format!("line {} is no entry", number + 1))?;
        entries.push(entry);
    }
    let Some(first) = entries.first() else {
        bail!("{} holds no entry", path.display());
    };
    let start = (first.sequence.saturating_sub(1), first.previous);
    let from = first.sequence;
    let (newest, hash) =
        verify_from(start, entries, None).with_context(|| format!("{} is broken", path.display()))?;
    Ok(vec![format!(
        "{from} to {newest}, whole, newest {}",
        hex::encode(hash)
    )])
}

/// A care provider's chain, one entry per line; without a name the one of nobody. That it was exported is recorded.
pub async fn export(store: &Store, tenant: &str, provider: Option<&str>) -> Result<Vec<String>> {
    let tenant = store.tenant_named(tenant).await?;
    let chains = store.attendance_chains(tenant.id).await?;
    let chain = chains.iter().find(|chain| chain.name.as_deref() == provider);
    let chain = chain.context("there is no log of that care provider; attendance-verify lists them")?;
    let entries = store.attendance(tenant.id, chain).await?;
    let read = AuditEvent::AttendanceRead {
        entries: u64::try_from(entries.len()).unwrap_or(u64::MAX),
    };
    store
        .record(tenant.id, &Act::from(Timestamp::now()), &read)
        .await?;
    entries
        .iter()
        .map(|entry| Ok(serde_json::to_string(entry)?))
        .collect()
}

fn name(chain: &AttendanceChain) -> &str {
    chain.name.as_deref().unwrap_or("nobody")
}
