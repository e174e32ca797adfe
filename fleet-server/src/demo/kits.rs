//! A municipality's kits: registered, taken through their life, enrolled and heard. Some are as kits are: broken, away,
//! silent.

use anyhow::{Result, anyhow};
use fleet_api::{AgentVersion, KitName, SpoolId, SyncRequest, TenantId};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use super::{dice::Dice, faults};
use crate::{
    audit::{Act, Actor},
    domain::{
        inventory_file::Row,
        life_cycle::LifeState,
        part::{Condition, Part, PartKind, Subscription},
        responsibility::Responsible,
        row_owner::RowOwner,
    },
    identity::{enrolment_code, secret},
    store::{Kit, KitKey, Store},
};

/// Most kits that are read back.
const MOST: u32 = 100_000;

/// Adds kits with numbers from `first` on.
pub(super) async fn add(
    store: &Store,
    (tenant, owner): (TenantId, Responsible),
    (first, count): (u32, u32),
    dice: &mut Dice,
    now: Timestamp,
) -> Result<Vec<Kit>> {
    let bought = now - SignedDuration::from_hours(24 * 300);
    let row_owner = match owner {
        Responsible::Region => RowOwner::Region,
        Responsible::Municipality => RowOwner::Here,
    };
    let mut rows = Vec::new();
    for number in first..first + count {
        let kit: KitName = format!("Kit {number:02}").parse()?;
        for kind in PartKind::ALL {
            rows.push(Row {
                number: rows.len() + 2,
                kit: kit.clone(),
                owner: row_owner.clone(),
                part: Some(part(*kind, number, owner, dice, bought)),
            });
        }
    }
    let act = Act::by(Actor::Operator, bought);
    let imported = store.import(tenant, &rows, &act).await?;
    imported.map_err(|errors| anyhow!("the demo's own parts clash: {errors:?}"))?;
    for kit in store.kits(tenant, MOST).await? {
        let key = KitKey { tenant, kit: kit.id };
        live(store, key, dice, bought).await?;
        enrol(store, key, dice, now).await?;
    }
    Ok(store.kits(tenant, MOST).await?)
}

fn part(kind: PartKind, number: u32, owner: Responsible, dice: &mut Dice, bought: Timestamp) -> Part {
    let condition = match dice.below(100) {
        0 => Condition::Broken,
        1 => Condition::Missing,
        2..8 => Condition::Worn,
        _ => Condition::Good,
    };
    let bought = bought.to_zoned(TimeZone::UTC).date();
    let subscription = (kind == PartKind::Sim).then(|| Subscription {
        iccid: iccid(number),
        operator: (*dice.pick(&["Operatör Nord", "Operatör Syd"])).to_owned(),
        owner,
    });
    Part {
        kind,
        serial: format!("{}{:04}", &kind.name()[..2].to_uppercase(), 4000 + number),
        condition,
        warranty_until: (kind == PartKind::Tablet).then(|| bought + 3.years()),
        screen: (kind == PartKind::Tablet).then_some(126),
        subscription,
    }
}

/// A made-up ICCID with a right check digit (ITU-T E.118).
fn iccid(number: u32) -> String {
    let body = format!("894600{number:012}");
    let weighted = body.bytes().rev().enumerate().map(|(at, digit)| {
        let value = u32::from(digit - b'0');
        if at % 2 == 0 { value * 2 } else { value }
    });
    let sum: u32 = weighted.map(|value| value / 10 + value % 10).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

async fn live(store: &Store, key: KitKey, dice: &mut Dice, bought: Timestamp) -> Result<()> {
    let mut steps = vec![
        LifeState::Received,
        LifeState::Configured,
        LifeState::Assembled,
        LifeState::Delivered,
        LifeState::InService,
    ];
    match dice.below(30) {
        0 => steps.truncate(3),
        1 => steps.push(LifeState::InRepair),
        2 if dice.percent(30) => steps.push(LifeState::Lost),
        _ => {}
    }
    let mut at = bought;
    for step in steps {
        at += SignedDuration::from_hours(24 * 5);
        store
            .take_step(key, step, &Act::by(Actor::Operator, at))
            .await??;
    }
    Ok(())
}

/// A stand-in's enrolment: the code is used, but no tablet holds the key.
async fn enrol(store: &Store, key: KitKey, dice: &mut Dice, now: Timestamp) -> Result<()> {
    let life = store.kit(key).await?.life;
    if life != LifeState::InService && life != LifeState::InRepair {
        return Ok(());
    }
    let at = now - SignedDuration::from_hours(24 * 200);
    let expires_at = at + SignedDuration::from_hours(24);
    let code = enrolment_code::make(store, key, expires_at, &at.into()).await?;
    let secret_hash = secret::hash(code.expose_secret_part().as_bytes());
    store
        .use_code(code.name(), &secret_hash, &secret_hash, at)
        .await?;
    // On the shelf it asks every few minutes.
    let silent_for = if dice.percent(5) {
        SignedDuration::from_hours(24 * 4)
    } else {
        SignedDuration::from_mins(i64::try_from(dice.below(20))?)
    };
    let version: AgentVersion = (*dice.pick(&["1.8", "1.8", "1.8", "1.7"])).parse()?;
    let heard = now - silent_for;
    let request = SyncRequest {
        spool: SpoolId::generate(),
        agent_version: version,
        events: Vec::new(),
        state: Some(faults::state(dice, heard)?),
    };
    store.take_in(key, request, heard).await?;
    Ok(())
}
