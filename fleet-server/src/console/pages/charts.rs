//! Charts as SVG made here: classes and presentation attributes only, because the pages allow no inline style. Numbers
//! stand on the bars, and each chart can be opened as a table. A chart's name is its table's in
//! the address.

use maud::{Markup, html};

use super::{
    address::Address,
    table::{Column, Label, Table, Value},
};
use crate::console::texts::Texts;

const WIDTH: u64 = 480;
const BASELINE: u64 = 168;
const TALLEST: u64 = 132;

/// A label with two numbers: what was planned, and what came of it.
pub(super) type Pair = (String, u64, u64);

/// Pairs of bars: an outlined one, and a filled one that is a part of it.
pub(super) fn pairs(
    texts: &'static Texts,
    at: (&Address, &'static str),
    says: &str,
    names: [&str; 2],
    pairs: &[Pair],
) -> Markup {
    let most = pairs
        .iter()
        .map(|(_, planned, _)| *planned)
        .max()
        .unwrap_or(0)
        .max(1);
    let slot = WIDTH / (pairs.len() as u64).max(1);
    let bar = (slot * 36 / 100).min(40);
    let lines: Vec<Line> = (0..)
        .zip(pairs)
        .map(|(at, (label, planned, came))| (at, label.clone(), vec![Some(*planned), Some(*came)]))
        .collect();
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " 200" } role="img" aria-label=(says) {
            @for (at, (label, planned, came)) in pairs.iter().enumerate() {
                @let middle = slot * at as u64 + slot / 2;
                @for (class, x, number) in [("planned", middle - bar - 2, planned), ("came", middle + 2, came)] {
                    @let height = number * TALLEST / most;
                    rect class=(class) x=(x) y=(BASELINE - height) width=(bar) height=(height) {}
                    text class=(class) x=(x + bar / 2) y=(BASELINE - height - 7) text-anchor="middle" { (number) }
                }
                text x=(middle) y=(BASELINE + 20) text-anchor="middle" { (label) }
            }
            line.base x1="0" x2=(WIDTH) y1=(BASELINE) y2=(BASELINE) {}
        }
        p.keys {
            @for (class, name) in ["planned", "came"].iter().zip(names) {
                span { svg.key viewBox="0 0 16 16" aria-hidden="true" { rect class=(class) x="1" y="1" width="14" height="14" {} } (name) }
            }
        }
        (as_table(texts, at, says, &names, &lines))
    }
}

/// Bars against a dotted line of what is planned for each. A bar that is none is not drawn: nothing is known.
pub(super) fn against_plan(
    texts: &'static Texts,
    at: (&Address, &'static str),
    says: &str,
    (name, plan_name): (&str, &str),
    bars: &[(String, Option<u64>)],
    plan: u64,
) -> Markup {
    let numbers = bars.iter().filter_map(|(_, number)| *number);
    let most = numbers.max().unwrap_or(0).max(plan).max(1);
    let slot = WIDTH / (bars.len() as u64).max(1);
    let bar = (slot * 64 / 100).min(44);
    let lines: Vec<Line> = (0..)
        .zip(bars)
        .map(|(at, (label, number))| (at, label.clone(), vec![*number]))
        .collect();
    let level = BASELINE - plan * TALLEST / most;
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " 200" } role="img" aria-label=(says) {
            @for (at, (label, number)) in bars.iter().enumerate() {
                @let middle = slot * at as u64 + slot / 2;
                @if let Some(number) = number {
                    @let height = number * TALLEST / most;
                    rect.came x=(middle - bar / 2) y=(BASELINE - height) width=(bar) height=(height) {}
                    text.came x=(middle) y=(BASELINE - height - 7) text-anchor="middle" { (number) }
                }
                text x=(middle) y=(BASELINE + 20) text-anchor="middle" { (label) }
            }
            line.plan x1="0" x2=(WIDTH) y1=(level) y2=(level) stroke-dasharray="2 6" {}
            text x="0" y=(level.saturating_sub(7)) { (plan_name) }
            line.base x1="0" x2=(WIDTH) y1=(BASELINE) y2=(BASELINE) {}
        }
        (as_table(texts, at, says, &[name], &lines))
    }
}

/// How much of a hundred, as a bar beside its number.
pub(super) fn share(percent: u64) -> Markup {
    html! {
        svg.share viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.rest x="0" y="0" width="100" height="10" {}
            rect.came x="0" y="0" width=(percent.min(100)) height="10" {}
        }
    }
}

/// A chart's numbers below each other, by a label that says when.
type Line = (usize, String, Vec<Option<u64>>);

/// Named as in the address.
const NUMBERS: [&str; 2] = ["first", "second"];

fn as_table(
    texts: &'static Texts,
    (here, name): (&Address, &'static str),
    says: &str,
    heads: &[&str],
    lines: &[Line],
) -> Markup {
    let when = Column::choice("period", texts.t("follow_up.period"), |line: &Line| {
        Value::Choice(i64::try_from(line.0).unwrap_or(i64::MAX), line.1.as_str().into())
    });
    let number = |at: usize| {
        Column::number(NUMBERS[at], heads[at], move |line: &Line| {
            Value::or_missing(line.2[at], Value::number)
        })
    };
    let columns = std::iter::once(when).chain((0..heads.len()).map(number));
    let table = Table::new(texts, Label::Words(says), columns.collect()).named(name);
    let rows: Vec<&Line> = lines.iter().collect();
    html! {
        details class="as-table" open[table.is_arranged(here)] {
            summary { (texts.t("follow_up.as_table")) }
            (table.show(here, &rows))
        }
    }
}
