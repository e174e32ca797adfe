//! Who has logged in, with which role; and taking back what a one-time code gave.

use axum::{
    Form,
    extract::{Query, State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{PersonId, TenantId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::clock,
    domain::authorisation::Resource,
    store::{Person, Tenant},
    web::Problem,
};

const NEWEST: u32 = 200;

/// Whose people.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    done: Option<String>,
}

/// Whose operator's role ends.
#[derive(Debug, Deserialize)]
pub(super) struct Withdrawal {
    person: PersonId,
}

/// `GET /people`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = visitor.tenant(choice.municipality.unwrap_or(visitor.own().id))?;
    let people = app.store.people(tenant.id, NEWEST).await?;
    let head = Head {
        title: texts.t("people.title").to_owned(),
        lead: texts.fill("people.lead", &[("tenant", &tenant.name)]),
        acts: choose(&visitor, tenant),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        section.card aria-label=(head.title) {
            @if people.is_empty() { p { (texts.t("people.nobody")) } } @else { (table(&visitor, &people)) }
            p.note { (texts.t("people.roles_from")) }
        }
    };
    Ok(layout::page(&visitor, Place::People, &head, &content))
}

/// `POST /people`: in one's own organisation. Their sessions end at once.
pub(super) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<Withdrawal>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(Withdrawal { person }) = form.map_err(|_| Problem::invalid("form", "choose somebody"))?;
    app.store
        .withdraw_operator(visitor.own().id, person, &visitor.act())
        .await?;
    app.sessions.end_all_of(visitor.own().id, person).await?;
    Ok(Redirect::to("/people?done=withdrawn").into_response())
}

fn table(visitor: &Visitor, people: &[Person]) -> Markup {
    let texts = visitor.texts;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(texts.t("people.title")) {
            table {
                thead { tr {
                    th scope="col" { (texts.t("people.name")) }
                    th scope="col" { (texts.t("people.role")) }
                    th scope="col" { (texts.t("people.last_login")) }
                    th scope="col" { span.spoken { (texts.t("people.withdraw")) } }
                } }
                tbody {
                    @for person in people {
                        tr {
                            th scope="row" { (person.name) }
                            td { (texts.word("role", person.role.name())) }
                            td { (clock::when(texts, person.last_login_at, visitor.now)) }
                            td {
                                @if person.operator && visitor.may_change(Resource::People) {
                                    form method="post" action="/people" {
                                        input type="hidden" name="person" value=(person.id);
                                        button type="submit" aria-label={ (texts.t("people.withdraw")) ": " (person.name) } {
                                            (texts.t("people.withdraw"))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn choose(visitor: &Visitor, tenant: &Tenant) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose method="get" action="/people" {
            label { span { (texts.t("audit.whose")) }
                select name="municipality" {
                    @for other in &visitor.reach { option value=(other.id) selected[other.id == tenant.id] { (other.name) } }
                }
            }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}
