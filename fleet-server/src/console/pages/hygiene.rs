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
    address::Address,
    common::or_missing,
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, cleaned_visits, clock, icons, texts::Texts},
    domain::{
        authorisation::Resource,
        follow_up::month::Month,
        hygiene::{Checklist, CleanedPart, CountedVisit, Instruction, compliance, review_is_due},
        sweden::Day,
    },
    web::Problem,
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
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, (&address, &choice), None).await
}

/// `POST /hygiene`.
pub(super) async fn adopt(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
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
            let page = show(&app, &visitor, (&address, &choice), Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn show(
    app: &App,
    visitor: &Visitor,
    (address, choice): (&Address, &Choice),
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = match choice.municipality {
        Some(id) => visitor.tenant(id)?,
        None => visitor.municipalities().next().unwrap_or_else(|| visitor.own()),
    };
    let month = choice
        .month
        .map_or_else(|| clock::day(visitor.now), Day::date)
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
                (units_table(texts).show(address, &units.iter().collect::<Vec<_>>()))
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

/// A unit's name and its visits.
type UnitVisits = (String, Vec<CountedVisit>);

fn units_table(texts: &'static Texts) -> Table<'static, UnitVisits> {
    let lacking = |visits: &[CountedVisit]| {
        let (signed, all) = compliance(visits);
        all - signed
    };
    let share = |visits: &[CountedVisit]| {
        let (signed, all) = compliance(visits);
        (all > 0).then(|| signed * 100 / all)
    };
    let columns = vec![
        Column::words("unit", texts.t("hygiene.unit"), |(name, _): &UnitVisits| Value::words(name.as_str())),
        Column::number("visits", texts.t("hygiene.visits"), |(_, visits): &UnitVisits| {
            Value::number(compliance(visits).1)
        }),
        Column::number("signed", texts.t("hygiene.signed"), |(_, visits): &UnitVisits| {
            Value::number(compliance(visits).0)
        }),
        Column::number("share", texts.t("hygiene.share"), move |(_, visits): &UnitVisits| {
            Value::or_missing(share(visits), Value::number)
        })
        .shown(move |(_, visits)| {
            or_missing(texts, share(visits).map(|share| html! { (share) " %" }))
        }),
        Column::number("lacking", texts.t("column.state"), move |(_, visits): &UnitVisits| {
            Value::number(lacking(visits))
        })
        .shown(move |(_, visits)| match lacking(visits) {
            0 => html! { span.ready { (icons::CHECK) (texts.t("hygiene.good")) } },
            lacking => html! {
                span.warning { (icons::WARNING) (texts.fill("hygiene.lacking", &[("visits", &lacking.to_string())])) }
            },
        })
        .aligned_left(),
    ];
    Table::new(texts, Label::By("units"), columns)
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
