//! The register of agreements on processing personal data, on the page of `responsibility`: what is in force, what is lacking,
//! and the form to note one.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{agreements, common::Whose, visitor::Visitor};
use crate::{
    app::App,
    console::{acts, clock, icons, texts::Texts},
    domain::{
        agreement::Agreement,
        authorisation::Resource,
        processing::{ProcessingAgreement, ProcessingKind, REFERENCE_BYTES, is_lacking},
        sweden::Day,
    },
    store::Tenant,
    web::{Problem, Query},
};

/// An agreement on processing as the form sends it.
#[derive(Debug, Deserialize)]
pub(super) struct Noted {
    reference: String,
    kind: ProcessingKind,
    from: Day,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    until: Option<Day>,
}

/// `POST /agreements/processing`.
pub(super) async fn note(
    State(app): State<App>,
    visitor: Visitor,
    Query(Whose { municipality }): Query<Whose>,
    form: Result<Form<Noted>, FormRejection>,
) -> Result<Response, Problem> {
    let tenant = visitor.tenant(municipality)?.id;
    let noted = match form {
        Ok(Form(noted)) => {
            let new = ProcessingAgreement {
                reference: noted.reference,
                kind: noted.kind,
                from: noted.from.date(),
                until: noted.until.map(Day::date),
            };
            acts::note_processing(&app, &visitor.administrator, tenant, new, visitor.now).await
        }
        Err(_) => Err(Problem::invalid("form", "fill in every field")),
    };
    agreements::answer(&app, &visitor, Some(tenant), noted.map(drop)).await
}

/// The register of one municipality on a day.
pub(super) fn card(
    visitor: &Visitor,
    tenant: &Tenant,
    (arrangements, processing): (&[Agreement], &[ProcessingAgreement]),
    day: Date,
) -> Markup {
    let texts = visitor.texts;
    html! {
        section.card aria-labelledby="processing" {
            h2 #processing { (texts.t("processing.title")) }
            @if is_lacking(arrangements, processing, day) {
                p.attention { (icons::WARNING) (texts.t("processing.lacking")) }
            } @else if processing.is_empty() {
                p.note { (texts.t("processing.none")) }
            }
            ol.timeline { @for agreed in processing { (line(texts, agreed, day)) } }
            @if visitor.may_change(Resource::ProcessingAgreements) {
                details.folded { summary { (texts.t("processing.note")) } (form(texts, tenant, clock::day(visitor.now))) }
            }
        }
    }
}

fn line(texts: &Texts, agreed: &ProcessingAgreement, day: Date) -> Markup {
    let covers = agreed.from <= day && agreed.until.is_none_or(|until| day <= until);
    html! {
        li class=[covers.then_some("now")] {
            b { (agreed.reference) }
            br;
            span.note {
                (texts.word("processing_kind", agreed.kind.name()))
                br;
                (clock::long_day(texts, agreed.from)) " – "
                @if let Some(until) = agreed.until { (clock::long_day(texts, until)) }
                @else { (texts.t("responsibility.until_further_notice")) }
            }
        }
    }
}

fn form(texts: &Texts, tenant: &Tenant, today: Date) -> Markup {
    html! {
        form.fields method="post" action={ "/agreements/processing?municipality=" (tenant.id) } {
            label { (texts.t("processing.reference"))
                input name="reference" maxlength=(REFERENCE_BYTES) required;
            }
            fieldset {
                legend { (texts.t("processing.kind")) }
                @for (place, kind) in ProcessingKind::ALL.iter().enumerate() {
                    label.choice {
                        input type="radio" name="kind" value=(kind.name()) checked[place == 0] required;
                        (texts.word("processing_kind", kind.name()))
                    }
                }
            }
            label { (texts.t("responsibility.from")) input type="date" name="from" value=(today) required; }
            label { (texts.t("responsibility.until")) input type="date" name="until"; }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}
