//! Three months of visits: booked, and where they are past, signed for, fetched, held and brought back. Now and then a
//! sign-off is missing or a meeting does not come about, as in life.

use std::collections::HashMap;

use anyhow::Result;
use fleet_api::{Event, KitId, MeetingLink, NeutralTitle, TenantId};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    dice::Dice,
    outcomes::{self, Fate},
};
use crate::{
    audit::{Act, Actor},
    domain::{
        hygiene::{Checklist, CleanedPart, Instruction, OverrideReason, Phase},
        life_cycle::LifeState,
    },
    store::{CareWorker, Kit, KitKey, NewReservation, Store},
};

/// Two whole months before this one, so that the follow-up can compare them.
pub(super) const USUAL_DAYS: u32 = 92;
/// How many days ahead visits are booked.
const AHEAD: i32 = 8;
/// How many of a hundred kits have a visit on a day.
const VISITS_PERCENT: u64 = 18;
/// Kits of a municipality that has more than it needs.
const MANY: usize = 10;
/// How long before a visit its kit is fetched.
const FETCHED_BEFORE: SignedDuration = SignedDuration::from_mins(40);
const LENGTH: SignedDuration = SignedDuration::from_hours(1);

/// Fills a municipality's calendar.
pub(super) async fn add(
    store: &Store,
    tenant: TenantId,
    (kits, days): (&[Kit], u32),
    dice: &mut Dice,
    now: Timestamp,
) -> Result<()> {
    let zone = TimeZone::get("Europe/Stockholm")?;
    let today = now.to_zoned(zone.clone()).date();
    let version = adopt(store, tenant, today, now).await?;
    let workers = store.care_workers(tenant).await?;
    // Where there are many, one stands idle.
    let used = &kits[..kits.len() - usize::from(kits.len() > MANY)];
    let mut told: HashMap<KitId, Vec<Event>> = HashMap::new();
    for offset in -i32::try_from(days)?..AHEAD {
        let day = today + offset.days();
        if day.weekday().to_monday_zero_offset() > 4 {
            continue;
        }
        for kit in used.iter().filter(|kit| kit.life == LifeState::InService) {
            if dice.percent(VISITS_PERCENT) {
                let hour = 8 + i8::try_from(dice.below(8))?;
                let starts_at = day.at(hour, 0, 0, 0).to_zoned(zone.clone())?.timestamp();
                let worker = dice.pick(&workers).clone();
                let key = KitKey { tenant, kit: kit.id };
                let events = visit(store, key, &worker, starts_at, version, dice, now).await?;
                told.entry(kit.id).or_default().extend(events);
            }
        }
    }
    for kit in kits {
        if let Some(events) = told.remove(&kit.id) {
            outcomes::deliver(store, KitKey { tenant, kit: kit.id }, kit, events).await?;
        }
    }
    Ok(())
}

async fn adopt(store: &Store, tenant: TenantId, today: Date, now: Timestamp) -> Result<u32> {
    let texts = [
        "Torka plattan och stativet med en ny duk och ytdesinfektion.",
        "Torka högtalaren med en ny duk och ytdesinfektion.",
        "Torka hela kabeln med en ny duk.",
        "Torka ryggsäcken ut- och invändigt. Tvätta den om den är smutsig.",
    ];
    let instructions = CleanedPart::ALL
        .iter()
        .zip(texts)
        .map(|(part, text)| Instruction {
            part: *part,
            text: text.to_owned(),
            minutes: 1,
        });
    let checklist = Checklist {
        version: 0,
        adopted_on: today - 200.days(),
        review_on: today + 165.days(),
        instructions: instructions.collect(),
    };
    let act = Act::by(Actor::Operator, now - SignedDuration::from_hours(24 * 200));
    Ok(store.adopt_checklist(tenant, checklist, &act).await?)
}

async fn visit(
    store: &Store,
    key: KitKey,
    worker: &CareWorker,
    starts_at: Timestamp,
    version: u32,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<Vec<Event>> {
    // Nobody has done anything later than now.
    let at = |minutes| {
        Act::by(
            Actor::Operator,
            now.min(starts_at + SignedDuration::from_mins(minutes)),
        )
    };
    let room = dice.below(900_000) + 100_000;
    let new = NewReservation {
        kit: key.kit,
        title: *dice.pick(&NeutralTitle::ALL),
        starts_at,
        ends_at: starts_at + LENGTH,
        link: MeetingLink::parse(&format!("https://video.example/webapp3/m/sip.{room}"))?,
    };
    let reservation = store.reserve(key.tenant, &new, at(-3 * 24 * 60)).await?;
    if starts_at + SignedDuration::from_mins(90) > now {
        // Who is on the way or in somebody's home has the kit along.
        if starts_at - FETCHED_BEFORE <= now {
            store
                .sign_off(key, worker.id, Phase::Before, version, &at(-45))
                .await?;
            store
                .check_out(key, worker.id, Some(reservation), None, &at(-40))
                .await?;
        }
        return Ok(Vec::new());
    }
    let fate = outcomes::fate(dice);
    if let Fate::Missed(cause) = fate {
        store.state_cause(key.tenant, reservation, cause, &at(90)).await?;
    }
    if fate == Fate::NotFetched {
        return Ok(Vec::new());
    }
    let signed = !dice.percent(2);
    if signed {
        store
            .sign_off(key, worker.id, Phase::Before, version, &at(-45))
            .await?;
    }
    let reason = (!signed).then_some(OverrideReason::Acute);
    store
        .check_out(key, worker.id, Some(reservation), reason, &at(-40))
        .await?;
    store.take_back(key, worker.id, &at(75)).await?;
    if !dice.percent(4) {
        store
            .sign_off(key, worker.id, Phase::After, version, &at(85))
            .await?;
    }
    if dice.percent(60) {
        store
            .rate_as_staff(key.tenant, worker.unit, outcomes::answer(dice), &at(76))
            .await?;
    }
    outcomes::reports(reservation, starts_at, fate, dice)
}
