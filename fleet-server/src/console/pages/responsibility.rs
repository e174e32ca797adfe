//! Who answers for what in a municipality on a day, why, and which agreements say so.

use axum::{extract::State, response::Response};
use fleet_api::TenantId;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    agreement_forms as forms,
    layout::{self, Head, Place},
    matrix, processing,
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{clock, csv_file, icons, texts::Texts},
    domain::{
        agreement::{Agreement, Arrangement, in_force, timeline},
        authorisation::Resource,
        responsibility::{Answer, Item, on_day},
        sweden::Day,
    },
    store::Tenant,
    web::{Problem, Query},
};

/// Which municipality and which day; without them the first one, today.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    on: Option<Day>,
    done: Option<String>,
}

impl Choice {
    /// A municipality's page as it is today.
    pub(super) fn of(municipality: Option<TenantId>) -> Self {
        Self {
            municipality,
            ..Self::default()
        }
    }
}

/// `GET /responsibility`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    here: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, (&here, &choice), None).await
}

/// `GET /responsibility.csv`: the same matrix for a spreadsheet.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let texts = visitor.texts;
    let Some(tenant) = chosen(&visitor, &choice)? else {
        return Err(Problem::not_found("there is no municipality yet"));
    };
    let day = choice.on.map_or_else(|| clock::day(visitor.now), Day::date);
    let agreements = app.store.agreements(tenant.id).await?;
    let rows = Item::ALL.iter().map(|item| {
        let Answer { who, why } = on_day(*item, &agreements, day);
        [
            tenant.name.clone(),
            day.to_string(),
            texts.word("item", item.name()).to_owned(),
            who.map_or_else(String::new, |who| {
                texts.word("responsible", who.name()).to_owned()
            }),
            texts.word("reason", why.name()).to_owned(),
        ]
    });
    let head = ["municipality", "day", "item", "who", "why"].map(|name| texts.word("responsibility", name));
    Ok(csv_file::download("ansvar", head, rows))
}

fn chosen<'a>(visitor: &'a Visitor, choice: &Choice) -> Result<Option<&'a Tenant>, Problem> {
    match choice.municipality {
        Some(id) => visitor.tenant(id).map(Some),
        None => Ok(visitor.municipalities().next()),
    }
}

pub(super) async fn show(
    app: &App,
    visitor: &Visitor,
    (here, choice): (&Address, &Choice),
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let Some(tenant) = chosen(visitor, choice)? else {
        let head = Head {
            title: texts.t("responsibility.title").to_owned(),
            lead: texts.t("responsibility.no_municipality").to_owned(),
            acts: html! {},
        };
        return Ok(layout::page(visitor, Place::Responsibility, &head, &html! {}));
    };
    let today = clock::day(visitor.now);
    let day = choice.on.map_or(today, Day::date);
    let agreements = app.store.agreements(tenant.id).await?;
    let register = app.store.processing_agreements(tenant.id).await?;
    let head = Head {
        title: texts.t("responsibility.title").to_owned(),
        lead: lead(texts, tenant, &agreements, day),
        acts: html! {
            (choose(visitor, tenant, day))
            a.button href={ "/responsibility.csv?municipality=" (tenant.id) "&on=" (day) } {
                (icons::DOWNLOAD) (texts.t("common.csv"))
            }
        },
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        div.with-aside {
            section.card aria-label=(head.title) { (matrix::matrix(texts, here, &agreements, day)) }
            div {
                section.card aria-labelledby="over-time" {
                    h2 #over-time { (texts.t("responsibility.over_time")) }
                    (history(texts, &agreements, day))
                }
                section.card aria-labelledby="base-fee" {
                    h2 #base-fee { (texts.t("responsibility.base_fee")) }
                    p { (texts.fill("responsibility.base_fee_both", &[("municipality", &tenant.name)])) }
                }
            }
        }
        @if visitor.own().region.is_none() && visitor.may_change(Resource::Agreements) {
            (forms::change(texts, tenant, &timeline(&agreements), today))
        }
        (processing::card(visitor, tenant, (&agreements, &register), day))
    };
    Ok(layout::page(visitor, Place::Responsibility, &head, &content))
}

fn lead(texts: &Texts, tenant: &Tenant, agreements: &[Agreement], day: Date) -> String {
    let Some(agreement) = in_force(agreements, day) else {
        return texts.fill("responsibility.lead_none", &[("municipality", &tenant.name)]);
    };
    let key = match agreement.arrangement {
        Arrangement::Rented => texts.t("responsibility.lead_rented"),
        Arrangement::Owned => texts.t("responsibility.lead_owned"),
    };
    key.replace("{municipality}", &tenant.name)
        .replace("{day}", &clock::long_day(texts, agreement.from))
}

fn choose(visitor: &Visitor, tenant: &Tenant, day: Date) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose method="get" action="/responsibility" {
            @if visitor.sees_several() {
                label { span { (texts.t("responsibility.municipality")) }
                    select name="municipality" {
                        @for other in visitor.municipalities() {
                            option value=(other.id) selected[other.id == tenant.id] { (other.name) }
                        }
                    }
                }
            } @else { input type="hidden" name="municipality" value=(tenant.id); }
            label { span { (texts.t("responsibility.on")) } input type="date" name="on" value=(day); }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}

fn history(texts: &Texts, agreements: &[Agreement], day: Date) -> Markup {
    let periods = timeline(agreements);
    html! {
        @if periods.is_empty() { p { (texts.t("responsibility.no_agreement")) } }
        ol.timeline {
            @for period in &periods {
                @let covers = period.from <= day && period.until.is_none_or(|until| day <= until);
                li class=[covers.then_some("now")] {
                    b { (texts.word("arrangement", period.arrangement.name())) }
                    br;
                    span.note {
                        (clock::long_day(texts, period.from)) " – "
                        @if let Some(until) = period.until { (clock::long_day(texts, until)) }
                        @else { (texts.t("responsibility.until_further_notice")) }
                    }
                }
            }
        }
        p.note { (texts.t("responsibility.past_stays")) }
    }
}
