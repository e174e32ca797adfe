//! The log of meetings on the command line: check the chains, export one for the care provider who is responsible.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;

use super::exported::{self, Noted};
use crate::{
    audit::{Act, AuditEvent, Entry, verify_from},
    domain::attendance::Record,
    store::{AttendanceChain, Store},
};

/// Checks every care provider's chain; one line each with the newest number and hash. The error holds all lines too, whole or
/// broken.
pub async fn verify(store: &Store) -> Result<Vec<String>> {
    let (mut lines, mut broken) = (Vec::new(), 0);
    for tenant in store.tenants().await? {
        for chain in store.attendance_chains(tenant.id).await? {
            let entries = store.attendance(tenant.id, &chain).await?;
            let name = format!("{}, {}", tenant.name, name(&chain));
            lines.push(match verify_from(chain.erased, entries, Some(chain.newest)) {
                Ok(newest) => format!(
                    "{name}: up to {}, whole, newest {}",
                    newest.0,
                    exported::named(newest)
                ),
                Err(error) => {
                    broken += 1;
                    format!("{name}: BROKEN: {error}")
                }
            });
        }
    }
    if broken > 0 {
        bail!("{}\nlogs of meetings that are broken: {broken}", lines.join("\n"));
    }
    Ok(lines)
}

/// Checks an export, which must hold the noted entry if there is one. What was erased after five years is missing at its
/// beginning, so the first line's number is told too.
pub fn verify_file(path: &Path, noted: Option<Noted>) -> Result<Vec<String>> {
    let entries = exported::read(path)?;
    let first = &entries[0];
    let (from, start) = (first.sequence, (first.sequence.saturating_sub(1), first.previous));
    let check = || {
        let newest = verify_from(start, entries.iter().cloned(), None)?;
        of_one_provider(&entries)?;
        if let Some(noted) = noted {
            noted.must_be_in(&entries)?;
        }
        anyhow::Ok(newest)
    };
    let newest = check().with_context(|| format!("{} is broken", path.display()))?;
    Ok(vec![format!(
        "{from} to {}, whole, newest {}",
        newest.0,
        exported::named(newest)
    )])
}

/// Each care provider has a chain of its own; so has, in each municipality, what is nobody's.
fn of_one_provider(entries: &[Entry]) -> Result<()> {
    let mut provider = None;
    for entry in entries {
        let record: Record = serde_json::from_str(&entry.event)
            .with_context(|| format!("entry {} is none of the log of meetings", entry.sequence))?;
        ensure!(
            *provider.get_or_insert(record.provider) == record.provider,
            "entry {} belongs to another care provider",
            entry.sequence
        );
    }
    Ok(())
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
