//! Whose property a kit is, who answers for it, who has it: three different things (R57); and the form that changes the first.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    common::{or_missing, task},
    visitor::Visitor,
};
use crate::{
    console::{clock, fleet::KitRow},
    domain::{
        ownership::Owner,
        responsibility::{Item, Responsible},
    },
};

/// Who is to own a kit: the region, or a municipality by its id.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct NewOwner(pub(super) Owner);

impl TryFrom<String> for NewOwner {
    type Error = &'static str;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        if value == Responsible::Region.name() {
            return Ok(Self(Owner::Region));
        }
        let municipality = value.parse();
        municipality
            .map(|municipality| Self(Owner::Municipality(municipality)))
            .map_err(|_| "neither the region nor a municipality")
    }
}

/// Who owns it, answers for it, and has it now.
pub(super) fn people(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    let holder = row.holder.as_ref().map(|custodian| {
        let since = clock::when(texts, custodian.since, visitor.now);
        format!("{}, {}, {since}", custodian.pseudonym, custodian.unit_name)
    });
    let answer = |item| task(texts, &row.municipality, Some(row.answer(item)));
    let owner = row.owner_name.as_deref();
    html! {
        dl {
            dt { (texts.t("kit.owner")) } dd { (owner.unwrap_or_else(|| texts.t("responsible.region"))) }
            dt { (texts.t("column.arrangement")) }
            dd { (or_missing(texts, row.arrangement.map(|a| texts.word("arrangement", a.name())))) }
            dt { (texts.t("kit.custodian")) }
            dd { (holder.as_deref().unwrap_or_else(|| texts.t("kit.custodian_home"))) }
            dt { (texts.t("kit.service")) } dd { (answer(Item::ServiceAndReplacement)) }
            dt { (texts.t("kit.hygiene")) } dd { (answer(Item::HygieneRoutines)) }
        }
    }
}

/// Choosing another owner.
pub(super) fn form(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    let owner = row.kit.owner;
    html! {
        form.fields method="post" action={ "/kits/" (row.key.kit) } {
            input type="hidden" name="act" value="change_owner";
            label { (texts.t("kit.new_owner"))
                select name="owner" {
                    option value=(Responsible::Region.name()) selected[owner == Owner::Region] {
                        (texts.t("responsible.region"))
                    }
                    @for tenant in visitor.municipalities().filter(|tenant| tenant.region.is_some()) {
                        option value=(tenant.id) selected[owner == Owner::Municipality(tenant.id)] { (tenant.name) }
                    }
                }
            }
            p.note { (texts.t("kit.owner_note")) }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}
