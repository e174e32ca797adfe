//! The log of meetings for whoever answers for it: who was there by role, how they were identified, what was answered before. As a
//! page, as a table, and entry by entry with checksums. That somebody looked is recorded.

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use fleet_api::{CareProviderId, EventKind, IdentificationMethod, TenantId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    audit::Entry,
    console::{acts, clock, csv_file, icons, texts::Texts},
    domain::attendance::{NOBODYS, Record},
    web::Problem,
};

/// Entries of one care provider on the page; the table has all.
const SHOWN: usize = 200;

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
    Query(whose): Query<Whose>,
) -> Result<Markup, Problem> {
    let (texts, tenant) = (visitor.texts, tenant(&visitor, &whose)?);
    let chains = acts::attendance(&app, tenant.id, whose.provider, &visitor.act()).await?;
    let head = Head {
        title: texts.t("attendance.title").to_owned(),
        lead: texts.fill("attendance.lead", &[("tenant", &tenant.name)]),
        acts: super::period::controls(&visitor, "/attendance", tenant.id, None, (&[], None)),
    };
    let content = html! {
        @if chains.is_empty() { p { (texts.t("attendance.none")) } }
        @for read in &chains { (card(&visitor, tenant.id, read)) }
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
                p.ready { (icons::CHECK) (texts.fill("attendance.whole", &[("entries", &read.entries.len().to_string())])) }
            } @else { p.attention role="alert" { (icons::WARNING) (texts.t("attendance.broken")) } }
            p {
                a.button href={ "/attendance.csv?" (query) } { (icons::DOWNLOAD) (texts.t("attendance.csv")) } " "
                a.button href={ "/attendance.jsonl?" (query) } { (icons::DOWNLOAD) (texts.t("attendance.json")) }
            }
            div.scroll tabindex="0" role="region" aria-label=(name) {
                table {
                    thead { tr {
                        th scope="col" { (texts.t("attendance.when")) }
                        th scope="col" { (texts.t("attendance.what")) }
                        th scope="col" { (texts.t("attendance.how")) }
                    } }
                    tbody {
                        @for record in read.entries.iter().rev().take(SHOWN).filter_map(record) {
                            tr {
                                th scope="row" { (clock::when(texts, record.happened_at, visitor.now)) }
                                td { (texts.word("attendance_kind", record.event.name())) }
                                td { (what(visitor, &record).join(", ")) }
                            }
                        }
                    }
                }
            }
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
            to,
            ..
        } => vec![
            word("attendee", role.name()),
            word("organisation", organisation.name()),
            word("method", method.name()),
            texts.fill(
                "attendance.until",
                &[("time", &clock::when(texts, *to, visitor.now))],
            ),
        ],
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
