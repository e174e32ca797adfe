//! What a month's figures say should be done, and whose task that is by the responsibility table.

use super::MonthOf;
use crate::domain::{
    agreement::Arrangement,
    follow_up::{account::WhyNotHeld, task::TaskKind},
    hygiene::Review,
    responsibility::{Answer, under},
    training::Lack,
};

/// A task.
#[derive(Debug, Clone)]
pub(in crate::console) struct Task {
    pub(in crate::console) kind: TaskKind,
    /// Visits, meetings or care workers that it is about.
    pub(in crate::console) number: u64,
    /// The units that it is about.
    pub(in crate::console) unit: Option<String>,
    pub(in crate::console) answer: Answer,
}

/// The tasks of a month, and of the care workers and the checklist as they are now.
pub(in crate::console) fn tasks(
    month: &MonthOf,
    unit: Option<fleet_api::UnitId>,
    (lacks, review): (&[Vec<Lack>], Option<Review>),
    arrangement: Option<Arrangement>,
) -> Vec<Task> {
    let task = |kind: TaskKind, number: u64, unit: Option<&str>| Task {
        kind,
        number,
        unit: unit.map(str::to_owned),
        answer: under(kind.item(), arrangement),
    };
    let mut tasks = Vec::new();
    let lacking_units = month.units.iter().filter(|counted| {
        (unit.is_none() || counted.id == unit) && counted.tally.cleaned < counted.tally.visits
    });
    let names: Vec<&str> = lacking_units
        .filter_map(|counted| counted.name.as_deref())
        .collect();
    let tally = month.tally(unit);
    let uncleaned = tally.visits - tally.cleaned;
    tasks.push(task(TaskKind::Hygiene, uncleaned, Some(&names.join(", "))));
    tasks.push(task(TaskKind::Checklist, u64::from(review.is_some()), None));
    let missed = |causes: &[WhyNotHeld]| {
        causes
            .iter()
            .filter_map(|cause| tally.not_held.get(cause))
            .sum::<u64>()
    };
    let lacking = |reading: bool| {
        let lacks = lacks.iter().filter(|lacks| {
            lacks
                .iter()
                .any(|lack| matches!(lack, Lack::NotRead(_)) == reading)
        });
        lacks.count() as u64
    };
    let network = missed(&[WhyNotHeld::WeakNetwork]) + tally.broken_off.values().sum::<u64>();
    tasks.push(task(TaskKind::Training, lacking(false), None));
    tasks.push(task(TaskKind::Reading, lacking(true), None));
    tasks.push(task(TaskKind::Network, network, None));
    tasks.push(task(TaskKind::Faults, missed(&[WhyNotHeld::KitFault]), None));
    let unexplained = month.unexplained(unit).len() as u64;
    tasks.push(task(TaskKind::Explain, unexplained, None));
    tasks.retain(|task| task.number > 0);
    tasks
}
