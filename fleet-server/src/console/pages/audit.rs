//! The newest entries of a tenant's audit trail. That somebody looked is recorded too.

use axum::extract::State;
use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    audit_details::{Names, details},
    common::{by_kind, organisation_field},
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    audit::{AuditEvent, Entry},
    console::{clock, texts::Texts},
    domain::role::Role,
    store::Person,
    web::{Problem, Query},
};

const NEWEST: u32 = 500;
/// Most people whose names are looked up.
const MOST_PEOPLE: u32 = 1_000;

/// Whose trail.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
}

/// `GET /audit`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = visitor.tenant(choice.municipality.unwrap_or(visitor.own().id))?;
    let entries = app.store.audit_newest(tenant.id, NEWEST).await?;
    let read = AuditEvent::AuditRead {
        entries: u64::try_from(entries.len()).unwrap_or(u64::MAX),
    };
    app.store.record(tenant.id, &visitor.act(), &read).await?;
    let people = app.store.people(tenant.id, MOST_PEOPLE).await?;
    let pseudonyms = app.store.all_care_workers(tenant.id).await?;
    let on_behalf_of = |entry: &Entry| {
        let id = entry.on_behalf_of.as_ref()?;
        let worker = pseudonyms.iter().find(|worker| worker.id.to_string() == *id);
        Some(worker.map_or_else(|| id.clone(), |worker| worker.pseudonym.clone()))
    };
    let kits = app.store.kit_names(tenant.id).await?.into_iter();
    let known = people
        .iter()
        .map(|person| (person.id.to_string(), person.name.clone()));
    let workers = pseudonyms.iter();
    let names = Names {
        kits: kits
            .map(|(id, name)| (id.to_string(), name.as_str().to_owned()))
            .collect(),
        people: workers
            .map(|worker| (worker.id.to_string(), worker.pseudonym.clone()))
            .chain(known)
            .collect(),
    };
    let head = Head {
        title: texts.t("audit.title").to_owned(),
        lead: texts.fill("audit.lead", &[("tenant", &tenant.name)]),
        acts: html! {
            @if visitor.sees_several() {
                form.choose method="get" action="/audit" {
                    (organisation_field(&visitor, texts.t("audit.whose"), tenant.id))
                    button type="submit" { (texts.t("common.show")) }
                }
            }
        },
    };
    let rows: Vec<&Entry> = entries.iter().collect();
    let now = visitor.now;
    let columns = vec![
        Column::number("number", texts.t("audit.number"), |entry: &Entry| {
            Value::number(entry.sequence)
        }),
        Column::time("when", texts.t("audit.when"), |entry: &Entry| {
            Value::Time(entry.at)
        })
        .shown(move |entry| html! { (clock::when(texts, entry.at, now)) }),
        Column::words("what", texts.t("audit.what"), |entry: &Entry| {
            Value::words(format!("{} {}", what(texts, &entry.event), entry.event))
        })
        .shown(|entry| html! { b { (what(texts, &entry.event)) } (details(&visitor, &names, &entry.event)) }),
        Column::words("who", texts.t("audit.who"), |entry: &Entry| {
            Value::words(who(texts, &people, &names, &entry.actor))
        }),
        Column::words("on_behalf_of", texts.t("audit.on_behalf_of"), |entry: &Entry| {
            Value::or_missing(on_behalf_of(entry), Value::words)
        }),
    ];
    let content = html! {
        section.card aria-label=(head.title) {
            (Table::new(texts, Label::Words(&head.title), columns).show(&address, &rows))
        }
    };
    Ok(layout::page(&visitor, Place::Audit, &head, &content))
}

/// The kind of an entry in words; an entry that this version does not know has none.
fn what<'a>(texts: &'a Texts, event: &str) -> &'a str {
    let event = serde_json::from_str::<AuditEvent>(event).ok();
    event.map_or("", |event| texts.word("event", event.name()))
}

/// Somebody who has logged in by role and name, a kit by its name, as far as they are known here; everybody else as they stand in
/// the trail.
fn who(texts: &Texts, people: &[Person], names: &Names, actor: &str) -> String {
    let Some((role, id)) = actor.split_once(' ') else {
        return by_kind(texts, actor).to_owned();
    };
    let Some(role) = Role::named(role) else {
        return names.kits.get(id).map_or(actor, String::as_str).to_owned();
    };
    let person = people.iter().find(|person| person.id.to_string() == id);
    let name = person.map_or(id, |person| &person.name);
    format!("{name}, {}", texts.word("role", role.name()))
}
