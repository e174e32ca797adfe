//! The filters of a table: one field per column, folded away until somebody wants them.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{
    super::address::Address,
    column::{Column, Kind, Value},
    view::View,
};
use crate::console::{icons, texts::Texts};

/// Most choices in a list.
const MOST_CHOICES: usize = 200;

pub(super) fn form<R>(
    texts: &Texts,
    view: &View,
    columns: &[Column<'_, R>],
    address: &Address,
    rows: &[&R],
) -> Markup {
    let kept = address.others(|name| view.is_filter(name) || view.is_page(name));
    html! {
        details.filter {
            summary {
                (icons::FUNNEL) (texts.t("table.filter"))
                @for said in said(texts, view, columns, address) { " " span.chip.plain { (said) } }
            }
            form method="get" action=(address.path()) hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="morph:outerHTML" {
                @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                div.columns {
                    @for column in columns { (field(texts, view, column, address, rows)) }
                }
                div.choose {
                    button type="submit" { (texts.t("common.show")) }
                    @if view.is_filtered() { a.button href=(view.cleared(address)) { (texts.t("kits.clear")) } }
                }
            }
        }
    }
}

/// What is filtered by now, in words.
fn said<R>(texts: &Texts, view: &View, columns: &[Column<'_, R>], address: &Address) -> Vec<String> {
    let of = |column: &Column<'_, R>| {
        let [words, from, to] = view
            .fields(column.name)
            .map(|name| address.get(&name).map(str::to_owned));
        let ends = match (from, to) {
            (Some(from), Some(to)) => Some(format!("{from}–{to}")),
            (Some(from), None) => Some(format!("{} {from}", texts.t("table.from"))),
            (None, Some(to)) => Some(format!("{} {to}", texts.t("table.to"))),
            (None, None) => None,
        };
        words.or(ends).map(|said| format!("{}: {said}", column.head))
    };
    columns
        .iter()
        .filter(|column| !column.is_act())
        .filter_map(of)
        .collect()
}

fn field<R>(texts: &Texts, view: &View, column: &Column<'_, R>, address: &Address, rows: &[&R]) -> Markup {
    let [words, from, to] = view.fields(column.name);
    let now = |name: &str| address.get(name).unwrap_or_default().to_owned();
    let ends = |kind: &str| {
        html! {
            fieldset {
                legend { (column.head) }
                @for (name, word) in [(&from, texts.t("table.from")), (&to, texts.t("table.to"))] {
                    label { span { (word) } input type=(kind) name=(name) value=(now(name)); }
                }
            }
        }
    };
    html! {
        @match column.kind {
            Kind::Words => label { (column.head) input type="search" name=(words) value=(now(&words)) maxlength="100"; },
            Kind::Choice => label { (column.head)
                select name=(words) {
                    option value="" { (texts.t("kits.all")) }
                    @let chosen = now(&words).to_lowercase();
                    @for choice in choices(column, rows) {
                        option value=(choice) selected[choice.to_lowercase() == chosen] { (choice) }
                    }
                }
            },
            Kind::Number => { (ends("number")) }
            Kind::Time => { (ends("date")) }
            Kind::Act => {}
        }
    }
}

/// The values that occur, in their order.
fn choices<R>(column: &Column<'_, R>, rows: &[&R]) -> Vec<String> {
    let mut found: BTreeSet<(i64, String)> = BTreeSet::new();
    for row in rows {
        match (column.value)(row) {
            Value::Choice(place, words) => found.insert((place, words.into_owned())),
            Value::Words(words) => found.insert((0, words.into_owned())),
            _ => false,
        };
        if found.len() >= MOST_CHOICES {
            break;
        }
    }
    found.into_iter().map(|(_, words)| words).collect()
}
