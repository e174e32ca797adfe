//! Which municipality, unit and month a page is about, as it stands in the address, and the form to choose another.

use fleet_api::{TenantId, UnitId};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::{common::organisation_field, visitor::Visitor};
use crate::{
    console::texts::Texts,
    domain::follow_up::month::Month,
    store::{Tenant, Unit},
    web::Problem,
};

/// How many months back can be chosen from the list.
const MONTHS_BACK: i32 = 24;

/// What is shown, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    pub(super) municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    pub(super) unit: Option<UnitId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    pub(super) month: Option<Month>,
    pub(super) done: Option<String>,
}

impl Choice {
    /// The chosen municipality; without a choice the first one within reach.
    pub(super) fn tenant<'a>(&self, visitor: &'a Visitor) -> Result<&'a Tenant, Problem> {
        match self.municipality {
            Some(id) => visitor.tenant(id),
            None => Ok(visitor.municipalities().next().unwrap_or_else(|| visitor.own())),
        }
    }

    /// The chosen month; without a choice the last one that is over.
    pub(super) fn month(&self, now: Timestamp) -> Month {
        self.month.unwrap_or_else(|| Month::of(now).after(-1))
    }

    /// The chosen unit, which must be one of these.
    pub(super) fn unit<'a>(&self, units: &'a [Unit]) -> Result<Option<&'a Unit>, Problem> {
        let Some(id) = self.unit else { return Ok(None) };
        let found = units.iter().find(|unit| unit.id == id);
        found
            .map(Some)
            .ok_or_else(|| Problem::not_found("there is no such unit"))
    }
}

/// "oktober 2026".
pub(super) fn month_name(texts: &Texts, month: Month) -> String {
    let day = month.first_day();
    format!("{} {}", texts.word("month", &day.month().to_string()), day.year())
}

/// The form; a page without units gives none.
pub(super) fn controls(
    visitor: &Visitor,
    path: &str,
    tenant: TenantId,
    month: Option<Month>,
    (units, unit): (&[Unit], Option<UnitId>),
) -> Markup {
    let texts = visitor.texts;
    if !visitor.sees_several() && units.is_empty() && month.is_none() {
        return html! {};
    }
    html! {
        form.choose method="get" action=(path) {
            (organisation_field(visitor, texts.t("responsibility.municipality"), tenant))
            @if !units.is_empty() {
                label { span { (texts.t("hygiene.unit")) }
                    select name="unit" {
                        option value="" { (texts.t("follow_up.all_units")) }
                        @for other in units { option value=(other.id) selected[Some(other.id) == unit] { (other.name) } }
                    }
                }
            }
            @if let Some(month) = month {
                label { span { (texts.t("hygiene.month")) }
                    select name="month" {
                        @for other in months(visitor.now, month) {
                            option value=(other) selected[other == month] { (month_name(texts, other)) }
                        }
                    }
                }
            }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}

/// This month and those before it, and the chosen one wherever it is.
pub(super) fn months(now: Timestamp, chosen: Month) -> Vec<Month> {
    let mut months: Vec<Month> = (0..=MONTHS_BACK)
        .map(|back| Month::of(now).after(-back))
        .collect();
    if !months.contains(&chosen) {
        months.push(chosen);
    }
    months
}
