//! A municipality's checklist on the page about hygiene: in force, earlier, and to be adopted.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use jiff::ToSpan;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    common::by_kind,
    hygiene::{self, Choice},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock, icons, texts::Texts},
    domain::{
        authorisation::Resource,
        hygiene::{Checklist, CleanedPart, Instruction, review},
        sweden::Day,
    },
    store::StoreError,
    web::Problem,
};

/// A checklist as the form sends it: a sentence per part.
#[derive(Debug, Deserialize)]
pub(super) struct NewChecklist {
    municipality: TenantId,
    minutes: u8,
    surface: String,
    speakerphone: String,
    cable: String,
    rucksack: String,
    review_on: Day,
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
    let instructions = CleanedPart::ALL.iter().zip(texts);
    let instructions = instructions.map(|(part, text)| Instruction {
        part: *part,
        // A sentence that was broken into lines in the form is one sentence.
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        minutes: new.minutes,
    });
    let wanted = (instructions.collect(), new.review_on.date());
    let adopted = acts::adopt_checklist(&app, &visitor.administrator, tenant, wanted, visitor.now).await;
    match adopted {
        Ok(_) => {
            Ok(Redirect::to(&format!("/hygiene?municipality={}&done=checklist", tenant.id)).into_response())
        }
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let choice = Choice::of(tenant.id);
            let page = hygiene::show(&app, &visitor, (&address, &choice), Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// The card on the page. `versions` are newest first.
pub(super) fn card(visitor: &Visitor, tenant: TenantId, versions: &[Checklist]) -> Markup {
    let texts = visitor.texts;
    let in_force = versions.first();
    html! {
        section.card aria-labelledby="checklist" {
            h2 #checklist { (texts.t("hygiene.checklist")) }
            @if let Some(checklist) = in_force {
                p { (version(texts, checklist)) }
                @if let Some(review) = review(checklist, clock::day(visitor.now)) {
                    p.attention { (icons::WARNING) (texts.word("review", review.name())) }
                }
            } @else { p.attention { (texts.t("refusal.hygiene_no_checklist")) } }
            @if visitor.may_change(Resource::Checklists) { (form(visitor, tenant, in_force)) }
            @else if let Some(checklist) = in_force { (steps(texts, checklist)) }
            @if versions.len() > 1 {
                h3 { (texts.t("hygiene.earlier")) }
                @for earlier in &versions[1..] {
                    details { summary { (version(texts, earlier)) } (steps(texts, earlier)) }
                }
            }
        }
    }
}

/// The municipalities within reach whose checklist is soon to be looked at again, or should have been.
pub(super) async fn to_review(app: &App, visitor: &Visitor) -> Result<Markup, StoreError> {
    let (texts, today) = (visitor.texts, clock::day(visitor.now));
    let mut found = Vec::new();
    for tenant in &visitor.reach {
        let checklist = app.store.checklist(tenant.id).await?;
        let review = checklist.as_ref().and_then(|checklist| review(checklist, today));
        found.extend(review.map(|review| (tenant, review)));
    }
    Ok(html! {
        @if !found.is_empty() {
            section.card aria-labelledby="reviews" {
                h2 #reviews { (texts.t("alerts.checklists")) }
                ul.parts { @for (tenant, review) in found { li {
                    div {
                        span.warning { (icons::WARNING) }
                        a href={ "/hygiene?municipality=" (tenant.id) } { b { (tenant.name) } }
                        br;
                        span.note { (texts.word("review", review.name())) }
                    }
                } } }
            }
        }
    })
}

/// How each part is cleaned.
pub(super) fn steps(texts: &Texts, checklist: &Checklist) -> Markup {
    html! {
        dl.stacked {
            @for instruction in &checklist.instructions {
                dt { (texts.word("cleaned", instruction.part.name())) }
                dd { (instruction.text) }
            }
        }
    }
}

fn version(texts: &Texts, checklist: &Checklist) -> String {
    let by = checklist.adopted_by.as_deref();
    let by = by.map_or_else(|| texts.t("hygiene.by_unknown"), |actor| by_kind(texts, actor));
    texts.fill(
        "hygiene.version",
        &[
            ("version", &checklist.version.to_string()),
            ("day", &clock::long_day(texts, checklist.adopted_on)),
            ("by", by),
            ("review", &clock::long_day(texts, checklist.review_on)),
        ],
    )
}

fn form(visitor: &Visitor, tenant: TenantId, in_force: Option<&Checklist>) -> Markup {
    let texts = visitor.texts;
    let today = clock::day(visitor.now);
    let in_a_year = today.saturating_add(1.year());
    let text = |part: CleanedPart| {
        let found = in_force.and_then(|list| list.instructions.iter().find(|found| found.part == part));
        found.map_or("", |instruction| instruction.text.as_str())
    };
    let minutes = in_force
        .and_then(|list| list.instructions.first())
        .map_or(1, |found| found.minutes);
    html! {
        form.fields method="post" action="/hygiene" {
            input type="hidden" name="municipality" value=(tenant);
            @for part in CleanedPart::ALL {
                label { (texts.word("cleaned", part.name()))
                    textarea.sentence name=(part.name()) maxlength="300" required { (text(*part)) }
                }
            }
            label { (texts.t("hygiene.minutes")) input type="number" name="minutes" value=(minutes) min="0" max="60" required; }
            label { (texts.t("hygiene.review_on"))
                input type="date" name="review_on" value=(in_a_year) min=(today.saturating_add(1.day())) max=(in_a_year) required;
            }
            button type="submit" { (texts.t("hygiene.adopt")) }
        }
    }
}
