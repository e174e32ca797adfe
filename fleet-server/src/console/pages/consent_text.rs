//! The consent text that a municipality has adopted, on the page about identification: in force, earlier, and to be adopted.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use fleet_api::{TenantId, TextToRead};
use maud::{Markup, html};
use serde::Deserialize;

use super::{identification, visitor::Visitor};
use crate::{
    app::App,
    console::{acts, clock, texts::Texts},
    domain::{authorisation::Resource, identity::consent::AdoptedText},
    store::Tenant,
    web::Problem,
};

/// A consent text as the form sends it.
#[derive(Debug, Deserialize)]
pub(super) struct NewConsent {
    municipality: TenantId,
    swedish: String,
    english: String,
    author: String,
}

/// `POST /identification/consent`.
pub(super) async fn adopt(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewConsent>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "a field is missing or wrong"))?;
    let tenant = visitor.tenant(new.municipality)?.id;
    // Browsers send lines as CR LF.
    let words = |text: &str| {
        let text = text.replace("\r\n", "\n");
        let words = text.trim().parse::<TextToRead>();
        words.map_err(|error| Problem::invalid("consent_words", error))
    };
    let adopted = match (words(&new.swedish), words(&new.english)) {
        (Ok(swedish), Ok(english)) => {
            let texts = (swedish, english);
            acts::adopt_consent(
                &app,
                &visitor.administrator,
                tenant,
                texts,
                &new.author,
                visitor.now,
            )
            .await
            .map(|_| ())
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    identification::answer(&app, &visitor, tenant, adopted, "consent").await
}

/// The card on the page.
pub(super) fn card(visitor: &Visitor, tenant: &Tenant, adopted: &[AdoptedText]) -> Markup {
    let texts = visitor.texts;
    let in_force = adopted.first();
    html! {
        section.card aria-labelledby="consent" {
            h2 #consent { (texts.t("identification.consent")) }
            p.note { (texts.t("identification.consent_note")) }
            @if let Some(text) = in_force {
                p { (version(texts, text)) }
            } @else { p.attention { (texts.t("identification.consent_none")) } }
            @if visitor.may_change(Resource::ConsentTexts) {
                form.fields method="post" action="/identification/consent" {
                    input type="hidden" name="municipality" value=(tenant.id);
                    label { (texts.t("identification.swedish"))
                        textarea.wide name="swedish" rows="6" maxlength="4000" required { (in_force.map_or("", |text| text.text.swedish.as_str())) }
                    }
                    label { (texts.t("identification.english"))
                        textarea.wide name="english" rows="6" maxlength="4000" lang="en" required { (in_force.map_or("", |text| text.text.english.as_str())) }
                    }
                    label { (texts.t("identification.author")) input name="author" maxlength="100" required; }
                    button type="submit" { (texts.t("identification.adopt")) }
                }
            } @else if let Some(text) = in_force {
                p { (text.text.swedish.as_str()) }
                p lang="en" { (text.text.english.as_str()) }
            }
            @if adopted.len() > 1 {
                h3 { (texts.t("identification.earlier")) }
                @for text in &adopted[1..] {
                    details { summary { (version(texts, text)) } p { (text.text.swedish.as_str()) } p lang="en" { (text.text.english.as_str()) } }
                }
            }
        }
    }
}

fn version(texts: &Texts, adopted: &AdoptedText) -> String {
    let version = adopted.text.version;
    texts.fill(
        "identification.consent_version",
        &[
            ("number", &version.number.to_string()),
            ("year", &version.year.to_string()),
            ("day", &clock::long_day(texts, adopted.adopted_on)),
            ("author", &adopted.author),
        ],
    )
}
