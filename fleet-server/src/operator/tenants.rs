//! Regions and municipalities, each with its first token.

use anyhow::{Context, Result};
use jiff::Timestamp;
use secrecy::SecretString;

use super::{SettingsOptions, region_named, tokens::new_token};
use crate::{
    audit::Act,
    demo,
    domain::{
        organisation::{NameRefusal, check_name},
        role::Role,
    },
    store::{NewTenant, Store},
};

/// A tenant as it is given on the command line.
#[derive(Debug, Clone, clap::Args)]
pub struct TenantOptions {
    /// The region or municipality.
    #[arg(long = "tenant", default_value = "Region", value_parser = name)]
    pub name: String,
    #[command(flatten)]
    pub(super) settings: SettingsOptions,
}

fn name(text: &str) -> Result<String, NameRefusal> {
    check_name(text).map(str::to_owned)
}

impl TenantOptions {
    fn into_new(self) -> Result<NewTenant> {
        Ok(NewTenant {
            name: self.name,
            settings: self.settings.into_new()?,
        })
    }
}

/// Adds a tenant; returns a token for its programs.
pub async fn add_tenant(store: &Store, tenant: TenantOptions) -> Result<SecretString> {
    let act = Act::from(Timestamp::now());
    let new = tenant.into_new()?;
    let tenant = store
        .add_tenant(&new, act.clone())
        .await
        .context("could not add the tenant")?;
    new_token(store, tenant, Role::Program, act).await
}

/// Adds a municipality to a region; returns a token for its programs.
pub async fn add_municipality(store: &Store, region: &str, tenant: TenantOptions) -> Result<SecretString> {
    let act = Act::from(Timestamp::now());
    let region = region_named(store, region).await?;
    let new = tenant.into_new()?;
    let municipality = store
        .add_municipality(region.id, &new, &act)
        .await
        .context("could not add the municipality")?;
    new_token(store, municipality, Role::Program, act).await
}

/// Adds Västernorrland's municipalities to a region, each with the region's settings and its own care provider, so that only
/// units, people and kits have to be entered. Returns each one's name and a token for its programs.
pub async fn add_vasternorrland(store: &Store, region: &str) -> Result<Vec<(String, SecretString)>> {
    let act = Act::from(Timestamp::now());
    let region = region_named(store, region).await?;
    let mut added = Vec::new();
    for name in demo::municipalities()? {
        let new = NewTenant {
            name: name.clone(),
            settings: region.settings.clone(),
        };
        let municipality = store
            .add_municipality(region.id, &new, &act)
            .await
            .with_context(|| format!("could not add {name}"))?;
        store.add_care_provider(municipality, &name, &act).await?;
        let token = new_token(store, municipality, Role::Program, act.clone()).await?;
        added.push((name, token));
    }
    Ok(added)
}
