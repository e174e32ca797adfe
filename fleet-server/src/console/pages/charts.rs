//! Charts as SVG made here: classes and presentation attributes only, because the pages allow no inline style. Numbers
//! stand on the bars, and each chart can be opened as a table.

use maud::{Markup, html};

use crate::console::texts::Texts;

const WIDTH: u64 = 480;
const BASELINE: u64 = 168;
const TALLEST: u64 = 132;

/// A label with two numbers: what was planned, and what came of it.
pub(super) type Pair = (String, u64, u64);

/// Pairs of bars: an outlined one, and a filled one that is a part of it.
pub(super) fn pairs(texts: &Texts, says: &str, names: [&str; 2], pairs: &[Pair]) -> Markup {
    let most = pairs
        .iter()
        .map(|(_, planned, _)| *planned)
        .max()
        .unwrap_or(0)
        .max(1);
    let slot = WIDTH / (pairs.len() as u64).max(1);
    let bar = (slot * 36 / 100).min(40);
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
        (as_table(texts, &[texts.t("follow_up.period"), names[0], names[1]], pairs.iter().map(|(label, planned, came)| {
            vec![label.clone(), planned.to_string(), came.to_string()]
        })))
    }
}

/// Bars against a dotted line of what is planned for each. A bar that is none is not drawn: nothing is known.
pub(super) fn against_plan(
    texts: &Texts,
    says: &str,
    (name, plan_name): (&str, &str),
    bars: &[(String, Option<u64>)],
    plan: u64,
) -> Markup {
    let numbers = bars.iter().filter_map(|(_, number)| *number);
    let most = numbers.max().unwrap_or(0).max(plan).max(1);
    let slot = WIDTH / (bars.len() as u64).max(1);
    let bar = (slot * 64 / 100).min(44);
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
        (as_table(texts, &[texts.t("follow_up.period"), name], bars.iter().map(|(label, number)| {
            let number = number.map_or_else(|| texts.t("common.missing").to_owned(), |number| number.to_string());
            vec![label.clone(), number]
        })))
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

fn as_table(texts: &Texts, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Markup {
    html! {
        details class="as-table" {
            summary { (texts.t("follow_up.as_table")) }
            table {
                thead { tr { @for (at, name) in head.iter().enumerate() { th scope="col" class=[(at > 0).then_some("number")] { (name) } } } }
                tbody { @for row in rows { tr {
                    @for (at, cell) in row.iter().enumerate() {
                        @if at == 0 { th scope="row" { (cell) } } @else { td.number { (cell) } }
                    }
                } } }
            }
        }
    }
}
