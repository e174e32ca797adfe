//! Believable data for a demonstration: one region's municipalities with units, people, agreements and kits.
//!
//! The same seed and day give the same content (ids excepted). It goes through the store's own methods, so that it obeys
//! every rule and stands in the audit trail.

mod dice;
mod faults;
mod kits;
mod learning;
mod organisation;
mod outcomes;
mod visits;

use anyhow::{Context, Result};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

use crate::{
    audit::{Act, Actor},
    domain::{
        agreement::{Arrangement, in_force},
        responsibility::Responsible,
    },
    store::{Store, Tenant},
};

use dice::Dice;

/// A municipality in the file.
#[derive(Debug, Deserialize)]
struct Municipality {
    name: String,
    /// Arrangement and first day, counted from today.
    agreements: Vec<(Arrangement, i32)>,
    units: Vec<String>,
    /// A private care provider beside the municipality's own.
    private: Option<String>,
    kits: u32,
    inhabitants: u32,
}

#[derive(Debug, Deserialize)]
struct Region {
    municipality: Vec<Municipality>,
}

/// Fills a region, which must not have any municipality yet.
pub async fn fill(store: &Store, region: &str, seed: u64, now: Timestamp) -> Result<()> {
    let region = store
        .tenant_named(region)
        .await
        .context("make the region with init first")?;
    let data: Region =
        toml::from_str(include_str!("../../demo/vasternorrland.toml")).context("the demo file is damaged")?;
    let mut dice = Dice::new(seed);
    let mut first = 1;
    for municipality in &data.municipality {
        add(store, &region, municipality, first, &mut dice, now)
            .await
            .with_context(|| format!("could not add {}", municipality.name))?;
        first += municipality.kits;
    }
    Ok(())
}

async fn add(
    store: &Store,
    region: &Tenant,
    municipality: &Municipality,
    first: u32,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<()> {
    let act = Act::by(Actor::Operator, now);
    let (tenant, _units) = organisation::add(store, region, municipality, dice, &act).await?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let agreements = store.agreements(tenant).await?;
    let owner = match in_force(&agreements, today).map(|agreement| agreement.arrangement) {
        Some(Arrangement::Owned) => Responsible::Municipality,
        _ => Responsible::Region,
    };
    let kits = kits::add(store, (tenant, owner), (first, municipality.kits), dice, now).await?;
    learning::add(store, tenant, municipality.inhabitants, dice, now).await?;
    let spare = faults::choose_spare(store, tenant, &kits, now).await?;
    let daily: Vec<_> = kits
        .iter()
        .filter(|kit| spare.as_ref().is_none_or(|spare| spare.id != kit.id))
        .cloned()
        .collect();
    visits::add(store, tenant, &daily, dice, now).await?;
    faults::add(store, tenant, (&kits, spare.as_ref()), dice, now).await
}
