//! The cards of a kit's page.

use fleet_api::{KitId, TenantId};
use maud::{Markup, html};

use super::{
    common::{by_kind, cause, or_missing, shape, whose},
    kit_owner,
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

/// Whether it can be taken along, what stands in the way and whose task that is; the next visit, and when it was heard.
pub(super) fn verdict(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    let (icon, class) = shape(row.readiness);
    let heard = row.kit.last_seen_at.map(|at| clock::when(texts, at, visitor.now));
    let next = row.next_visit.map(|at| clock::when(texts, at, visitor.now));
    html! {
        section.card.verdict aria-labelledby="ready" {
            div {
                h2 #ready class=(class) { (icon) (texts.word("readiness", row.readiness.name())) }
                @if let Some(cause) = cause(texts, row) {
                    p { (cause) ". " (whose(visitor, row.key.tenant, &row.municipality, row.task)) }
                }
            }
            dl {
                div { dt { (texts.t("column.next_visit")) } dd { (or_missing(texts, next)) } }
                div { dt { (texts.t("column.heard")) }
                    dd { @if row.online { (texts.t("kits.now")) } @else { (or_missing(texts, heard)) } } }
                div { dt { (texts.t("column.version")) } dd { (or_missing(texts, row.kit.agent_version.as_deref())) } }
            }
        }
    }
}

/// What seldom changes about a kit, folded away.
pub(super) fn changes(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    let may_change = |resource| visitor.may_change(resource);
    let hands_over = visitor.municipalities().nth(1).is_some() && may_change(Resource::HandOvers);
    let forms = [
        (
            may_change(Resource::Kits),
            "kit.next_step",
            step_form(texts, row.key.kit, row.kit.life),
        ),
        (
            may_change(Resource::Register),
            "kit.rename",
            rename_form(texts, &row.kit),
        ),
        (
            may_change(Resource::KitOwners),
            "kit.change_owner",
            kit_owner::form(visitor, row),
        ),
        (hands_over, "kit.hand_over", hand_over_form(visitor, row)),
    ];
    html! {
        @if forms.iter().any(|(allowed, ..)| *allowed) {
            section.card.on-screen aria-labelledby="changes" {
                h2 #changes { (texts.t("kit.changes")) }
                div.halves {
                    @for (_, name, form) in forms.iter().filter(|(allowed, ..)| *allowed) {
                        details.folded { summary { (texts.t(name)) } (form) }
                    }
                }
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

fn rename_form(texts: &Texts, kit: &Kit) -> Markup {
    html! {
        form.fields method="post" action={ "/kits/" (kit.id) } {
            input type="hidden" name="act" value="rename";
            label { (texts.t("kit.new_name")) input name="name" value=(kit.name.as_str()) maxlength="40" required; }
            p.note { (texts.t("kit.rename_note")) }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}

fn step_form(texts: &Texts, kit: KitId, life: LifeState) -> Markup {
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

fn hand_over_form(visitor: &Visitor, row: &KitRow) -> Markup {
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
