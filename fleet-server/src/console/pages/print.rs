//! What is printed of kits: labels to be put on rucksacks, and packing lists to go into them. Nothing on them says where a
//! kit goes or for whom.

use maud::{Markup, html};

use super::{
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    domain::{
        hygiene::CleanedPart,
        part::{PartKind, unregistered},
    },
    store::{Kit, KitKey, RegisteredPart},
    web::Problem,
};

/// A kit with its parts.
pub(super) type Packed = (KitKey, Kit, Vec<RegisteredPart>);

/// A label for each kit.
pub(super) fn labels(visitor: &Visitor, kits: &[(KitKey, Kit)]) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let mut labels = Vec::new();
    for (key, kit) in kits {
        labels.push((kit, visitor.tenant(key.tenant)?));
    }
    let content = html! {
        @if labels.is_empty() { p.attention role="status" { (texts.t("bulk.nothing_chosen")) } }
        ul.labels {
            @for (kit, tenant) in labels {
                li.label {
                    (layout::mark())
                    div {
                        p.big { (kit.name.as_str()) }
                        p { (tenant.name) br; (texts.t("nav.product")) }
                        @if let Some(desk) = &tenant.settings.help_desk {
                            p { (texts.t("print.help")) " " b { (desk.number.as_str()) } }
                        }
                        p.note { (texts.t("print.nothing_stored")) }
                    }
                }
            }
        }
    };
    Ok(page(visitor, "print.labels", kits.len(), &content))
}

/// A packing list for each kit, one to a page on paper.
pub(super) fn sheets(visitor: &Visitor, kits: &[Packed]) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let mut sheets = Vec::new();
    for (key, kit, parts) in kits {
        sheets.push((kit, visitor.tenant(key.tenant)?, parts));
    }
    let content = html! {
        @if sheets.is_empty() { p.attention role="status" { (texts.t("bulk.nothing_chosen")) } }
        @for (kit, tenant, parts) in sheets {
            section.card.sheet aria-label=(kit.name.as_str()) {
                h2 { (kit.name.as_str()) ", " (tenant.name) }
                table {
                    thead { tr {
                        th scope="col" { (texts.t("print.packed")) }
                        th scope="col" { (texts.t("kit.parts")) }
                        th scope="col" { (texts.t("print.serial")) }
                        th scope="col" { (texts.t("kit.condition")) }
                    } }
                    tbody { @for part in parts { tr {
                        td { span.box {} }
                        th scope="row" { (texts.word("part", part.part.kind.name())) }
                        td.serial { (part.part.serial) }
                        td { (texts.word("condition", part.part.condition.name())) }
                    } }
                    @for kind in unregistered(&kinds(parts)) { tr {
                        td { span.box {} }
                        th scope="row" { (texts.word("part", kind.name())) }
                        td { "–" }
                        td { (texts.t("kit.not_registered")) }
                    } } }
                }
                h3 { (texts.t("print.cleaned")) }
                ul.boxes { @for part in CleanedPart::ALL { li { span.box {} (texts.word("cleaned", part.name())) } } }
            }
        }
    };
    Ok(page(visitor, "print.sheets", kits.len(), &content))
}

fn kinds(parts: &[RegisteredPart]) -> Vec<PartKind> {
    parts.iter().map(|registered| registered.part.kind).collect()
}

fn page(visitor: &Visitor, title: &str, kits: usize, content: &Markup) -> Markup {
    let texts = visitor.texts;
    let head = Head {
        title: texts.t(title).to_owned(),
        lead: texts.count("print.lead", kits, &[]),
        acts: html! { a.button href="/kits" { (texts.t("bulk.to_the_list")) } },
    };
    layout::page(visitor, Place::Kits, &head, content)
}
