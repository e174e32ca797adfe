//! Believable data for a demonstration: one region's municipalities with units, people, agreements and kits.
//!
//! The same seed and day give the same content (ids excepted). It goes through the store's own methods, so that it obeys
//! every rule and stands in the audit trail.

mod dice;
mod organisation;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    audit::{Act, Actor},
    store::Store,
};

use dice::Dice;

/// A municipality in the file.
#[derive(Debug, Deserialize)]
struct Municipality {
    name: String,
    /// Arrangement and first day, counted from today.
    agreements: Vec<(crate::domain::agreement::Arrangement, i32)>,
    units: Vec<String>,
    /// A private care provider beside the municipality's own.
    private: Option<String>,
    kits: u32,
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
    for municipality in &data.municipality {
        let act = Act::by(Actor::Operator, now);
        organisation::add(store, &region, municipality, &mut dice, &act)
            .await
            .with_context(|| format!("could not add {}", municipality.name))?;
    }
    Ok(())
}
