//! A municipality with its agreements, care providers, units, managers and care workers.

use anyhow::Result;
use fleet_api::{CareWorkerId, TenantId, UnitId};
use jiff::{ToSpan, tz::TimeZone};

use super::{Municipality, dice::Dice};
use crate::{
    audit::Act,
    domain::{
        agreement::Agreement,
        processing::{ProcessingAgreement, ProcessingKind},
    },
    store::{CareWorker, NewTenant, Store, Tenant},
};

const FIRST_NAMES: [&str; 12] = [
    "Amina", "Birgitta", "David", "Elin", "Fatima", "Gustav", "Hanna", "Ivan", "Karin", "Leyla", "Mats",
    "Sara",
];
const LAST_NAMES: [&str; 10] = [
    "Andersson",
    "Berg",
    "Dahl",
    "Eriksson",
    "Haddad",
    "Lind",
    "Nyström",
    "Olsson",
    "Sjödin",
    "Åström",
];
const WORKERS_PER_UNIT: u32 = 4;

/// Adds a municipality and everybody in it; returns it and its units.
pub(super) async fn add(
    store: &Store,
    region: &Tenant,
    municipality: &Municipality,
    dice: &mut Dice,
    act: &Act,
) -> Result<(TenantId, Vec<UnitId>)> {
    let new = NewTenant {
        name: municipality.name.clone(),
        settings: region.settings.clone(),
    };
    let tenant = store.add_municipality(region.id, &new, act).await?;
    let today = act.at.to_zoned(TimeZone::UTC).date();
    for (arrangement, begins) in &municipality.agreements {
        let from = today + begins.days();
        let agreement = Agreement {
            arrangement: *arrangement,
            from,
            until: None,
        };
        // Made on the day before it began, as the rules want it.
        let made_on = from.min(today);
        store.make_agreement(tenant, &agreement, made_on, act).await??;
    }
    if let Some(reference) = &municipality.processing {
        let from = municipality
            .agreements
            .iter()
            .map(|(_, begins)| today + begins.days())
            .min();
        let noted = ProcessingAgreement {
            reference: reference.clone(),
            kind: ProcessingKind::Processor,
            from: from.unwrap_or(today),
            until: None,
        };
        store.note_processing_agreement(tenant, &noted, act).await?;
    }
    let own = store.add_care_provider(tenant, &municipality.name, act).await?;
    let mut units = Vec::new();
    for name in &municipality.units {
        units.push(store.add_unit(tenant, own, name, act).await?);
    }
    if let Some(private) = &municipality.private {
        let private = store.add_care_provider(tenant, private, act).await?;
        units.push(store.add_unit(tenant, private, "Hemtjänst Exempel", act).await?);
    }
    for unit in &units {
        let manager = person(dice);
        let since = today - 400.days();
        store
            .name_information_owner(tenant, *unit, (&manager, "enhetschef"), since, act)
            .await?;
    }
    add_workers(store, tenant, &units, dice, act).await?;
    Ok((tenant, units))
}

async fn add_workers(
    store: &Store,
    tenant: TenantId,
    units: &[UnitId],
    dice: &mut Dice,
    act: &Act,
) -> Result<()> {
    let mut number = 0;
    for unit in units {
        for _ in 0..WORKERS_PER_UNIT {
            number += 1;
            let letter = *dice.pick(&["A", "B", "C", "H", "K", "M", "P", "R", "T", "X"]);
            let worker = CareWorker {
                id: CareWorkerId::generate(),
                pseudonym: format!("{}{letter}{}", number / 10 + 1, number % 10),
                name: person(dice),
                unit: *unit,
                has_left: false,
            };
            store.add_care_worker(tenant, &worker, act).await?;
        }
    }
    Ok(())
}

/// Somebody's made-up name.
pub(super) fn person(dice: &mut Dice) -> String {
    format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES))
}
