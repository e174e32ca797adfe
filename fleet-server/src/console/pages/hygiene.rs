//! Hygiene: how many visits were followed by their sign-offs, per unit and month, and where cleaning was left out. The
//! tables are `hygiene_tables`, the checklist is `checklist`.

use axum::{extract::State, response::Response};
use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    checklist,
    common::organisation_field,
    hygiene_tables as tables,
    layout::{self, Head, Place},
    period::{month_name, months},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        cleaned_visits::{self, UnitMonth},
        clock, csv_file, icons,
    },
    domain::{
        follow_up::month::Month,
        hygiene::{CountedVisit, compliance},
        sweden::Day,
    },
    store::Tenant,
    web::{Problem, Query},
};

/// Which municipality and month (any day of it).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    month: Option<Day>,
    done: Option<String>,
}

impl Choice {
    /// A municipality as it is now.
    pub(super) fn of(municipality: TenantId) -> Self {
        Self {
            municipality: Some(municipality),
            ..Self::default()
        }
    }

    fn what<'a>(&self, visitor: &'a Visitor) -> Result<(&'a Tenant, Month), Problem> {
        let tenant = match self.municipality {
            Some(id) => visitor.tenant(id)?,
            None => visitor.municipalities().next().unwrap_or_else(|| visitor.own()),
        };
        let day = self.month.map_or_else(|| clock::day(visitor.now), Day::date);
        Ok((tenant, Month::of_day(day)))
    }
}

/// `GET /hygiene`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, (&address, &choice), None).await
}

/// `GET /hygiene.csv`: the units' month.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let texts = visitor.texts;
    let (tenant, month) = choice.what(&visitor)?;
    let (units, _) = cleaned_visits::of_month(&app, tenant.id, month).await?;
    let head = [
        texts.t("column.municipality"),
        texts.t("hygiene.month"),
        texts.t("hygiene.unit"),
        texts.t("hygiene.visits"),
        texts.t("hygiene.signed"),
        texts.t("hygiene.lacks"),
        texts.t("hygiene.taken"),
        texts.t("hygiene.skipped"),
    ];
    let row = |unit: UnitMonth| {
        let (signed, visits) = compliance(&unit.visits);
        let numbers =
            [visits, signed, visits - signed, unit.taken, unit.skipped].map(|number| number.to_string());
        let [visits, signed, lacking, taken, skipped] = numbers;
        let (municipality, month) = (tenant.name.clone(), month.to_string());
        [
            municipality,
            month,
            unit.name,
            visits,
            signed,
            lacking,
            taken,
            skipped,
        ]
    };
    let name = format!("{}-{month}", texts.t("hygiene.file"));
    Ok(csv_file::download(&name, head, units.into_iter().map(row)))
}

/// The page, with what was done or why not.
pub(super) async fn show(
    app: &App,
    visitor: &Visitor,
    (address, choice): (&Address, &Choice),
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let (tenant, month) = choice.what(visitor)?;
    let (units, uncleaned) = cleaned_visits::of_month(app, tenant.id, month).await?;
    let versions = app.store.checklists(tenant.id).await?;
    let all: Vec<CountedVisit> = units.iter().flat_map(|unit| &unit.visits).copied().collect();
    let (signed, visits) = compliance(&all);
    let numbers = [signed.to_string(), visits.to_string()];
    let head = Head {
        title: texts.fill(
            "hygiene.title",
            &[("signed", &numbers[0]), ("visits", &numbers[1])],
        ),
        lead: format!("{}, {}", tenant.name, month_name(texts, month)),
        acts: html! {
            (choose(visitor, tenant.id, month))
            a.button href={ "/hygiene.csv?municipality=" (tenant.id) "&month=" (month.first_day()) } {
                (icons::DOWNLOAD) (texts.t("common.csv"))
            }
        },
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        div.with-aside {
            div {
                (tables::units(texts, address, &units))
                (tables::uncleaned(visitor, address, &uncleaned))
            }
            (checklist::card(visitor, tenant.id, &versions))
        }
    };
    Ok(layout::page(visitor, Place::Hygiene, &head, &content))
}

fn choose(visitor: &Visitor, tenant: TenantId, month: Month) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose method="get" action="/hygiene" {
            (organisation_field(visitor, texts.t("responsibility.municipality"), tenant))
            label { span { (texts.t("hygiene.month")) }
                select name="month" {
                    @for other in months(visitor.now, month) {
                        option value=(other.first_day()) selected[other == month] { (month_name(texts, other)) }
                    }
                }
            }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}
