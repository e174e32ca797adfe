//! How kits are, and what is wrong with some: tickets in every state, a spare per municipality.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use fleet_api::{
    Battery, ByteCount, Check, Fault, FaultSource, KitState, Network, NetworkKind, Outcome, TenantId,
    TicketId,
};
use jiff::{SignedDuration, Timestamp};

use super::{dice::Dice, people::Helpers};
use crate::{
    audit::{Act, Actor},
    domain::{
        life_cycle::LifeState,
        responsibility::Responsible,
        sweden,
        ticket::{Holder, Resolution, TicketState, route},
    },
    store::{Kit, KitKey, Store},
};

/// How a kit told that it was.
pub(super) fn state(dice: &mut Dice, looked_at: Timestamp) -> Result<KitState> {
    let percent = |number: u64| -> Result<_> { Ok(u8::try_from(number)?.try_into()?) };
    let media = if dice.percent(2) {
        Outcome::Failed
    } else {
        Outcome::Passed
    };
    Ok(KitState {
        looked_at,
        self_test: BTreeMap::from([
            (Check::Media, media),
            (Check::Storage, Outcome::Passed),
            (Check::Network, Outcome::Passed),
        ]),
        battery: Some(Battery {
            percent: percent(18 + dice.below(83))?,
            charging: dice.percent(60),
        }),
        storage_free: Some(ByteCount(20_000_000_000 + dice.below(40) * 1_000_000_000)),
        network: Some(Network {
            kind: NetworkKind::Mobile,
            signal: Some(percent(35 + dice.below(60))?),
        }),
    })
}

/// The kit that stands ready to take another's place: the last one that is in service.
pub(super) async fn choose_spare(
    store: &Store,
    tenant: TenantId,
    kits: &[Kit],
    now: Timestamp,
) -> Result<Option<Kit>> {
    let spare = kits.iter().rfind(|kit| kit.life == LifeState::InService);
    if let Some(spare) = spare {
        let key = KitKey {
            tenant,
            kit: spare.id,
        };
        let act = Act::by(Actor::Operator, now - SignedDuration::from_hours(24 * 100));
        store.mark_spare(key, true, &act).await?;
    }
    Ok(spare.cloned())
}

/// How long ago something was reported, what, and how far it has come.
struct Story {
    hours: i64,
    fault: Fault,
    source: FaultSource,
    steps: &'static [(TicketState, i64)],
    resolution: Option<Resolution>,
}

/// One municipality has all of them, the others the first few.
const STORIES: [Story; 5] = [
    Story {
        hours: 2,
        fault: Fault::HearNothing,
        source: FaultSource::Room,
        steps: &[],
        resolution: None,
    },
    Story {
        hours: 30,
        fault: Fault::ExtensionCableMissing,
        source: FaultSource::CareWorker,
        steps: &[(TicketState::Acknowledged, 20)],
        resolution: None,
    },
    Story {
        hours: 24 * 20,
        fault: Fault::NoPicture,
        source: FaultSource::Room,
        steps: &[
            (TicketState::Acknowledged, 24 * 20 - 1),
            (TicketState::InWork, 24 * 19),
            (TicketState::Closed, 24 * 18),
        ],
        resolution: Some(Resolution::Repaired),
    },
    Story {
        hours: 50,
        fault: Fault::NotHeard,
        source: FaultSource::Office,
        steps: &[(TicketState::Acknowledged, 49), (TicketState::InWork, 44)],
        resolution: None,
    },
    Story {
        hours: 26,
        fault: Fault::SomethingBroken,
        source: FaultSource::Room,
        steps: &[(TicketState::Acknowledged, 25), (TicketState::Replaced, 22)],
        resolution: None,
    },
];

/// Reports faults and takes their tickets as far as the stories say.
pub(super) async fn add(
    store: &Store,
    tenant: TenantId,
    (kits, spare): (&[Kit], Option<&Kit>),
    helpers: Helpers,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<()> {
    let daily: Vec<&Kit> = kits
        .iter()
        .filter(|kit| kit.life == LifeState::InService && spare.is_none_or(|spare| spare.id != kit.id))
        .collect();
    let count = if dice.percent(30) { STORIES.len() } else { 3 };
    for (story, kit) in STORIES.iter().take(count).zip(daily) {
        let key = KitKey { tenant, kit: kit.id };
        let ticket = tell(store, key, story, spare, now).await?;
        let in_hand = story
            .steps
            .last()
            .is_some_and(|(state, _)| *state != TicketState::Closed);
        if in_hand {
            give(store, key, (ticket, story), helpers, now).await?;
        }
    }
    Ok(())
}

/// Somebody of the organisation whose task it is sees to it.
async fn give(
    store: &Store,
    key: KitKey,
    (ticket, what): (TicketId, &Story),
    helpers: Helpers,
    now: Timestamp,
) -> Result<()> {
    let agreements = store.agreements(key.tenant).await?;
    let reported = sweden::day(now - SignedDuration::from_hours(what.hours));
    let whose = route(what.fault, Holder::Municipality(&agreements), reported).who;
    let sees_to_it = match whose {
        Responsible::Region => helpers.region,
        Responsible::Municipality => helpers.municipality,
    };
    let act = Act::by(Actor::Operator, now - SignedDuration::from_hours(1));
    let given = store
        .assign_ticket(key.tenant, ticket, Some(sees_to_it), &act)
        .await?;
    given.map_err(|refusal| anyhow!("the demo's own ticket was not given: {refusal}"))
}

async fn tell(
    store: &Store,
    key: KitKey,
    what: &Story,
    from_pool: Option<&Kit>,
    now: Timestamp,
) -> Result<TicketId> {
    let ago = |hours| now - SignedDuration::from_hours(hours);
    let reporter = Act::by(Actor::Kit(key.kit), ago(what.hours));
    let ticket = store
        .report_fault(key, what.fault, what.source, &reporter)
        .await?;
    for (state, hours) in what.steps {
        let act = Act::by(Actor::Operator, ago(*hours));
        let taken = match (state, from_pool) {
            (TicketState::Replaced, Some(other)) => {
                let replaced = store.replace_kit(key.tenant, ticket, other.id, &act).await?;
                replaced.map(|_| ())
            }
            (TicketState::Replaced, None) => Ok(()),
            _ => {
                let resolution = what.resolution.filter(|_| *state == TicketState::Closed);
                store
                    .step_ticket(key.tenant, ticket, *state, resolution, &act)
                    .await?
            }
        };
        taken.map_err(|refusal| anyhow!("the demo's own ticket was refused: {refusal}"))?;
    }
    Ok(ticket)
}
