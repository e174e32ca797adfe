//! The audit trail on the command line: check the chains, export one.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;

use super::exported::{self, Noted};
use crate::{
    audit::{Act, AuditEvent, Entry, GENESIS, SealBreak, verify as verify_chain, verify_from},
    store::{Store, Tenant},
};

/// Entries per read of the database.
const PAGE: usize = 1_000;

/// Checks every tenant's chain against its sealed end; one line each with the newest number and hash. The error holds all lines
/// too, whole or broken.
pub async fn verify(store: &Store) -> Result<Vec<String>> {
    let (mut lines, mut broken) = (Vec::new(), 0);
    for tenant in store.tenants().await? {
        lines.push(match checked(store, &tenant).await {
            Ok(line) => line,
            Err(error) => {
                broken += 1;
                format!("{}: BROKEN: {error:#}", tenant.name)
            }
        });
    }
    ensure!(
        !lines.is_empty(),
        "the database holds no tenant, so there is no trail to check"
    );
    if broken > 0 {
        bail!("{}\naudit trails that are broken: {broken}", lines.join("\n"));
    }
    Ok(lines)
}

/// Checks an exported chain, which must hold the noted entry if there is one.
pub fn verify_file(path: &Path, noted: Option<Noted>) -> Result<Vec<String>> {
    let entries = exported::read(path)?;
    let check = || {
        let newest = verify_chain(entries.iter().cloned())?;
        if let Some(noted) = noted {
            noted.must_be_in(&entries)?;
        }
        anyhow::Ok(newest)
    };
    let newest = check().with_context(|| format!("the audit trail of {} is broken", path.display()))?;
    Ok(vec![format!(
        "{}: {} entries, whole, newest {}",
        path.display(),
        newest.0,
        exported::named(newest)
    )])
}

/// A tenant's chain, one entry per line. That it was exported is recorded first.
pub async fn export(store: &Store, tenant: &str) -> Result<Vec<String>> {
    let tenant = store.tenant_named(tenant).await?;
    let read = AuditEvent::AuditRead {
        entries: store.newest_entry(tenant.id).await?,
    };
    store
        .record(tenant.id, &Act::from(Timestamp::now()), &read)
        .await?;
    let mut entries = Vec::new();
    read_on(store, &tenant, &mut entries).await?;
    entries
        .iter()
        .map(|entry| Ok(serde_json::to_string(entry)?))
        .collect()
}

/// What is to be said of a tenant's chain, or what is wrong with it.
async fn checked(store: &Store, tenant: &Tenant) -> Result<String> {
    let mut entries = Vec::new();
    read_on(store, tenant, &mut entries).await?;
    // Looked at after the entries: whatever an honest server wrote is sealed by now.
    let sealed = store.sealed_end(tenant.id).await?.context(
        "its end is not sealed; start the server once if it was just updated, otherwise the seal was removed",
    )?;
    ensure!(
        sealed.genuine,
        "the seal on its end was not made with this server's link.key; entries may be missing"
    );
    if entries.last().is_none_or(|entry| entry.sequence < sealed.end.0) {
        // Servers go on meanwhile; what came after the seal belongs to the next check.
        read_on(store, tenant, &mut entries).await?;
        entries.retain(|entry| entry.sequence <= sealed.end.0);
    }
    let newest = verify_from((0, GENESIS), entries.iter().cloned(), Some(sealed.end))?;
    Ok(format!(
        "{}: {} entries, whole, newest {}{}",
        tenant.name,
        newest.0,
        exported::named(newest),
        sealed_anew(&entries)?
    ))
}

/// Where the chain itself says that its end was sealed anew, and why.
fn sealed_anew(entries: &[Entry]) -> Result<String> {
    let mut said = Vec::new();
    for entry in entries {
        if let Ok(AuditEvent::TrailSealedAnew { cause, .. }) = serde_json::from_str(&entry.event) {
            ensure!(
                cause != SealBreak::UnknownSeal,
                "before entry {} its seal was not this server's; entries may be missing there",
                entry.sequence
            );
            said.push(format!(
                "; sealed anew by entry {} ({})",
                entry.sequence,
                cause.name()
            ));
        }
    }
    Ok(said.concat())
}

/// Reads what follows on the entries that have been read.
async fn read_on(store: &Store, tenant: &Tenant, entries: &mut Vec<Entry>) -> Result<()> {
    loop {
        let after = entries.last().map_or(0, |entry| entry.sequence);
        let page = store.audit_after(tenant.id, after, PAGE).await?;
        if page.is_empty() {
            return Ok(());
        }
        entries.extend(page);
    }
}
