//! The monthly page's tables: units, what to do and whose task it is, causes, more figures, meetings without a cause.

use maud::{Markup, html};

use super::{common::task as whose, definitions, follow_up::Month, follow_up_cards::words, visitor::Visitor};
use crate::{
    console::{clock, follow_up::Task, icons, texts::Texts},
    domain::{
        authorisation::Resource,
        follow_up::{
            account::{Outcome, WhyNotHeld},
            measure::{Beside, Measure},
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
pub(super) fn units(texts: &Texts, month: &Month) -> Markup {
    let shown = month
        .of
        .units
        .iter()
        .filter(|unit| month.unit.is_none() || unit.id == month.unit_id());
    html! {
        section.card aria-labelledby="units" {
            h2 #units { (texts.t("hygiene.units")) }
            div.scroll tabindex="0" role="region" aria-labelledby="units" { table {
                thead { tr {
                    th scope="col" { (texts.t("hygiene.unit")) }
                    th.number scope="col" { (texts.t("follow_up.kits")) }
                    th.number scope="col" { (texts.t("follow_up.meetings")) }
                    th.number scope="col" { (texts.t("follow_up.came_about")) }
                    th.number scope="col" { (texts.t("hygiene.signed")) }
                    th.number scope="col" { (texts.t("follow_up.not_reported")) }
                    th scope="col" { (texts.t("column.state")) }
                } }
                tbody { @for unit in shown {
                    @let tally = &unit.tally;
                    @let lacking = tally.visits - tally.cleaned;
                    tr {
                        th scope="row" { (unit.name.as_deref().unwrap_or_else(|| texts.t("follow_up.no_unit"))) }
                        td.number { (tally.kits.len()) }
                        td.number { (tally.known()) }
                        td.number { (words(texts, Measure::Held.value(tally))) }
                        td.number { (words(texts, Measure::Hygiene.value(tally))) }
                        td.number { (tally.not_reported) }
                        td {
                            @if lacking > 0 || tally.missed() * 10 > tally.known() {
                                span.warning { (icons::WARNING) (texts.t("follow_up.needs_something")) }
                            } @else { span.ready { (icons::CHECK) (texts.t("hygiene.good")) } }
                        }
                    }
                } }
            } }
        }
    }
}

/// What should be done, why, and by whom.
pub(super) fn to_do(texts: &Texts, month: &Month, tasks: &[Task]) -> Markup {
    html! {
        section.card.whose-task aria-labelledby="to-do" {
            h2 #to-do { (texts.t("follow_up.to_do")) }
            @if tasks.is_empty() { p { (icons::CHECK) (texts.t("overview.no_tasks")) } } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="to-do" { table {
                    thead { tr {
                        th scope="col" { (texts.t("follow_up.what")) }
                        th scope="col" { (texts.t("follow_up.why")) }
                        th scope="col" { (texts.t("column.task")) }
                    } }
                    tbody { @for task in tasks {
                        @let values = [("number", &*task.number.to_string()), ("unit", task.unit.as_deref().unwrap_or_default())];
                        tr {
                            th scope="row" { (texts.fill(&format!("task.{}", task.kind.name()), &values)) }
                            td {
                                (texts.fill(&format!("task_why.{}", task.kind.name()), &values))
                                br; span.note { (texts.word("reason", task.answer.why.name())) }
                            }
                            td { (whose(texts, &month.tenant.name, Some(task.answer))) }
                        }
                    } }
                } }
            }
        }
    }
}

/// Why meetings were not held, commonest first, and whose it is.
pub(super) fn causes(texts: &Texts, month: &Month) -> Markup {
    let causes = month.tally.causes();
    html! {
        section.card aria-labelledby="causes" {
            h2 #causes { (texts.word("measure", Beside::NotHeld.name())) }
            @if causes.is_empty() { p { (texts.t("follow_up.no_causes")) } } @else {
                table {
                    thead { tr {
                        th scope="col" { (texts.t("follow_up.cause")) }
                        th.number scope="col" { (texts.t("follow_up.meetings")) }
                        th scope="col" { (texts.t("column.task")) }
                    } }
                    tbody { @for (cause, meetings) in causes { tr {
                        th scope="row" { (texts.word("detail", cause.name())) }
                        td.number { (meetings) }
                        td { (whose(texts, &month.tenant.name, Some(under(cause.item(), month.arrangement)))) }
                    } } }
                }
            }
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
                h2 #unexplained { (texts.fill("follow_up.unexplained", &[("number", &meetings.len().to_string())])) }
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
