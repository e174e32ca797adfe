//! The responsibility table: who answers for each item under each arrangement, and which of the two is in force.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{
    address::Address,
    table::{Column, Label, Table, Value},
};
use crate::{
    console::{icons, texts::Texts},
    domain::{
        agreement::{Agreement, Arrangement, in_force},
        responsibility::{Answer, Item, Reason, Responsible, under},
    },
};

/// Both arrangements side by side; the one in force is framed. Items stand below what decides whose they are.
pub(super) fn matrix(texts: &'static Texts, here: &Address, agreements: &[Agreement], day: Date) -> Markup {
    let current = in_force(agreements, day).map(|agreement| agreement.arrangement);
    let item = Column::words("item", texts.t("responsibility.item"), |item: &Item| {
        Value::words(texts.word("item", item.name()))
    });
    let columns = std::iter::once(item)
        .chain(
            Arrangement::ALL
                .iter()
                .map(|of| column(texts, *of, current == Some(*of))),
        )
        .collect();
    let table = Table::new(texts, Label::Words(texts.t("responsibility.title")), columns);
    let items: Vec<&Item> = Item::ALL.iter().collect();
    table
        .classed("matrix")
        .at_a_glance()
        .grouped(|item| texts.t(decided_by(*item)))
        .show(here, &items)
}

fn decided_by(item: Item) -> &'static str {
    match under(item, None).why {
        Reason::AlwaysMunicipality => "reason.always_municipality",
        Reason::AlwaysRegion => "reason.always_region",
        _ => "responsibility.follows",
    }
}

/// Whose each item is under an arrangement.
fn column(texts: &'static Texts, arrangement: Arrangement, in_force: bool) -> Column<'static, Item> {
    let name = texts.word("arrangement", arrangement.name());
    let column = Column::choice(arrangement.name(), name, move |item: &Item| {
        Value::or_missing(under(*item, Some(arrangement)).who, |who| {
            Value::Choice(who as i64, texts.word("responsible", who.name()).into())
        })
    });
    column
        .headed(html! {
            @if in_force { (icons::CHECK) }
            span {
                b { (name) }
                br;
                (texts.t(if in_force { "responsibility.applies" } else { "responsibility.does_not_apply" }))
            }
        })
        .marked(in_force.then_some("in-force"))
        .shown(move |item| answer(texts, under(*item, Some(arrangement)), in_force))
}

/// Whose it is, with the reason for whoever points at it or listens.
fn answer(texts: &Texts, answer: Answer, in_force: bool) -> Markup {
    let (icon, class) = match answer.who {
        Some(Responsible::Region) => (icons::BUILDINGS, "region"),
        _ => (icons::HOUSE_LINE, "municipality"),
    };
    let who = answer.who.map_or("", |who| texts.word("responsible", who.name()));
    let why = texts.word("reason", answer.why.name());
    html! {
        span class=(if in_force { format!("chip {class}") } else { "chip plain".to_owned() }) title=(why) {
            (icon) (who)
        }
        @if in_force { span.spoken { ": " (why) } }
    }
}
