//! The monthly page's four figures, each with its goal or how it was the month before.

use maud::{Markup, html};

use super::{definitions, follow_up::Month};
use crate::{
    console::{icons, texts::Texts},
    domain::follow_up::measure::{Goal, Measure, Value},
};

/// The four figures at the top.
const MAIN: [Measure; 4] = [
    Measure::Held,
    Measure::TapToPicture,
    Measure::Hygiene,
    Measure::Receipts,
];
/// A space that does not break.
pub(super) const NBSP: &str = "\u{a0}";

/// The four figures with goal and trend.
pub(super) fn figures(texts: &Texts, month: &Month) -> Markup {
    html! {
        div.figures {
            @for measure in MAIN {
                @let value = measure.value(&month.tally);
                section.figure aria-label=(texts.word("measure", measure.name())) {
                    p.big { (words(texts, value)) }
                    p { (texts.word("figure", measure.name())) }
                    (judged(texts, measure, value, measure.value(&month.before), month))
                    (definitions::beside(texts, measure.name()))
                }
            }
        }
    }
}

/// A value in words: "92 %", "14 s".
pub(super) fn words(texts: &Texts, value: Value) -> String {
    match value {
        Value::Share(share) => format!("{}{NBSP}%", share.percent()),
        Value::MedianSeconds { seconds, .. } if seconds >= 120 => format!("{}{NBSP}min", seconds / 60),
        Value::MedianSeconds { seconds, .. } => format!("{seconds}{NBSP}s"),
        Value::Minutes { minutes, .. } => format!("{minutes}{NBSP}min"),
        Value::Missing(_) => texts.t("follow_up.no_value").to_owned(),
    }
}

/// Against the goal where there is one, else against the month before.
fn judged(texts: &Texts, measure: Measure, value: Value, before: Value, month: &Month) -> Markup {
    if let Value::Missing(missing) = value {
        return html! { p.note { (texts.word("missing", missing.name())) } };
    }
    match measure.goal() {
        Some(goal) => {
            let sentence = match goal {
                Goal::AtLeastPercent(percent) => {
                    texts.fill("follow_up.goal_percent", &[("goal", &percent.to_string())])
                }
                Goal::UnderSeconds(limit) => {
                    texts.fill("follow_up.goal_seconds", &[("goal", &limit.to_string())])
                }
            };
            let lacking = match value {
                Value::Share(share) if share.part() < share.whole() => {
                    let lacking = (share.whole() - share.part()).to_string();
                    texts.fill("follow_up.lacking", &[("number", &lacking)])
                }
                _ => String::new(),
            };
            html! {
                @if goal.is_met(value) { p.ready { (icons::CHECK) (sentence) } }
                @else { p.warning { (icons::WARNING) (sentence) " " (lacking) } }
            }
        }
        None => trend(texts, value, before, month),
    }
}

fn trend(texts: &Texts, value: Value, before: Value, month: &Month) -> Markup {
    let (Value::Share(now), Value::Share(then)) = (value, before) else {
        return html! { p.note { (texts.t("follow_up.nothing_before")) } };
    };
    let earlier = month.of.month.after(-1).first_day().month().to_string();
    let values = [
        ("month", texts.word("month", &earlier).to_owned()),
        ("before", format!("{}{NBSP}%", then.percent())),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    html! {
        @match now.percent().cmp(&then.percent()) {
            std::cmp::Ordering::Greater => { p.ready { (icons::UP) (texts.fill("follow_up.better", &values)) } }
            std::cmp::Ordering::Less => { p.warning { (icons::DOWN) (texts.fill("follow_up.worse", &values)) } }
            std::cmp::Ordering::Equal => { p.note { (texts.fill("follow_up.same", &values)) } }
        }
    }
}
