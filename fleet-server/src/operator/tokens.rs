//! Tokens for programs: each shown once, ended by its name.

use anyhow::{Context, Result, ensure};
use fleet_api::TenantId;
use jiff::Timestamp;
use secrecy::SecretString;

use super::tenant_named;
use crate::{audit::Act, domain::role::Role, identity::administrator, store::Store};

/// Adds a token for a program, which may do no more than a role may.
pub async fn add_token(store: &Store, tenant: &str, role: Role) -> Result<SecretString> {
    ensure!(
        role != Role::Newcomer,
        "a newcomer may do nothing; choose another role"
    );
    let tenant = tenant_named(store, tenant).await?;
    ensure!(
        role.fits(tenant.region.is_none()),
        "{} is a role of regions alone",
        role.name()
    );
    new_token(store, tenant.id, role, Act::from(Timestamp::now())).await
}

/// A tenant's tokens, a line each: name and role.
pub async fn tokens(store: &Store, tenant: &str) -> Result<Vec<String>> {
    let tenant = tenant_named(store, tenant).await?;
    let tokens = store.tokens(tenant.id).await?.into_iter();
    Ok(tokens
        .map(|(name, role)| format!("{name} {}", role.name()))
        .collect())
}

/// Ends a token by its name, the eight letters after `fleet_`.
pub async fn revoke_token(store: &Store, tenant: &str, name: &str) -> Result<()> {
    let tenant = tenant_named(store, tenant).await?;
    let act = Act::from(Timestamp::now());
    store
        .revoke_token(tenant.id, name, &act)
        .await
        .context("list them by \"fleet-server tokens\"")
}

pub(super) async fn new_token(store: &Store, tenant: TenantId, role: Role, act: Act) -> Result<SecretString> {
    let (shown, token) = administrator::new_token_as(role);
    store.add_token(tenant, &token, act).await?;
    Ok(shown)
}
