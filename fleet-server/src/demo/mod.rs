//! Believable data for a demonstration: one region's municipalities with units, people, agreements and kits.
//!
//! The same seed and day give the same content (ids excepted). It goes through the store's own methods, so that it obeys
//! every rule and stands in the audit trail.

mod dice;
mod faults;
mod identification;
mod kits;
mod learning;
mod meetings;
mod organisation;
mod outcomes;
mod people;
mod visits;

use anyhow::{Context, Result};
use fleet_api::PersonId;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

use crate::{
    audit::{Act, Actor},
    domain::{
        agreement::{Arrangement, in_force},
        ownership::Owner,
        role::Role,
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
    /// Where the agreement with the region on personal data is found.
    processing: Option<String>,
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

/// How much there is of everything.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Kits in all, shared out as in the file; none = as many as stand there.
    pub kits: Option<u32>,
    /// For how many days visits have been made.
    pub days: u32,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            kits: None,
            days: visits::USUAL_DAYS,
        }
    }
}

/// The names of Västernorrland's municipalities, as the routine has them.
pub fn municipalities() -> Result<Vec<String>> {
    let data = read()?;
    Ok(data
        .municipality
        .into_iter()
        .map(|municipality| municipality.name)
        .collect())
}

fn read() -> Result<Region> {
    toml::from_str(include_str!("../../demo/vasternorrland.toml")).context("the demo file is damaged")
}

/// Fills a region, which must not have any municipality yet.
pub async fn fill(store: &Store, region: &str, (seed, size): (u64, Size), now: Timestamp) -> Result<()> {
    let region = store
        .tenant_named(region)
        .await
        .context("make the region with init first")?;
    let mut data = read()?;
    if let Some(kits) = size.kits {
        share_out(&mut data.municipality, kits);
    }
    let mut dice = Dice::new(seed);
    let helper = people::of_region(store, region.id, &mut dice, now).await?;
    let mut first = 1;
    for municipality in &data.municipality {
        let numbers = (first, size.days);
        add(store, (&region, helper), municipality, numbers, &mut dice, now)
            .await
            .with_context(|| format!("could not add {}", municipality.name))?;
        first += municipality.kits;
    }
    Ok(())
}

/// As many kits as are wanted, in the proportions of the file; what does not come out even goes to the last.
fn share_out(municipalities: &mut [Municipality], wanted: u32) {
    let all: u32 = municipalities.iter().map(|municipality| municipality.kits).sum();
    let mut left = wanted;
    let last = municipalities.len().saturating_sub(1);
    for (at, municipality) in municipalities.iter_mut().enumerate() {
        let share = if at == last {
            left
        } else {
            wanted * municipality.kits / all
        };
        municipality.kits = share;
        left -= share;
    }
}

async fn add(
    store: &Store,
    (region, helper): (&Tenant, PersonId),
    municipality: &Municipality,
    (first, days): (u32, u32),
    dice: &mut Dice,
    now: Timestamp,
) -> Result<()> {
    let act = Act::by(Actor::Operator, now);
    let (tenant, _units) = organisation::add(store, region, municipality, dice, &act).await?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let agreements = store.agreements(tenant).await?;
    let agreed = in_force(&agreements, today).map(|agreement| agreement.arrangement);
    let owner = Owner::by_agreement(agreed, tenant).kind();
    let kits = kits::add(store, (tenant, owner), (first, municipality.kits), dice, now).await?;
    learning::add(store, tenant, municipality.inhabitants, dice, now).await?;
    let spare = faults::choose_spare(store, tenant, &kits, now).await?;
    let daily: Vec<_> = kits
        .iter()
        .filter(|kit| spare.as_ref().is_none_or(|spare| spare.id != kit.id))
        .cloned()
        .collect();
    let ways = identification::add(store, tenant, dice, now).await?;
    let helpers = people::Helpers {
        region: helper,
        municipality: people::of_municipality(store, tenant, dice, now).await?,
    };
    let office = Actor::Person(Role::MunicipalManager, helpers.municipality);
    let plan = visits::Plan {
        kits: &daily,
        days,
        office,
        ways,
    };
    visits::add(store, tenant, &plan, dice, now).await?;
    faults::add(store, tenant, (&kits, spare.as_ref()), helpers, dice, now).await
}
