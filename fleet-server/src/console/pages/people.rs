//! Who has logged in, with which role, whose every look is recorded; and taking back what a one-time code gave.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{PersonId, TenantId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    common::{Whose, organisation_field},
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    audit::AuditEvent,
    console::clock,
    domain::authorisation::Resource,
    store::{Person, Tenant},
    web::{Problem, Query},
};

const NEWEST: u32 = 200;

/// Whose people.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    done: Option<String>,
}

/// Whom it is about.
#[derive(Debug, Deserialize)]
pub(super) struct Withdrawal {
    person: PersonId,
}

/// `GET /people`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = visitor.tenant(choice.municipality.unwrap_or(visitor.own().id))?;
    let people = app.store.people(tenant.id, NEWEST).await?;
    let read = AuditEvent::PeopleRead {
        people: u64::try_from(people.len()).unwrap_or(u64::MAX),
    };
    app.store.record(tenant.id, &visitor.act(), &read).await?;
    let head = Head {
        title: texts.t("people.title").to_owned(),
        lead: texts.fill("people.lead", &[("tenant", &tenant.name)]),
        acts: choose(&visitor, tenant),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        section.card aria-label=(head.title) {
            @if people.is_empty() { p { (texts.t("people.nobody")) } } @else {
                (table(&visitor, tenant).show(&address, &people.iter().collect::<Vec<_>>()))
            }
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
    Ok(Redirect::to("/people?done=withdrawn").into_response())
}

/// `POST /people/log-out`: whoever has lost a computer or left is logged out on all of them.
pub(super) async fn log_out(
    State(app): State<App>,
    visitor: Visitor,
    Query(Whose { municipality }): Query<Whose>,
    form: Result<Form<Withdrawal>, FormRejection>,
) -> Result<Response, Problem> {
    let tenant = visitor.tenant(municipality)?.id;
    let Form(Withdrawal { person }) = form.map_err(|_| Problem::invalid("form", "choose somebody"))?;
    app.store
        .log_out_everywhere(tenant, person, &visitor.act())
        .await?;
    Ok(Redirect::to(&format!("/people?municipality={tenant}&done=logged_out")).into_response())
}

fn table<'v>(visitor: &'v Visitor, tenant: &Tenant) -> Table<'v, Person> {
    let of = tenant.id;
    let (texts, now) = (visitor.texts, visitor.now);
    let columns = vec![
        Column::words("name", texts.t("people.name"), |person: &Person| {
            Value::words(person.name.as_str())
        }),
        Column::choice("role", texts.t("people.role"), |person: &Person| {
            Value::Choice(person.role as i64, texts.word("role", person.role.name()).into())
        }),
        Column::time("last_login", texts.t("people.last_login"), |person: &Person| {
            Value::Time(person.last_login_at)
        })
        .shown(move |person| html! { (clock::when(texts, person.last_login_at, now)) }),
        Column::act(texts.t("people.log_out"), move |person: &Person| {
            let path = format!("/people/log-out?municipality={of}");
            button(visitor, &path, person, "people.log_out")
        }),
        Column::act(texts.t("people.withdraw"), |person: &Person| {
            html! { @if person.operator { (button(visitor, "/people", person, "people.withdraw")) } }
        }),
    ];
    Table::new(texts, Label::Words(texts.t("people.title")), columns)
}

/// A button about somebody, for whoever may press it.
fn button(visitor: &Visitor, path: &str, person: &Person, text: &str) -> Markup {
    let text = visitor.texts.t(text);
    html! {
        @if visitor.may_change(Resource::People) {
            form method="post" action=(path) {
                input type="hidden" name="person" value=(person.id);
                button type="submit" aria-label={ (text) ": " (person.name) } { (text) }
            }
        }
    }
}

fn choose(visitor: &Visitor, tenant: &Tenant) -> Markup {
    let texts = visitor.texts;
    html! {
        @if visitor.sees_several() {
            form.choose method="get" action="/people" {
                (organisation_field(visitor, texts.t("audit.whose"), tenant.id))
                button type="submit" { (texts.t("common.show")) }
            }
        }
    }
}
