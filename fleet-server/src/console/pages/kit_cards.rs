//! The cards of a kit's page.

use fleet_api::{KitId, TenantId};
use maud::{Markup, html};

use super::{
    common::{by_kind, or_missing, task},
    visitor::Visitor,
};
use crate::{
    console::{acts::Life, clock, fleet::KitRow, texts::Texts},
    domain::{
        authorisation::Resource,
        life_cycle::LifeState,
        part::{Condition, PartKind, unregistered},
    },
    store::{Kit, RegisteredPart},
};

pub(super) fn facts(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    let heard = row.kit.last_seen_at.map(|at| clock::when(texts, at, visitor.now));
    let next = row.next_visit.map(|at| clock::when(texts, at, visitor.now));
    html! {
        dl {
            dt { (texts.t("column.heard")) }
            dd { @if row.online { (texts.t("kits.now")) } @else { (or_missing(texts, heard)) } }
            dt { (texts.t("column.next_visit")) } dd { (or_missing(texts, next)) }
            dt { (texts.t("column.version")) } dd { (or_missing(texts, row.kit.agent_version.as_deref())) }
            @if row.cause.is_some() {
                dt { (texts.t("column.task")) } dd { (task(texts, &row.municipality, row.task)) }
            }
        }
    }
}

pub(super) fn parts_list(visitor: &Visitor, kit: KitId, parts: &[RegisteredPart]) -> Markup {
    let texts = visitor.texts;
    let kinds: Vec<PartKind> = parts.iter().map(|registered| registered.part.kind).collect();
    html! {
        @if parts.is_empty() { p { (texts.t("kit.no_parts")) } }
        ul.parts {
            @for registered in parts {
                @let part = &registered.part;
                li {
                    div {
                        b { (texts.word("part", part.kind.name())) }
                        br;
                        span.note {
                            @if let Some(size) = part.screen { (size / 10) "," (size % 10) " " (texts.t("kit.inches")) " · " }
                            span.serial { (part.serial) }
                            @if let Some(subscription) = &part.subscription { " · " (subscription.operator) }
                            @if let Some(until) = part.warranty_until {
                                br; (texts.t("kit.warranty")) " " (clock::long_day(texts, until))
                            }
                        }
                    }
                    @if visitor.may_change(Resource::Parts) { (condition_form(texts, kit, registered)) }
                    @else { (texts.word("condition", part.condition.name())) }
                }
            }
            @for kind in unregistered(&kinds) {
                li {
                    div { b { (texts.word("part", kind.name())) } }
                    span.note { (texts.t("kit.not_registered")) }
                }
            }
        }
    }
}

fn condition_form(texts: &Texts, kit: KitId, registered: &RegisteredPart) -> Markup {
    let part = &registered.part;
    html! {
        form method="post" action={ "/kits/" (kit) } {
            input type="hidden" name="act" value="condition";
            input type="hidden" name="part" value=(registered.id);
            select name="condition" aria-label={ (texts.t("kit.condition")) ": " (texts.word("part", part.kind.name())) } {
                @for condition in Condition::ALL {
                    option value=(condition.name()) selected[*condition == part.condition] {
                        (texts.word("condition", condition.name()))
                    }
                }
            }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}

/// Each step with when, where it was not here, and by whom.
pub(super) fn history(visitor: &Visitor, life: &Life) -> Markup {
    let texts = visitor.texts;
    let name = |tenant: TenantId| life.names.get(&tenant).map_or("", String::as_str);
    let here = life.steps.first().map(|step| step.tenant);
    html! {
        ol.timeline {
            @for (at, step) in life.steps.iter().enumerate() {
                li class=[(at == 0).then_some("now")] {
                    b {
                        @if let Some(to) = step.moved_to { (texts.fill("kit.moved_to", &[("municipality", name(to))])) }
                        @else { (texts.word("life", step.state.name())) }
                    }
                    br;
                    span.note {
                        (clock::when(texts, step.at, visitor.now))
                        @if Some(step.tenant) != here { ", " (name(step.tenant)) }
                        @if let Some(actor) = &step.actor { ", " (by_kind(texts, actor)) }
                    }
                }
            }
        }
    }
}

pub(super) fn rename_form(texts: &Texts, kit: &Kit) -> Markup {
    html! {
        form.fields method="post" action={ "/kits/" (kit.id) } {
            input type="hidden" name="act" value="rename";
            label { (texts.t("kit.new_name")) input name="name" value=(kit.name.as_str()) maxlength="40" required; }
            p.note { (texts.t("kit.rename_note")) }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}

pub(super) fn step_form(texts: &Texts, kit: KitId, life: LifeState) -> Markup {
    html! {
        @if life.next().is_empty() { p { (texts.t("kit.no_next_step")) } } @else {
            form.fields method="post" action={ "/kits/" (kit) } {
                input type="hidden" name="act" value="step";
                label { (texts.t("kit.becomes"))
                    select name="to" {
                        @for next in life.next() { option value=(next.name()) { (texts.word("life", next.name())) } }
                    }
                }
                button type="submit" { (texts.t("common.save")) }
            }
        }
    }
}

pub(super) fn hand_over_form(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    html! {
        form.fields method="post" action={ "/kits/" (row.key.kit) } {
            input type="hidden" name="act" value="hand_over";
            label { (texts.t("kit.hand_over_to"))
                select name="municipality" {
                    @for tenant in visitor.municipalities().filter(|tenant| tenant.id != row.key.tenant) {
                        option value=(tenant.id) { (tenant.name) }
                    }
                }
            }
            p.note { (texts.t("kit.hand_over_note")) }
            button type="submit" { (texts.t("kit.hand_over")) }
        }
    }
}
