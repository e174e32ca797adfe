//! The audit trail on the command line: check the chains, export one.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::{
    audit::{Act, AuditEvent, Entry, verify as verify_chain},
    store::{Store, Tenant},
};

/// Entries per read of the database.
const PAGE: usize = 1_000;

/// Checks every tenant's chain; one line each with the newest number and hash.
pub async fn verify(store: &Store) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for tenant in store.tenants().await? {
        let entries = entries(store, &tenant).await?;
        lines.push(checked(&tenant.name, entries)?);
    }
    Ok(lines)
}

/// Checks an exported chain.
pub fn verify_file(path: &Path) -> Result<Vec<String>> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let mut entries = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let entry =
            serde_json::from_str(&line?).with_context(|| format!("line {} is no entry", number + 1))?;
        entries.push(entry);
    }
    Ok(vec![checked(&path.display().to_string(), entries)?])
}

/// A tenant's chain, one entry per line. That it was exported is recorded first.
pub async fn export(store: &Store, tenant: &str) -> Result<Vec<String>> {
    let tenant = store.tenant_named(tenant).await?;
    let count = entries(store, &tenant).await?.len();
    let read = AuditEvent::AuditRead {
        entries: u64::try_from(count).unwrap_or(u64::MAX),
    };
    store
        .record(tenant.id, &Act::from(Timestamp::now()), &read)
        .await?;
    let entries = entries(store, &tenant).await?;
    entries
        .iter()
        .map(|entry| Ok(serde_json::to_string(entry)?))
        .collect()
}

async fn entries(store: &Store, tenant: &Tenant) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.sequence);
        let page = store.audit_after(tenant.id, after, PAGE).await?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries.extend(page);
    }
}

fn checked(name: &str, entries: Vec<Entry>) -> Result<String> {
    let (newest, hash) =
        verify_chain(entries).with_context(|| format!("the audit trail of {name} is broken"))?;
    Ok(format!(
        "{name}: {newest} entries, whole, newest {}",
        hex::encode(hash)
    ))
}
