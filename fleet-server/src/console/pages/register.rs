//! The register of kits and parts as a table: out for a spreadsheet, and in again with every wrong row named.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    kit::Done,
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, csv_file, icons, inventory},
    domain::{
        authorisation::Resource,
        inventory_file::{COLUMNS, RowError},
    },
    web::{Problem, Query},
};

/// Which municipality's register.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    municipality: TenantId,
}

/// A pasted table.
#[derive(Debug, Deserialize)]
pub(super) struct Pasted {
    municipality: TenantId,
    table: String,
}

/// `GET /kits/register`.
pub(super) async fn page(visitor: Visitor, Query(done): Query<Done>) -> Markup {
    show(&visitor, done.done(), None, &[], "")
}

/// `GET /kits/register.csv`.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(Choice { municipality }): Query<Choice>,
) -> Result<Response, Problem> {
    let tenant = visitor.tenant(municipality)?;
    let rows = inventory::rows(&app, &visitor.administrator, tenant, visitor.now).await?;
    Ok(csv_file::download("kit", COLUMNS, rows))
}

/// `POST /kits/register`: all rows or none.
pub(super) async fn import(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<Pasted>, FormRejection>,
) -> Result<Response, Problem> {
    let Ok(Form(Pasted { municipality, table })) = form else {
        let problem = Problem::invalid("form", "choose a municipality and paste a table");
        let page = show(&visitor, None, Some(&problem), &[], "");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let tenant = visitor.tenant(municipality)?;
    match acts::import(&app, &visitor.administrator, tenant, &table, visitor.now).await? {
        Ok(_) => Ok(Redirect::to("/kits/register?done=imported").into_response()),
        Err(errors) => {
            let page = show(&visitor, None, None, &errors, &table);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn show(
    visitor: &Visitor,
    done: Option<&str>,
    problem: Option<&Problem>,
    errors: &[RowError],
    table: &str,
) -> Markup {
    let texts = visitor.texts;
    let head = Head {
        title: texts.t("register.title").to_owned(),
        lead: texts.t("register.lead").to_owned(),
        acts: html! {},
    };
    let municipalities = html! {
        label { (texts.t("responsibility.municipality"))
            select name="municipality" {
                @for tenant in &visitor.reach { option value=(tenant.id) { (tenant.name) } }
            }
        }
    };
    let content = html! {
        (layout::confirmation(texts, done))
        (layout::refusal(texts, problem))
        @if !errors.is_empty() {
            section.card role="alert" aria-labelledby="errors" {
                h2 #errors { (texts.count("register.errors", errors.len(), &[])) }
                ul {
                    @for error in errors {
                        li {
                            b { (texts.t("register.row")) " " (error.row) }
                            @if let Some(column) = error.column { ", " span.serial { (column) } }
                            ": " (texts.word("refusal", error.code))
                        }
                    }
                }
            }
        }
        div.with-aside {
            @if visitor.may_change(Resource::Register) {
                section.card aria-labelledby="in" {
                    h2 #in { (texts.t("register.in")) }
                    form.fields method="post" action="/kits/register" {
                        (municipalities)
                        label { (texts.t("register.table"))
                            textarea.wide name="table" rows="12" spellcheck="false" aria-describedby="columns" { (table) }
                        }
                        p.note #columns { (texts.t("register.columns")) " " span.serial { @for (at, column) in COLUMNS.iter().enumerate() { @if at > 0 { ";" wbr; } (column) } } }
                        button.primary type="submit" { (texts.t("register.take_in")) }
                    }
                }
            }
            section.card aria-labelledby="out" {
                h2 #out { (texts.t("register.out")) }
                form.fields method="get" action="/kits/register.csv" {
                    (municipalities)
                    button type="submit" { (icons::DOWNLOAD) (texts.t("common.csv")) }
                }
            }
        }
    };
    layout::page(visitor, Place::Kits, &head, &content)
}
