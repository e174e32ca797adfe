//! Who has logged in to the console: at the region and in each municipality, so that tasks have somebody.

use anyhow::Result;
use fleet_api::{PersonId, TenantId};
use jiff::{SignedDuration, Timestamp};

use super::{dice::Dice, organisation::person};
use crate::{
    audit::{Act, Actor},
    domain::role::Role,
    store::{NewLogin, Store},
};

/// Those who see to faults, of whichever organisation's task they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Helpers {
    pub(super) region: PersonId,
    pub(super) municipality: PersonId,
}

/// The region's own; the first sees to faults.
pub(super) async fn of_region(
    store: &Store,
    tenant: TenantId,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<PersonId> {
    let roles = [
        Role::RegionSupport,
        Role::RegionSupport,
        Role::RegionOperator,
        Role::Auditor,
    ];
    add(store, tenant, &roles, dice, now).await
}

/// A municipality's; the first books visits and sees to faults. Support has been let in before, in some places now as well.
pub(super) async fn of_municipality(
    store: &Store,
    tenant: TenantId,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<PersonId> {
    let roles = [Role::MunicipalManager, Role::InformationOwner, Role::CareWorker];
    let manager = add(store, tenant, &roles, dice, now).await?;
    let mut consents = vec![(21 * 24, 8)];
    if dice.percent(40) {
        consents.push((3, 24));
    }
    for (ago, hours) in consents {
        let at = now - SignedDuration::from_hours(ago);
        let until = at + SignedDuration::from_hours(hours);
        let act = Act::by(Actor::Person(Role::MunicipalManager, manager), at);
        store.allow_support(tenant, until, &act).await?;
    }
    Ok(manager)
}

async fn add(
    store: &Store,
    tenant: TenantId,
    roles: &[Role],
    dice: &mut Dice,
    now: Timestamp,
) -> Result<PersonId> {
    let mut first = None;
    for (number, role) in roles.iter().enumerate() {
        let login = NewLogin {
            issuer: "https://inloggning.example".to_owned(),
            subject: format!("{tenant}-{number}"),
            name: person(dice),
            role: *role,
        };
        let at = now - SignedDuration::from_mins(15 + i64::try_from(dice.below(2 * 24 * 60))?);
        let (known, _) = store.note_login(tenant, &login, at).await?;
        first.get_or_insert(known);
    }
    first.ok_or_else(|| anyhow::anyhow!("nobody has logged in"))
}
