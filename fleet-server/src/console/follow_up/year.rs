//! Home meetings of a year against the plan.

use jiff::Timestamp;

use crate::{
    app::App,
    domain::follow_up::{month::Month, yearly_plan::Division},
    store::{StoreError, Tenant},
};

/// A municipality's year up to a month.
#[derive(Debug, Clone)]
pub(in crate::console) struct YearOf {
    /// Home meetings of each month from January on.
    pub(in crate::console) months: Vec<(Month, u64)>,
    /// What the plan gives this municipality for the whole year.
    pub(in crate::console) plan: u64,
    /// What the plan is for the whole region: meetings, how many of a hundred, and how it was divided.
    pub(in crate::console) region_plan: (u32, u32, Division),
}

impl YearOf {
    /// Home meetings so far.
    pub(in crate::console) fn held(&self) -> u64 {
        self.months.iter().map(|(_, held)| held).sum()
    }

    /// What the plan gives for the months so far.
    pub(in crate::console) fn plan_so_far(&self) -> u64 {
        self.plan * self.months.len() as u64 / 12
    }
}

/// A municipality's year, from January to a month.
pub(in crate::console) async fn of_year(
    app: &App,
    tenant: &Tenant,
    until: Month,
    now: Timestamp,
) -> Result<YearOf, StoreError> {
    let region = tenant.region.unwrap_or(tenant.id);
    let plan = app.store.follow_up_settings(region).await?.plan;
    let all = app.store.family(region).await?;
    let municipalities: Vec<&Tenant> = all.iter().filter(|other| other.region.is_some()).collect();
    let mut inhabitants = Vec::new();
    for municipality in &municipalities {
        let settings = app.store.follow_up_settings(municipality.id).await?;
        inhabitants.push(settings.inhabitants);
    }
    let mine = municipalities.iter().position(|other| other.id == tenant.id);
    let part = mine.and_then(|at| plan.divided(&inhabitants).get(at).copied());
    // A region's year is that of all its municipalities.
    let counted: Vec<&Tenant> = if mine.is_some() {
        vec![tenant]
    } else {
        all.iter().collect()
    };
    Ok(YearOf {
        months: months(app, &counted, until, now).await?,
        plan: part.unwrap_or_else(|| plan.home_meetings()),
        region_plan: (plan.meetings, plan.home_percent, plan.division_used(&inhabitants)),
    })
}

async fn months(
    app: &App,
    tenants: &[&Tenant],
    until: Month,
    now: Timestamp,
) -> Result<Vec<(Month, u64)>, StoreError> {
    let mut months = Vec::new();
    let mut month = until.january();
    while month <= until && month.span().0 <= now {
        let mut held = 0;
        for tenant in tenants {
            held += app.store.home_meetings(tenant.id, month.span()).await?;
        }
        months.push((month, held));
        month = month.after(1);
    }
    Ok(months)
}
