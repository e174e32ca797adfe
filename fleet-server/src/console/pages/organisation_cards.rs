//! The organisation page's tables and forms.

use fleet_api::TenantId;
use jiff::civil::Date;
use maud::{Markup, html};

use super::{
    address::Address,
    common::or_missing,
    table::{Column, Label, Table, Value},
};
use crate::{
    console::texts::Texts,
    domain::organisation::{NAME_BYTES, PSEUDONYM_LETTERS},
    store::{CareProvider, CareWorker, InformationOwner, Unit},
};

/// Each unit: whose it is, who answers for the routine there, and who will.
pub(super) fn units(
    texts: &'static Texts,
    address: &Address,
    (units, owners): (&[Unit], &[InformationOwner]),
    today: Date,
) -> Markup {
    let next = move |unit: &Unit| {
        let mut coming = owners
            .iter()
            .filter(|owner| owner.unit == unit.id && owner.from > today);
        coming.next()
    };
    let columns = vec![
        Column::words("unit_of", texts.t("hygiene.unit"), |unit: &Unit| {
            Value::words(unit.name.as_str())
        }),
        Column::choice("provider", texts.t("units.provider"), |unit: &Unit| {
            Value::words(unit.provider.as_str())
        }),
        Column::words("owner", texts.t("units.owner"), |unit: &Unit| {
            Value::or_missing(unit.information_owner.as_ref(), |(name, _)| Value::words(name.as_str()))
        })
        .shown(move |unit| {
            let now = unit.information_owner.as_ref();
            let now = now.map(|(name, position)| html! { (name) br; span.note { (position) } });
            html! {
                (or_missing(texts, now))
                @if let Some(next) = next(unit) {
                    br;
                    span.note { (texts.fill("units.from", &[("day", &next.from.to_string()), ("name", &next.name)])) }
                }
            }
        }),
        Column::choice("state", texts.t("column.state"), move |unit: &Unit| {
            let key = if unit.is_closed { "units.closed" } else { "units.open" };
            Value::Choice(i64::from(unit.is_closed), texts.t(key).into())
        }),
    ];
    html! {
        @if units.is_empty() { p.attention { (texts.t("units.no_units")) } } @else {
            (Table::new(texts, Label::By("units"), columns).show(address, &units.iter().collect::<Vec<_>>()))
        }
    }
}

/// Each care worker. Where they may be changed, each has a button: has left, is back.
pub(super) fn workers(
    texts: &'static Texts,
    address: &Address,
    (workers, units): (&[CareWorker], &[Unit]),
    changes: Option<TenantId>,
) -> Markup {
    let unit_of = move |worker: &CareWorker| {
        let unit = units.iter().find(|unit| unit.id == worker.unit);
        unit.map_or_else(String::new, |unit| unit.name.clone())
    };
    let mut columns = vec![
        Column::words(
            "worker",
            texts.t("training_column.worker"),
            |worker: &CareWorker| Value::words(worker.pseudonym.as_str()),
        ),
        Column::choice("at", texts.t("hygiene.unit"), move |worker: &CareWorker| {
            Value::words(unit_of(worker))
        }),
        Column::choice("left", texts.t("column.state"), move |worker: &CareWorker| {
            let key = if worker.has_left {
                "units.left"
            } else {
                "units.there"
            };
            Value::Choice(i64::from(worker.has_left), texts.t(key).into())
        }),
    ];
    if changes.is_some() {
        // Names are for whoever hands out kits and keeps this list.
        columns.insert(
            1,
            Column::words("name", texts.t("units.name"), |worker: &CareWorker| {
                Value::words(worker.name.as_str())
            }),
        );
    }
    html! {
        @if workers.is_empty() { p.attention { (texts.t("units.no_workers")) } } @else {
            (Table::new(texts, Label::By("workers"), columns).named("staff").show(address, &workers.iter().collect::<Vec<_>>()))
        }
    }
}

/// What can be done with care workers.
pub(super) fn worker_forms(
    texts: &Texts,
    tenant: TenantId,
    (workers, units): (&[CareWorker], &[Unit]),
) -> Markup {
    let (there, gone): (Vec<&CareWorker>, Vec<&CareWorker>) =
        workers.iter().partition(|worker| !worker.has_left);
    html! {
        @if units.iter().any(|unit| !unit.is_closed) {
            (card(texts, tenant, "add_worker", "units.add", &html! {
                label { (texts.t("units.name")) input name="name" maxlength=(NAME_BYTES) required; }
                (choose_unit(texts, units, false))
                label { (texts.t("units.pseudonym"))
                    input name="pseudonym" maxlength=(PSEUDONYM_LETTERS.end()) aria-describedby="pseudonym-why";
                }
                p.note #pseudonym-why { (texts.t("units.pseudonym_why")) }
            }))
            @if !there.is_empty() {
                (card(texts, tenant, "move_worker", "units.move", &html! {
                    (choose_worker(texts, &there))
                    (choose_unit(texts, units, false))
                }))
                (card(texts, tenant, "left", "units.has_left", &html! {
                    (choose_worker(texts, &there))
                    p.note { (texts.t("units.left_why")) }
                }))
            }
            @if !gone.is_empty() {
                (card(texts, tenant, "back", "units.is_back", &choose_worker(texts, &gone)))
            }
        }
    }
}

/// What can be done with providers and units.
pub(super) fn unit_forms(
    texts: &Texts,
    tenant: TenantId,
    (providers, units): (&[CareProvider], &[Unit]),
    today: Date,
) -> Markup {
    let name =
        html! { label { (texts.t("units.called")) input name="name" maxlength=(NAME_BYTES) required; } };
    html! {
        (card(texts, tenant, "add_provider", "units.add_provider", &name))
        @if !providers.is_empty() {
            (card(texts, tenant, "add_unit", "units.add_unit", &html! {
                label { (texts.t("units.provider"))
                    select name="provider" { @for provider in providers { option value=(provider.id) { (provider.name) } } }
                }
                (name)
            }))
        }
        @if units.iter().any(|unit| !unit.is_closed) {
            (card(texts, tenant, "name_owner", "units.name_owner", &html! {
                (choose_unit(texts, units, false))
                label { (texts.t("units.name")) input name="name" maxlength=(NAME_BYTES) required; }
                label { (texts.t("units.position")) input name="position" maxlength=(NAME_BYTES) required; }
                label { (texts.t("training.from")) input type="date" name="from" value=(today) required; }
            }))
            (card(texts, tenant, "rename_unit", "units.rename_unit", &html! {
                (choose_unit(texts, units, false))
                (name)
            }))
            (card(texts, tenant, "close_unit", "units.close_unit", &html! {
                (choose_unit(texts, units, false))
                p.note { (texts.t("units.close_why")) }
            }))
        }
        @if units.iter().any(|unit| unit.is_closed) {
            (card(texts, tenant, "open_unit", "units.open_unit", &choose_unit(texts, units, true)))
        }
    }
}

/// One form in a card of its own.
fn card(texts: &Texts, tenant: TenantId, act: &str, title: &str, fields: &Markup) -> Markup {
    html! {
        section.card aria-labelledby=(act) {
            h2 id=(act) { (texts.t(title)) }
            form.fields method="post" action={ "/organisation?municipality=" (tenant) } {
                input type="hidden" name="act" value=(act);
                (fields)
                button type="submit" { (texts.t("common.save")) }
            }
        }
    }
}

fn choose_unit(texts: &Texts, units: &[Unit], closed: bool) -> Markup {
    html! {
        label { (texts.t("hygiene.unit"))
            select name="unit" {
                @for unit in units.iter().filter(|unit| unit.is_closed == closed) { option value=(unit.id) { (unit.name) } }
            }
        }
    }
}

fn choose_worker(texts: &Texts, workers: &[&CareWorker]) -> Markup {
    html! {
        label { (texts.t("hand.worker"))
            select name="worker" { @for worker in workers {
                option value=(worker.id) { (worker.pseudonym) " – " (worker.name) }
            } }
        }
    }
}
