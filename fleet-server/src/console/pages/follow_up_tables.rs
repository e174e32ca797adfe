//! The monthly page's tables: units, what to do and whose task it is, causes, more figures, meetings without a cause.

use maud::{Markup, html};

use super::{
    address::Address,
    common::{named, task as whose},
    definitions,
    follow_up::Month,
    follow_up_figures::words,
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    console::{
        clock,
        follow_up::{Task, UnitMonth},
        icons,
        texts::Texts,
    },
    domain::{
        authorisation::Resource,
        follow_up::{
            account::{Outcome, WhyNotHeld},
            measure::{self, Beside, Measure},
            tally::Tally,
        },
        responsibility::under,
    },
};

/// Most meetings that are listed to have their cause stated.
const MOST_UNEXPLAINED: usize = 20;
/// Figures beside the four at the top.
const MORE: [Measure; 5] = [
    Measure::OnTime,
    Measure::StartDelay,
    Measure::LostMinutes,
    Measure::Interrupted,
    Measure::BrokenOff,
];

/// Each unit's month.
pub(super) fn units(texts: &'static Texts, address: &Address, month: &Month) -> Markup {
    let shown = month.of.units.iter();
    let shown: Vec<&UnitMonth> = shown
        .filter(|unit| month.unit.is_none() || unit.id == month.unit_id())
        .collect();
    let head = |name: &str| texts.t(name);
    let number = |name: &'static str, key: &str, of: fn(&Tally) -> u64| {
        Column::number(name, texts.t(key), move |unit: &UnitMonth| {
            Value::number(of(&unit.tally))
        })
    };
    let share = |name: &'static str, key: &str, measure: Measure| {
        Column::number(name, texts.t(key), move |unit: &UnitMonth| {
            percent(measure.value(&unit.tally))
        })
        .shown(move |unit| html! { (words(texts, measure.value(&unit.tally))) })
    };
    let columns = vec![
        Column::words("of", head("hygiene.unit"), |unit: &UnitMonth| {
            Value::words(
                unit.name
                    .as_deref()
                    .unwrap_or_else(|| texts.t("follow_up.no_unit")),
            )
        }),
        number("kits", "follow_up.kits", |tally| tally.kits.len() as u64),
        number("meetings", "follow_up.meetings", Tally::known),
        share("held", "follow_up.came_about", Measure::Held),
        share("signed", "hygiene.signed", Measure::Hygiene),
        number("not_reported", "follow_up.not_reported", |tally| {
            tally.not_reported
        }),
        Column::choice("needs", head("column.state"), |unit: &UnitMonth| {
            let (place, key) = if needs_something(&unit.tally) {
                (0, "follow_up.needs_something")
            } else {
                (1, "hygiene.good")
            };
            Value::Choice(place, texts.t(key).into())
        })
        .shown(|unit| {
            html! {
                @if needs_something(&unit.tally) {
                    span.warning { (icons::WARNING) (texts.t("follow_up.needs_something")) }
                } @else { span.ready { (icons::CHECK) (texts.t("hygiene.good")) } }
            }
        }),
    ];
    html! {
        section.card aria-labelledby="units" {
            h2 #units { (texts.t("hygiene.units")) }
            (Table::new(texts, Label::By("units"), columns).named("units").show(address, &shown))
        }
    }
}

/// Something was not signed, or every tenth meeting did not come about.
fn needs_something(tally: &Tally) -> bool {
    tally.cleaned < tally.visits || tally.missed() * 10 > tally.known()
}

fn percent(value: measure::Value) -> Value<'static> {
    match value {
        measure::Value::Share(share) => Value::number(share.percent()),
        _ => Value::Missing,
    }
}

/// What should be done, why, and by whom.
pub(super) fn to_do(texts: &'static Texts, address: &Address, month: &Month, tasks: &[Task]) -> Markup {
    let municipality = month.tenant.name.as_str();
    let sentence = |group: &str, task: &Task| {
        let number = task.number.to_string();
        let values = [
            ("number", &*number),
            ("unit", task.unit.as_deref().unwrap_or_default()),
        ];
        texts.fill(&format!("{group}.{}", task.kind.name()), &values)
    };
    let columns = vec![
        Column::words("what", texts.t("follow_up.what"), move |task: &Task| {
            Value::words(sentence("task", task))
        }),
        Column::words("why", texts.t("follow_up.why"), move |task: &Task| {
            Value::words(sentence("task_why", task))
        })
        .shown(move |task| {
            html! { (sentence("task_why", task)) br; span.note { (texts.word("reason", task.answer.why.name())) } }
        }),
        Column::choice("task", texts.t("column.task"), |task: &Task| named(texts, task.answer, municipality))
            .shown(|task| whose(texts, municipality, Some(task.answer))),
    ];
    let rows: Vec<&Task> = tasks.iter().collect();
    html! {
        section.card.whose-task aria-labelledby="to-do" {
            h2 #to-do { (texts.t("follow_up.to_do")) }
            @if rows.is_empty() { p { (icons::CHECK) (texts.t("overview.no_tasks")) } }
            @else { (Table::new(texts, Label::By("to-do"), columns).named("todo").show(address, &rows)) }
        }
    }
}

/// Why meetings were not held, commonest first, and whose it is.
pub(super) fn causes(texts: &'static Texts, address: &Address, month: &Month) -> Markup {
    type Row = (WhyNotHeld, u64);
    let causes = month.tally.causes();
    let rows: Vec<&Row> = causes.iter().collect();
    let municipality = month.tenant.name.as_str();
    let answer = |cause: WhyNotHeld| under(cause.item(), month.arrangement);
    let columns = vec![
        Column::words("cause", texts.t("follow_up.cause"), |(cause, _): &Row| {
            Value::words(texts.word("detail", cause.name()))
        }),
        Column::number(
            "meetings",
            texts.t("follow_up.meetings"),
            |(_, meetings): &Row| Value::number(*meetings),
        ),
        Column::choice("task", texts.t("column.task"), move |(cause, _): &Row| {
            named(texts, answer(*cause), municipality)
        })
        .shown(move |(cause, _)| whose(texts, municipality, Some(answer(*cause)))),
    ];
    html! {
        section.card aria-labelledby="causes" {
            h2 #causes { (texts.word("measure", Beside::NotHeld.name())) }
            @if rows.is_empty() { p { (texts.t("follow_up.no_causes")) } }
            @else { (Table::new(texts, Label::By("causes"), columns).named("causes").show(address, &rows)) }
            (definitions::beside(texts, Beside::NotHeld.name()))
        }
    }
}

/// The other figures.
pub(super) fn more(texts: &Texts, month: &Month) -> Markup {
    html! {
        section.card aria-labelledby="more" {
            h2 #more { (texts.t("follow_up.more")) }
            table { tbody { @for measure in MORE {
                @let value = measure.value(&month.tally);
                tr {
                    th scope="row" { (texts.word("measure", measure.name())) (definitions::beside(texts, measure.name())) }
                    td.number {
                        b { (words(texts, value)) }
                        @if measure == Measure::BrokenOff {
                            @for (how, meetings) in &month.tally.broken_off {
                                br; span.note { (texts.word("break_off", how.name())) ": " (meetings) }
                            }
                        }
                    }
                }
            } } }
        }
    }
}

/// Meetings whose cause is not known, each with a form to state it. Not on paper.
pub(super) fn unexplained(visitor: &Visitor, month: &Month, address: &str) -> Markup {
    let texts = visitor.texts;
    let meetings = month.of.unexplained(month.unit_id());
    html! {
        @if !meetings.is_empty() {
            section.card.on-screen aria-labelledby="unexplained" {
                h2 #unexplained { (texts.count("follow_up.unexplained", meetings.len(), &[])) }
                p.note { (texts.t("follow_up.unexplained_note")) }
                ul.parts { @for counted in meetings.iter().take(MOST_UNEXPLAINED) {
                    @let when = clock::when(texts, counted.meeting.starts_at, visitor.now);
                    li {
                        div {
                            a href={ "/kits/" (counted.meeting.kit) } { b { (when) } }
                            br;
                            span.note { (known(texts, counted.account.outcome)) }
                        }
                        @if visitor.may_change(Resource::MeetingCauses) {
                            form method="post" action="/follow-up" {
                                input type="hidden" name="reservation" value=(counted.meeting.reservation);
                                input type="hidden" name="back" value=(address);
                                select name="cause" aria-label={ (texts.t("follow_up.cause")) ": " (when) } {
                                    @for cause in WhyNotHeld::ALL { option value=(cause.name()) { (texts.word("detail", cause.name())) } }
                                }
                                button type="submit" { (texts.t("common.save")) }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn known(texts: &Texts, outcome: Outcome) -> &str {
    match outcome {
        Outcome::NotHeld(cause) => texts.word("detail", cause.name()),
        Outcome::PreferredInPerson => texts.word("measure", "in_person"),
        Outcome::NotReported | Outcome::Held => texts.t("missing.not_reported"),
    }
}
