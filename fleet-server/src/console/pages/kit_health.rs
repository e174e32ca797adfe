//! The cards of a kit's page that say how it is: self-test, battery, network, storage; and what is wrong with it.

use fleet_api::{Fault, Outcome};
use maud::{Markup, html};

use super::{
    common::or_missing,
    tasks::{whose, why},
    visitor::Visitor,
};
use crate::{
    console::{clock, fleet::KitRow, icons, texts::Texts},
    domain::{authorisation::Resource, readiness::LEAST_BATTERY},
    store::KitHealth,
};

/// How the kit was when it last told.
pub(super) fn health(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    let Some(KitHealth { received_at, state }) = &row.health else {
        return html! { p { (texts.t("health.never")) } };
    };
    html! {
        dl {
            @for (check, outcome) in &state.self_test {
                dt { (texts.word("check", check.name())) }
                dd {
                    @if *outcome == Outcome::Passed { span.ready { (icons::CHECK) (texts.t("health.good")) } }
                    @else { span.stopped { (icons::PROHIBIT) (texts.t("health.failed")) } }
                }
            }
            dt { (texts.t("health.battery")) } dd { (battery(texts, row)) }
            dt { (texts.t("health.storage")) }
            dd { (or_missing(texts, state.storage_free.map(|free| size(free.0)))) }
            dt { (texts.t("health.network")) }
            dd { (network(texts, row)) }
            dt { (texts.t("health.told")) } dd { (clock::when(texts, *received_at, visitor.now)) }
        }
    }
}

/// "92 %"; low where it would not last a visit.
pub(super) fn charge(texts: &Texts, row: &KitRow) -> Markup {
    let battery = row.health.as_ref().and_then(|health| health.state.battery);
    html! {
        @if let Some(battery) = battery {
            @let low = battery.percent.get() < LEAST_BATTERY && !battery.charging;
            span class=[low.then_some("warning")] {
                @if low { (icons::WARNING) }
                (battery.percent.get()) " %"
            }
        } @else { (or_missing(texts, None::<&str>)) }
    }
}

/// "92 %, laddar".
fn battery(texts: &Texts, row: &KitRow) -> Markup {
    let charging = row
        .health
        .as_ref()
        .and_then(|health| health.state.battery)
        .is_some_and(|battery| battery.charging);
    html! { (charge(texts, row)) @if charging { ", " (texts.t("health.charging")) } }
}

/// "Mobilnät, 70 %".
pub(super) fn network(texts: &Texts, row: &KitRow) -> Markup {
    let network = row.health.as_ref().and_then(|health| health.state.network);
    html! {
        @if let Some(network) = network {
            (texts.word("network", network.kind.name()))
            @if let Some(signal) = network.signal { ", " (signal.get()) " %" }
        } @else { (or_missing(texts, None::<&str>)) }
    }
}

/// Its open tickets, and the form by which the office reports another fault.
pub(super) fn faults(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    html! {
        @if row.tickets.is_empty() { p { (icons::CHECK) (texts.t("health.no_faults")) } }
        ul.parts {
            @for ticket in &row.tickets {
                li {
                    div {
                        a href={ "/tasks/" (ticket.ticket.id) } { b { (texts.word("fault", ticket.ticket.fault.name())) } }
                        br;
                        span.note {
                            (texts.word("ticket", ticket.ticket.state.name())) ". " (why(texts, ticket))
                        }
                    }
                    div { (whose(visitor, ticket)) }
                }
            }
        }
        @if visitor.may_change(Resource::Faults) { (report_form(texts, row)) }
        @if visitor.may_change(Resource::Spares) { (spare_form(texts, row)) }
    }
}

fn report_form(texts: &Texts, row: &KitRow) -> Markup {
    html! {
        form.fields method="post" action={ "/kits/" (row.key.kit) } {
            input type="hidden" name="act" value="report";
            label { (texts.t("health.report"))
                select name="fault" {
                    @for fault in Fault::ALL { option value=(fault.name()) { (texts.word("fault", fault.name())) } }
                }
            }
            button type="submit" { (texts.t("health.report_act")) }
        }
    }
}

fn spare_form(texts: &Texts, row: &KitRow) -> Markup {
    html! {
        form.fields method="post" action={ "/kits/" (row.key.kit) } {
            @if row.spare {
                input type="hidden" name="act" value="unmark_spare";
                p.note { (texts.t("health.is_spare")) }
                button type="submit" { (texts.t("health.unmark_spare")) }
            } @else {
                input type="hidden" name="act" value="mark_spare";
                p.note { (texts.t("health.is_daily")) }
                button type="submit" { (texts.t("health.mark_spare")) }
            }
        }
    }
}

/// "12,4 GB".
fn size(bytes: u64) -> String {
    let tenths = bytes / 100_000_000;
    format!("{},{} GB", tenths / 10, tenths % 10)
}
