//! Reading the log of meetings: whole chains, verified as they are read. That somebody read is recorded.

use fleet_api::{CareProviderId, TenantId};

use crate::{
    app::App,
    audit::{Act, AuditEvent, BrokenChain, Entry, verify_from},
    store::{AttendanceChain, StoreError},
};

/// A chain with what is in it.
pub(in crate::console) struct ReadChain {
    pub(in crate::console) chain: AttendanceChain,
    pub(in crate::console) entries: Vec<Entry>,
    /// Whether it is whole.
    pub(in crate::console) verified: Result<(), BrokenChain>,
}

/// A tenant's chains, or the one of a care provider.
pub(in crate::console) async fn attendance(
    app: &App,
    tenant: TenantId,
    provider: Option<CareProviderId>,
    act: &Act,
) -> Result<Vec<ReadChain>, StoreError> {
    let mut chains = app.store.attendance_chains(tenant).await?;
    chains.retain(|chain| provider.is_none_or(|provider| provider == chain.provider));
    let mut read = Vec::new();
    for chain in chains {
        let entries = app.store.attendance(tenant, &chain).await?;
        let verified = verify_from(chain.erased, entries.iter().cloned(), Some(chain.newest));
        read.push(ReadChain {
            chain,
            entries,
            verified: verified.map(|_| ()),
        });
    }
    let count: usize = read.iter().map(|chain| chain.entries.len()).sum();
    let looked = AuditEvent::AttendanceRead {
        entries: u64::try_from(count).unwrap_or(u64::MAX),
    };
    app.store.record(tenant, act, &looked).await?;
    Ok(read)
}
