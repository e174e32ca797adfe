//! Three months of visits: booked, and where they are past, signed for, fetched, held and brought back. Now and then a
//! sign-off is missing or a meeting does not come about, as in life.

use std::collections::HashMap;

use anyhow::Result;
use fleet_api::{Event, KitId, MeetingLink, NeutralTitle, ReservationId, StaffOnShift, TenantId};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    dice::Dice,
    identification::Ways,
    meetings::{self, Meeting},
    outcomes::{self, Fate, Teller},
};
use crate::{
    audit::{Act, Actor},
    domain::{
        hygiene::{Checklist, CleanedPart, Instruction, OverrideReason, Phase},
        identity::expected::Particulars,
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

/// What a municipality's visits are made from.
pub(super) struct Plan<'a> {
    /// Those that are out with people.
    pub(super) kits: &'a [Kit],
    /// For how many days there have been visits.
    pub(super) days: u32,
    /// Who books them and notes what happened.
    pub(super) office: Actor,
    pub(super) ways: Ways,
}

/// Fills a municipality's calendar.
pub(super) async fn add(
    store: &Store,
    tenant: TenantId,
    plan: &Plan<'_>,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<()> {
    let (kits, days) = (plan.kits, plan.days);
    let zone = TimeZone::get("Europe/Stockholm")?;
    let today = now.to_zoned(zone.clone()).date();
    let version = adopt(store, tenant, today, now).await?;
    let workers = store.care_workers(tenant).await?;
    // Where there are many, one stands idle.
    let used = &kits[..kits.len() - usize::from(kits.len() > MANY)];
    let mut tellers: HashMap<KitId, Teller> = HashMap::new();
    for offset in -i32::try_from(days)?..AHEAD {
        let day = today + offset.days();
        if day.weekday().to_monday_zero_offset() > 4 {
            continue;
        }
        let mut told = Vec::new();
        for kit in used.iter().filter(|kit| kit.life == LifeState::InService) {
            if dice.percent(VISITS_PERCENT) {
                let hour = 8 + i8::try_from(dice.below(8))?;
                let starts_at = day.at(hour, 0, 0, 0).to_zoned(zone.clone())?.timestamp();
                let worker = dice.pick(&workers).clone();
                let key = KitKey { tenant, kit: kit.id };
                let visit = Visit {
                    plan,
                    worker,
                    starts_at,
                    version,
                };
                told.push((kit, visit.make(store, key, dice, now).await?));
            }
        }
        // As they come in: the log of meetings is in the order of the day.
        told.sort_by_key(|(_, events)| events.last().map(|event| event.at));
        for (kit, events) in told {
            let teller = tellers.entry(kit.id).or_insert_with(Teller::new);
            let key = KitKey { tenant, kit: kit.id };
            teller.deliver(store, key, kit, events).await?;
        }
    }
    for kit in kits {
        if let Some(teller) = tellers.get(&kit.id) {
            teller
                .fall_silent(store, KitKey { tenant, kit: kit.id }, kit)
                .await?;
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
        adopted_by: None,
        review_on: today + 165.days(),
        instructions: instructions.collect(),
    };
    let act = Act::by(Actor::Operator, now - SignedDuration::from_hours(24 * 200));
    Ok(store.adopt_checklist(tenant, checklist, &act).await?.version)
}

/// A visit to come or past.
struct Visit<'a> {
    plan: &'a Plan<'a>,
    worker: CareWorker,
    starts_at: Timestamp,
    /// The checklist's.
    version: u32,
}

impl Visit<'_> {
    /// Books it, and lets it happen as far as its time has come; what the kit has to tell of it.
    async fn make(&self, store: &Store, key: KitKey, dice: &mut Dice, now: Timestamp) -> Result<Vec<Event>> {
        let Self {
            plan: Plan { ways, .. },
            worker,
            starts_at,
            ..
        } = self;
        // Two kits never have one meeting, however many there are.
        let room = format!("{}-{}", dice.below(900_000) + 100_000, key.kit);
        let new = NewReservation {
            kit: key.kit,
            title: *dice.pick(&NeutralTitle::ALL),
            starts_at: *starts_at,
            ends_at: *starts_at + LENGTH,
            link: MeetingLink::parse(&format!("https://video.example/webapp3/m/sip.{room}"))?,
        };
        let particulars = Particulars {
            expected: meetings::expected(dice),
            ..Particulars::default()
        };
        let booked = self.by(now, -3 * 24 * 60);
        let reservation = store.reserve_with(key.tenant, &new, &particulars, booked).await?;
        let meeting = Meeting {
            reservation,
            starts_at: *starts_at,
            worker: worker.id,
            expected: particulars.expected,
            method: meetings::method(ways, dice),
            text: ways.text(*starts_at),
        };
        if *starts_at + SignedDuration::from_mins(90) > now {
            // Who is on the way or in somebody's home has the kit along.
            if *starts_at - FETCHED_BEFORE <= now {
                self.sign_off(store, key, Phase::Before, now, -45).await?;
                self.fetch(store, key, (reservation, None), now).await?;
            }
            return Ok(Vec::new());
        }
        self.happen(store, key, &meeting, dice, now).await
    }

    async fn happen(
        &self,
        store: &Store,
        key: KitKey,
        meeting: &Meeting,
        dice: &mut Dice,
        now: Timestamp,
    ) -> Result<Vec<Event>> {
        let (worker, reservation) = (&self.worker, meeting.reservation);
        let fate = outcomes::fate(dice);
        if let Fate::Missed(cause) = fate {
            let act = self.by(now, 90);
            store.state_cause(key.tenant, reservation, cause, &act).await?;
        }
        if fate == Fate::NotFetched {
            return Ok(Vec::new());
        }
        let signed = !dice.percent(2);
        if signed {
            self.sign_off(store, key, Phase::Before, now, -45).await?;
        }
        let reason = (!signed).then_some(OverrideReason::Acute);
        self.fetch(store, key, (reservation, reason), now).await?;
        store.take_back(key, worker.id, &self.by(now, 75)).await?;
        if !dice.percent(4) {
            self.sign_off(store, key, Phase::After, now, 85).await?;
        }
        if fate == Fate::Held && dice.percent(60) {
            store
                .rate_as_staff(key.tenant, worker.unit, outcomes::answer(dice), &self.by(now, 76))
                .await?;
        }
        outcomes::reports(meeting, fate, dice)
    }

    /// Takes the kit along, with a login on it where the municipality has that.
    async fn fetch(
        &self,
        store: &Store,
        key: KitKey,
        (reservation, reason): (ReservationId, Option<OverrideReason>),
        now: Timestamp,
    ) -> Result<()> {
        let act = self.by(now, -40);
        let worker = self.worker.id;
        store
            .check_out(key, worker, Some(reservation), reason, &act)
            .await?;
        let settings = &self.plan.ways.settings;
        if settings.staff_login {
            let staff = StaffOnShift {
                pseudonym: worker,
                until: act.at + settings.shift(),
            };
            store.begin_shift(key, staff, &act).await?;
        }
        Ok(())
    }

    async fn sign_off(
        &self,
        store: &Store,
        key: KitKey,
        phase: Phase,
        now: Timestamp,
        minutes: i64,
    ) -> Result<()> {
        let act = self.by(now, minutes);
        store
            .sign_off(key, self.worker.id, phase, self.version, &act)
            .await?;
        Ok(())
    }

    /// So many minutes after the planned start. Nobody has done anything later than now.
    fn by(&self, now: Timestamp, minutes: i64) -> Act {
        let at = self.starts_at + SignedDuration::from_mins(minutes);
        Act::by(self.plan.office.clone(), now.min(at))
    }
}
