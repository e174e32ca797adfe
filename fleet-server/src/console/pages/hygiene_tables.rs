//! The tables of the page about hygiene: the units' month, and each cleaning that was left out.

use maud::{Markup, html};

use super::{
    address::Address,
    common::or_missing,
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    console::{cleaned_visits::UnitMonth, clock, icons, texts::Texts},
    domain::hygiene::{LeftOut, compliance},
    store::Uncleaned,
};

/// How many of each unit's visits were followed by their sign-offs.
pub(super) fn units(texts: &'static Texts, address: &Address, units: &[UnitMonth]) -> Markup {
    let rows: Vec<&UnitMonth> = units.iter().collect();
    html! {
        section.card aria-labelledby="units" {
            h2 #units { (texts.t("hygiene.units")) }
            (units_table(texts).show(address, &rows))
            p.note { (texts.t("hygiene.definition")) }
        }
    }
}

fn units_table(texts: &'static Texts) -> Table<'static, UnitMonth> {
    let lacking = |unit: &UnitMonth| {
        let (signed, all) = compliance(&unit.visits);
        all - signed
    };
    let share = |unit: &UnitMonth| {
        let (signed, all) = compliance(&unit.visits);
        (all > 0).then(|| signed * 100 / all)
    };
    let columns = vec![
        Column::words("unit", texts.t("hygiene.unit"), |unit: &UnitMonth| {
            Value::words(unit.name.as_str())
        }),
        Column::number("visits", texts.t("hygiene.visits"), |unit: &UnitMonth| {
            Value::number(compliance(&unit.visits).1)
        }),
        Column::number("signed", texts.t("hygiene.signed"), |unit: &UnitMonth| {
            Value::number(compliance(&unit.visits).0)
        }),
        Column::number("share", texts.t("hygiene.share"), move |unit: &UnitMonth| {
            Value::or_missing(share(unit), Value::number)
        })
        .shown(move |unit| or_missing(texts, share(unit).map(|share| html! { (share) " %" }))),
        Column::number("left-out", texts.t("hygiene.left_out"), |unit: &UnitMonth| {
            Value::number(unit.taken + unit.skipped)
        }),
        Column::number("lacking", texts.t("column.state"), move |unit: &UnitMonth| {
            Value::number(lacking(unit))
        })
        .shown(move |unit| match lacking(unit) {
            0 => html! { span.ready { (icons::CHECK) (texts.t("hygiene.good")) } },
            lacking => html! {
                span.warning { (icons::WARNING) (texts.fill("hygiene.lacking", &[("visits", &lacking.to_string())])) }
            },
        })
        .aligned_left(),
    ];
    Table::new(texts, Label::By("units"), columns)
}

/// Each cleaning that was left out, with the unit's name: when, which kit, and why. Never who.
pub(super) fn uncleaned(
    visitor: &Visitor,
    address: &Address,
    uncleaned: &[(Uncleaned, Option<String>)],
) -> Markup {
    type Row = (Uncleaned, Option<String>);
    let (texts, now) = (visitor.texts, visitor.now);
    let columns = vec![
        Column::time("at", texts.t("hygiene.when"), |(found, _): &Row| {
            Value::Time(found.at)
        })
        .shown(move |(found, _)| html! { (clock::when(texts, found.at, now)) }),
        Column::words("kit", texts.t("hygiene.kit"), |(found, _): &Row| {
            Value::words(found.kit_name.as_str())
        })
        .shown(|(found, _)| html! { a href={ "/kits/" (found.kit) } { (found.kit_name) } }),
        Column::choice("of", texts.t("hygiene.unit"), |(_, unit): &Row| {
            Value::or_missing(unit.as_deref(), Value::words)
        }),
        Column::choice("how", texts.t("hygiene.how"), move |(found, _): &Row| {
            Value::words(how(texts, found.how))
        }),
        Column::choice("why", texts.t("follow_up.why"), move |(found, _): &Row| {
            Value::words(why(texts, found.how))
        }),
    ];
    let rows: Vec<&Row> = uncleaned.iter().collect();
    html! {
        section.card aria-labelledby="uncleaned" {
            h2 #uncleaned { (texts.t("hygiene.left_out_title")) }
            @if rows.is_empty() { p { (icons::CHECK) (texts.t("hygiene.left_out_none")) } }
            @else { (Table::new(texts, Label::By("uncleaned"), columns).named("uncleaned").show(address, &rows)) }
        }
    }
}

fn how(texts: &Texts, how: LeftOut) -> &str {
    match how {
        LeftOut::Skipped(_) => texts.t("hygiene.skipped"),
        LeftOut::Taken(_) => texts.t("hygiene.taken"),
    }
}

fn why(texts: &Texts, how: LeftOut) -> &str {
    match how {
        LeftOut::Skipped(reason) => texts.word("skipped", reason.name()),
        LeftOut::Taken(reason) => texts.word("override", reason.name()),
    }
}
