//! The follow-up of a municipality's month: gathers from the store what `domain::follow_up` computes from.
//!
//! Pages, CSV and REST read the same [`MonthOf`], so that they cannot say different things. A meeting belongs to the unit
//! whose care worker had its kit; one that nobody fetched belongs to no unit and is shown so.

mod ratings;
mod rows;
mod tasks;
mod year;

use std::collections::{BTreeMap, HashMap, HashSet};

use fleet_api::{CareWorkerId, UnitId};
use jiff::{Timestamp, civil::Date};

use super::{cleaned_visits, clock};
use crate::{
    app::App,
    domain::follow_up::{
        account::{Account, Outcome, Planned, Report as Told, account},
        month::Month,
        tally::Tally,
    },
    store::{BookedMeeting, CheckOut, StoreError, Tenant},
};

pub(super) use ratings::{Felt, felt};
pub(super) use rows::{COLUMNS, Report, Row};
pub(super) use tasks::{Task, tasks};
pub(super) use year::{YearOf, of_year};

/// A meeting whose time has passed, with its account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) meeting: BookedMeeting,
    pub(super) unit: Option<UnitId>,
    pub(super) account: Account,
    fetched: bool,
    /// Whether the kit was carried for it; of several meetings on one journey, for the first that was held.
    carried: bool,
}

/// A unit's month; without id, the meetings that nobody fetched a kit for.
#[derive(Debug, Clone)]
pub(super) struct UnitMonth {
    pub(super) id: Option<UnitId>,
    pub(super) name: Option<String>,
    pub(super) tally: Tally,
}

/// A municipality's month.
#[derive(Debug, Clone)]
pub(super) struct MonthOf {
    pub(super) month: Month,
    pub(super) meetings: Vec<Counted>,
    pub(super) units: Vec<UnitMonth>,
}

impl MonthOf {
    /// The sum of all units, or one of them.
    pub(super) fn tally(&self, unit: Option<UnitId>) -> Tally {
        let mut sum = Tally::default();
        for counted in &self.units {
            if unit.is_none() || counted.id == unit {
                sum.add(&counted.tally);
            }
        }
        sum
    }

    /// Meetings of which it is known whether they were held, and those that were, by ISO week.
    pub(super) fn weeks(&self, unit: Option<UnitId>) -> Vec<(i8, u64, u64)> {
        let mut weeks: BTreeMap<Date, (u64, u64)> = BTreeMap::new();
        for counted in self.of_unit(unit) {
            let week = clock::day(counted.meeting.starts_at).iso_week_date();
            let Ok(monday) =
                jiff::civil::ISOWeekDate::new(week.year(), week.week(), jiff::civil::Weekday::Monday)
            else {
                continue;
            };
            let (known, held) = weeks.entry(monday.date()).or_default();
            let outcome = counted.account.outcome;
            *known += u64::from(!matches!(
                outcome,
                Outcome::NotReported | Outcome::PreferredInPerson
            ));
            *held += u64::from(counted.account.outcome == Outcome::Held);
        }
        let week = |(monday, (known, held)): (Date, (u64, u64))| (monday.iso_week_date().week(), known, held);
        weeks.into_iter().map(week).collect()
    }

    /// The meetings of which nobody knows why they were not held, or whether they were.
    pub(super) fn unexplained(&self, unit: Option<UnitId>) -> Vec<&Counted> {
        use crate::domain::follow_up::account::WhyNotHeld;
        let unexplained = |counted: &&Counted| {
            matches!(
                counted.account.outcome,
                Outcome::NotReported | Outcome::NotHeld(WhyNotHeld::CouldNotJoin | WhyNotHeld::NotFetched)
            ) && counted.meeting.stated.is_none()
        };
        self.of_unit(unit).filter(unexplained).collect()
    }

    fn of_unit(&self, unit: Option<UnitId>) -> impl Iterator<Item = &Counted> {
        self.meetings
            .iter()
            .filter(move |counted| unit.is_none() || counted.unit == unit)
    }
}

/// A municipality's month as far as it has passed.
pub(super) async fn of_month(
    app: &App,
    tenant: &Tenant,
    month: Month,
    now: Timestamp,
) -> Result<MonthOf, StoreError> {
    let span = month.span();
    let store = &app.store;
    let booked = store.booked_meetings(tenant.id, span).await?;
    let reports = store.kit_reports(tenant.id, span).await?;
    let workers = store.all_care_workers(tenant.id).await?;
    let unit_of: HashMap<CareWorkerId, UnitId> = workers
        .into_iter()
        .map(|worker| (worker.id, worker.unit))
        .collect();
    // A kit may have been fetched the day before.
    let outs = store
        .check_outs(tenant.id, span.0 - jiff::SignedDuration::from_hours(48))
        .await?;
    let mut outs_of: HashMap<_, Vec<&CheckOut>> = HashMap::new();
    for out in &outs {
        outs_of.entry(out.kit).or_default().push(out);
    }
    let none = Vec::new();
    let mut journeys = HashSet::new();
    let count = |meeting: BookedMeeting| {
        let outs = outs_of.get(&meeting.kit).unwrap_or(&none);
        let reports = reports.get(&meeting.reservation).map_or(&[][..], Vec::as_slice);
        let fetched = taken_for(outs, &meeting, reports);
        let planned = Planned {
            starts_at: meeting.starts_at,
            ends_at: meeting.ends_at,
            fetched: fetched.is_some(),
            stated: meeting.stated,
        };
        let account = account(&planned, reports);
        let held = account.outcome == Outcome::Held;
        Counted {
            meeting,
            unit: fetched.and_then(|out| unit_of.get(&out.worker).copied()),
            account,
            fetched: planned.fetched,
            carried: held && fetched.is_some_and(|out| journeys.insert((out.kit, out.at))),
        }
    };
    let over = booked.into_iter().filter(|meeting| meeting.ends_at <= now);
    let meetings: Vec<Counted> = over.map(count).collect();
    let units = by_unit(app, tenant, month, &meetings).await?;
    Ok(MonthOf {
        month,
        meetings,
        units,
    })
}

/// The check-out that a meeting's kit was out with: the one that names the meeting, or else the last one in its time. A kit
/// that was brought back before the booked time was along all the same where the meeting began early.
fn taken_for<'o>(
    outs: &[&'o CheckOut],
    meeting: &BookedMeeting,
    reports: &[(Timestamp, Told)],
) -> Option<&'o CheckOut> {
    let time = (meeting.starts_at, meeting.ends_at);
    let joined = reports.iter().any(|(_, told)| *told == Told::Joined);
    let named = |out: &&&CheckOut| {
        out.reservation == Some(meeting.reservation) && (joined || out.outing().touches(time))
    };
    let touching = || outs.iter().rfind(|out| out.outing().touches(time));
    outs.iter().find(named).or_else(touching).copied()
}

async fn by_unit(
    app: &App,
    tenant: &Tenant,
    month: Month,
    meetings: &[Counted],
) -> Result<Vec<UnitMonth>, StoreError> {
    let mut units = Vec::new();
    for (unit, visits) in cleaned_visits::by_unit(app, tenant.id, month).await? {
        let mut tally = tally_of(meetings, Some(unit.id));
        tally.count_visits(&visits);
        units.push(UnitMonth {
            id: Some(unit.id),
            name: Some(unit.name),
            tally,
        });
    }
    let nobodys = tally_of(meetings, None);
    if nobodys != Tally::default() {
        units.push(UnitMonth {
            id: None,
            name: None,
            tally: nobodys,
        });
    }
    Ok(units)
}

fn tally_of(meetings: &[Counted], unit: Option<UnitId>) -> Tally {
    let mut tally = Tally::default();
    for counted in meetings.iter().filter(|counted| counted.unit == unit) {
        tally.count(&counted.account, counted.carried);
        if counted.fetched {
            tally.kits.insert(counted.meeting.kit);
        }
    }
    tally
}
