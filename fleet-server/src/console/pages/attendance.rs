//! The log of meetings for whoever answers for it: who was there by role, how they were identified, what was answered before. As a
//! page, as a table, and entry by entry with checksums. That somebody looked is recorded.

use std::{cmp::Reverse, collections::HashMap};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use fleet_api::{AttendeeOrganisation, CareProviderId, EventKind, IdentificationMethod, KitId, TenantId};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    audit::Entry,
    console::{acts, clock, csv_file, icons, texts::Texts},
    domain::attendance::{NOBODYS, Record},
    web::{Problem, Query},
};

/// Newest entries on the page; what is downloaded has all.
const SHOWN: usize = 2_000;

/// An entry as the page shows it.
struct Line {
    happened_at: Timestamp,
    provider: String,
    kit: Option<String>,
    what: String,
    how: String,
}

/// Whose log.
#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    provider: Option<CareProviderId>,
}

/// `GET /attendance`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(whose): Query<Whose>,
) -> Result<Markup, Problem> {
    let (texts, tenant) = (visitor.texts, tenant(&visitor, &whose)?);
    let chains = acts::attendance(&app, tenant.id, whose.provider, &visitor.act()).await?;
    let head = Head {
        title: texts.t("attendance.title").to_owned(),
        lead: texts.fill("attendance.lead", &[("tenant", &tenant.name)]),
        acts: super::period::controls(&visitor, "/attendance", tenant.id, None, (&[], None)),
    };
    let names = app.store.kit_names(tenant.id).await?.into_iter();
    let names = names.map(|(kit, name)| (kit, name.as_str().to_owned()));
    let lines = lines_of(&visitor, &names.collect(), &chains);
    let content = html! {
        @if chains.is_empty() { p { (texts.t("attendance.none")) } }
        @else {
            div.halves { @for read in &chains { (card(&visitor, tenant.id, read)) } }
            (entries(&visitor, &address, &lines))
        }
    };
    Ok(layout::page(&visitor, Place::Attendance, &head, &content))
}

/// `GET /attendance.csv`.
pub(super) async fn table(
    State(app): State<App>,
    visitor: Visitor,
    Query(whose): Query<Whose>,
) -> Result<Response, Problem> {
    let (texts, tenant) = (visitor.texts, tenant(&visitor, &whose)?);
    let chains = acts::attendance(&app, tenant.id, whose.provider, &visitor.act()).await?;
    let head = [
        "number",
        "provider",
        "happened_at",
        "kit",
        "reservation",
        "kind",
        "what",
        "hash",
    ];
    let mut rows = Vec::new();
    for read in &chains {
        for entry in &read.entries {
            let Some(record) = record(entry) else { continue };
            rows.push([
                entry.sequence.to_string(),
                provider(texts, read).to_owned(),
                record.happened_at.to_string(),
                record.kit.to_string(),
                record.reservation().map(|id| id.to_string()).unwrap_or_default(),
                record.event.name().to_owned(),
                what(&visitor, &record).join(", "),
                hex::encode(entry.hash),
            ]);
        }
    }
    Ok(csv_file::download("attendance", head, rows))
}

/// `GET /attendance.jsonl`: one entry per line, as `fleet-server attendance-verify` reads it.
pub(super) async fn lines(
    State(app): State<App>,
    visitor: Visitor,
    Query(whose): Query<Whose>,
) -> Result<Response, Problem> {
    let tenant = tenant(&visitor, &whose)?;
    let chains = acts::attendance(&app, tenant.id, whose.provider, &visitor.act()).await?;
    let entries = chains.iter().flat_map(|read| &read.entries);
    let lines: Vec<String> = entries
        .map(|entry| serde_json::to_string(entry).expect("entries are plain data"))
        .collect();
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"attendance.jsonl\"",
        ),
    ];
    Ok((headers, lines.join("\n") + "\n").into_response())
}

fn tenant<'a>(visitor: &'a Visitor, whose: &Whose) -> Result<&'a crate::store::Tenant, Problem> {
    match whose.municipality {
        Some(id) => visitor.tenant(id),
        None => Ok(visitor.municipalities().next().unwrap_or_else(|| visitor.own())),
    }
}

fn provider<'a>(texts: &'a Texts, read: &'a acts::ReadChain) -> &'a str {
    match &read.chain.name {
        Some(name) => name,
        None => texts.t("attendance.nobodys"),
    }
}

fn card(visitor: &Visitor, tenant: TenantId, read: &acts::ReadChain) -> Markup {
    let texts = visitor.texts;
    let query = format!("municipality={tenant}&provider={}", read.chain.provider);
    let id = if read.chain.provider == NOBODYS {
        "nobodys".to_owned()
    } else {
        read.chain.provider.to_string()
    };
    let name = provider(texts, read);
    html! {
        section.card aria-labelledby=(id) {
            h2 id=(id) { (name) }
            @if read.verified.is_ok() {
                p.ready { (icons::CHECK) (texts.count("attendance.whole", read.entries.len(), &[])) }
            } @else { p.attention role="alert" { (icons::WARNING) (texts.t("attendance.broken")) } }
            p.acts {
                a.button href={ "/attendance.csv?" (query) } { (icons::DOWNLOAD) (texts.t("attendance.csv")) }
                a.button href={ "/attendance.jsonl?" (query) } { (icons::DOWNLOAD) (texts.t("attendance.json")) }
            }
        }
    }
}

/// The newest entries of all, the newest first.
fn lines_of(visitor: &Visitor, kits: &HashMap<KitId, String>, chains: &[acts::ReadChain]) -> Vec<Line> {
    let texts = visitor.texts;
    let mut lines: Vec<Line> = Vec::new();
    for read in chains {
        let newest = read.entries.iter().rev().take(SHOWN).filter_map(record);
        lines.extend(newest.map(|record| Line {
            happened_at: record.happened_at,
            provider: provider(texts, read).to_owned(),
            kit: kits.get(&record.kit).cloned(),
            what: texts.word("attendance_kind", record.event.name()).to_owned(),
            how: what(visitor, &record).join(", "),
        }));
    }
    lines.sort_by_key(|line| Reverse(line.happened_at));
    lines.truncate(SHOWN);
    lines
}

fn entries(visitor: &Visitor, address: &Address, lines: &[Line]) -> Markup {
    let (texts, now) = (visitor.texts, visitor.now);
    let choice = |words: &str| Value::words(words.to_owned());
    let columns = vec![
        Column::time("when", texts.t("attendance.when"), |line: &Line| {
            Value::Time(line.happened_at)
        })
        .shown(move |line| html! { (clock::when(texts, line.happened_at, now)) }),
        Column::choice("provider", texts.t("attendance.whose"), move |line: &Line| {
            choice(&line.provider)
        }),
        Column::words("kit", texts.t("attendance.kit"), |line: &Line| {
            Value::or_missing(line.kit.clone(), Value::words)
        })
        .marked(Some("unbroken")),
        Column::choice("what", texts.t("attendance.what"), move |line: &Line| {
            choice(&line.what)
        }),
        Column::words("how", texts.t("attendance.how"), |line: &Line| {
            Value::words(line.how.clone())
        }),
    ];
    let rows: Vec<&Line> = lines.iter().collect();
    html! {
        section.card aria-labelledby="entries" {
            h2 id="entries" { (texts.t("attendance.entries")) }
            (Table::new(texts, Label::By("entries"), columns).show(address, &rows))
        }
    }
}

fn record(entry: &Entry) -> Option<Record> {
    serde_json::from_str(&entry.event).ok()
}

/// What an entry says besides its kind, in words.
fn what(visitor: &Visitor, record: &Record) -> Vec<String> {
    let texts = visitor.texts;
    let word = |group: &str, name: &str| texts.word(group, name).to_owned();
    match &record.event {
        EventKind::PatientIdentified { method, .. } => vec![word("identified_by", method_name(*method))],
        EventKind::Attended {
            role,
            organisation,
            method,
            from,
            to,
            ..
        } => {
            let organisation = (*organisation != AttendeeOrganisation::None)
                .then(|| word("organisation", organisation.name()));
            let said = [
                Some(word("attendee", role.name())),
                organisation,
                Some(word("method", method.name())),
                Some(texts.fill(
                    "attendance.from_to",
                    &[("from", &clock::clock(*from)), ("to", &clock::clock(*to))],
                )),
            ];
            said.into_iter().flatten().collect()
        }
        EventKind::GateAnswered {
            gate,
            answer,
            text,
            relative,
            party,
            ..
        } => {
            let version = text.map(|text| {
                let numbers = [text.number.to_string(), text.year.to_string()];
                texts.fill(
                    "attendance.text",
                    &[("number", &numbers[0]), ("year", &numbers[1])],
                )
            });
            let said = [
                Some(word("gate", gate.name())),
                relative.map(|relative| word("kinship", relative.name())),
                party.map(|party| word("invited", party.name())),
                Some(word("gate_answer", answer.name())),
                version,
            ];
            said.into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

fn method_name(method: IdentificationMethod) -> &'static str {
    match method {
        IdentificationMethod::StaffVouches => "staff_vouches",
        IdentificationMethod::BankId => "bank_id",
        IdentificationMethod::KnownFromBefore => "known_from_before",
        IdentificationMethod::BankIdRegion => "bank_id_region",
        IdentificationMethod::MeetingLogin => "meeting_login",
        IdentificationMethod::Freja => "freja",
        IdentificationMethod::OtherEId => "other_e_id",
    }
}
