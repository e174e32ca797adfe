//! Hygiene: how many visits were followed by their sign-offs, per unit and month, and the checklist in force.

use axum::{
    Form,
    extract::{Query, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, cleaned_visits, clock, icons},
    domain::{
        authorisation::Resource,
        follow_up::month::Month,
        hygiene::{Checklist, CleanedPart, CountedVisit, Instruction, compliance, review_is_due},
    },
    web::Problem,
};

/// Which municipality and month (any day of it).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    month: Option<Date>,
    done: Option<String>,
}

/// A checklist as the form sends it: a sentence per part.
#[derive(Debug, Deserialize)]
pub(super) struct NewChecklist {
    municipality: TenantId,
    minutes: u8,
    surface: String,
    speakerphone: String,
    cable: String,
    rucksack: String,
}

/// `GET /hygiene`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, &choice, None).await
}

/// `POST /hygiene`.
pub(super) async fn adopt(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewChecklist>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "each part needs a sentence"))?;
    let tenant = visitor.tenant(new.municipality)?;
    let texts = [new.surface, new.speakerphone, new.cable, new.rucksack];
    let instructions = CleanedPart::ALL
        .iter()
        .zip(texts)
        .map(|(part, text)| Instruction {
            part: *part,
            text,
            minutes: new.minutes,
        });
    let adopted = acts::adopt_checklist(
        &app,
        &visitor.administrator,
        tenant,
        instructions.collect(),
        visitor.now,
    )
    .await;
    match adopted {
        Ok(_) => {
            Ok(Redirect::to(&format!("/hygiene?municipality={}&done=checklist", tenant.id)).into_response())
        }
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let choice = Choice {
                municipality: Some(tenant.id),
                ..Choice::default()
            };
            let page = show(&app, &visitor, &choice, Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn show(
    app: &App,
    visitor: &Visitor,
    choice: &Choice,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = match choice.municipality {
        Some(id) => visitor.tenant(id)?,
        None => visitor.municipalities().next().unwrap_or_else(|| visitor.own()),
    };
    let month = choice
        .month
        .unwrap_or_else(|| clock::day(visitor.now))
        .first_of_month();
    let units: Vec<(String, Vec<CountedVisit>)> =
        cleaned_visits::by_unit(app, tenant.id, Month::of_day(month))
            .await?
            .into_iter()
            .map(|(unit, visits)| (unit.name, visits))
            .collect();
    let checklist = app.store.checklist(tenant.id).await?;
    let all: Vec<CountedVisit> = units.iter().flat_map(|(_, visits)| visits).copied().collect();
    let (signed, visits) = compliance(&all);
    let numbers = [signed.to_string(), visits.to_string()];
    let month_name = format!(
        "{} {}",
        texts.word("month", &month.month().to_string()),
        month.year()
    );
    let head = Head {
        title: texts.fill(
            "hygiene.title",
            &[("signed", &numbers[0]), ("visits", &numbers[1])],
        ),
        lead: format!("{}, {month_name}", tenant.name),
        acts: choose(visitor, tenant.id, month),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        div.with-aside {
            section.card aria-labelledby="units" {
                h2 #units { (texts.t("hygiene.units")) }
                (units_table(visitor, &units))
                p.note { (texts.t("hygiene.definition")) }
            }
            section.card aria-labelledby="checklist" {
                h2 #checklist { (texts.t("hygiene.checklist")) }
                (checklist_form(visitor, tenant.id, checklist.as_ref()))
            }
        }
    };
    Ok(layout::page(visitor, Place::Hygiene, &head, &content))
}

fn units_table(visitor: &Visitor, units: &[(String, Vec<CountedVisit>)]) -> Markup {
    let texts = visitor.texts;
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="units" {
            table {
                thead { tr {
                    th scope="col" { (texts.t("hygiene.unit")) }
                    th.number scope="col" { (texts.t("hygiene.visits")) }
                    th.number scope="col" { (texts.t("hygiene.signed")) }
                    th.number scope="col" { (texts.t("hygiene.share")) }
                    th scope="col" { (texts.t("column.state")) }
                } }
                tbody {
                    @for (name, visits) in units {
                        @let (signed, all) = compliance(visits);
                        tr {
                            th scope="row" { (name) }
                            td.number { (all) }
                            td.number { (signed) }
                            td.number { @if all > 0 { (signed * 100 / all) " %" } @else { "–" } }
                            td {
                                @if signed < all { span.warning { (icons::WARNING) (texts.fill("hygiene.lacking", &[("visits", &(all - signed).to_string())])) } }
                                @else { span.ready { (icons::CHECK) (texts.t("hygiene.good")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn checklist_form(visitor: &Visitor, tenant: TenantId, checklist: Option<&Checklist>) -> Markup {
    let texts = visitor.texts;
    let today = clock::day(visitor.now);
    let text = |part: CleanedPart| {
        let found = checklist.and_then(|list| list.instructions.iter().find(|found| found.part == part));
        found.map_or("", |instruction| instruction.text.as_str())
    };
    let minutes = checklist
        .and_then(|list| list.instructions.first())
        .map_or(1, |found| found.minutes);
    html! {
        @if let Some(list) = checklist {
            @let due = review_is_due(list, today);
            p class=[due.then_some("attention")] {
                (texts.fill("hygiene.version", &[
                    ("version", &list.version.to_string()),
                    ("day", &clock::long_day(texts, list.adopted_on)),
                    ("review", &clock::long_day(texts, list.review_on)),
                ]))
            }
        } @else { p.attention { (texts.t("refusal.hygiene_no_checklist")) } }
        @if !visitor.may_change(Resource::Checklists) {
            dl { @for part in CleanedPart::ALL { dt { (texts.word("cleaned", part.name())) } dd { (text(*part)) } } }
        } @else {
            form.fields method="post" action="/hygiene" {
                input type="hidden" name="municipality" value=(tenant);
                @for part in CleanedPart::ALL {
                    label { (texts.word("cleaned", part.name()))
                        input name=(part.name()) value=(text(*part)) maxlength="300" required;
                    }
                }
                label { (texts.t("hygiene.minutes")) input type="number" name="minutes" value=(minutes) min="0" max="60" required; }
                button type="submit" { (texts.t("hygiene.adopt")) }
            }
        }
    }
}

fn choose(visitor: &Visitor, tenant: TenantId, month: Date) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose method="get" action="/hygiene" {
            label { span { (texts.t("responsibility.municipality")) }
                select name="municipality" {
                    @for other in &visitor.reach { option value=(other.id) selected[other.id == tenant] { (other.name) } }
                }
            }
            label { span { (texts.t("hygiene.month")) } input type="date" name="month" value=(month); }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}
