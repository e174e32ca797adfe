//! Alerts on the page of tasks, with their snooze, and the page of who is told.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{ChannelId, TenantId};
use jiff::Timestamp;
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    address::Address,
    bulk,
    common::or_missing,
    kit::Done,
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock, icons},
    domain::{alert::ChannelKind, authorisation::Resource},
    store::{Channel, OpenAlert, StoreError, Tenant},
    web::{Problem, Query},
};

/// The forms of the page of who is told.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    /// Another receiver.
    Add {
        municipality: TenantId,
        kind: ChannelKind,
        target: String,
    },
    /// One less.
    Remove {
        municipality: TenantId,
        channel: ChannelId,
    },
}

/// `GET /alerts/receivers`.
pub(super) async fn receivers(
    State(app): State<App>,
    visitor: Visitor,
    Query(done): Query<Done>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, done.done(), None, None).await
}

/// `POST /alerts/receivers`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Problem> {
    let made = match form {
        Ok(Form(change)) => make(&app, &visitor, change).await,
        Err(_) => Err(Problem::invalid("form", "choose what to change")),
    };
    match made {
        Ok((done, None)) => Ok(Redirect::to(&format!("/alerts/receivers?done={done}")).into_response()),
        // The one time that the key is shown: in the answer itself, not behind an address.
        Ok((done, key)) => Ok(show(&app, &visitor, Some(done), None, key.as_ref())
            .await?
            .into_response()),
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => Err(problem),
        Err(problem) => {
            let page = show(&app, &visitor, None, Some(&problem), None).await?;
            Ok((problem.status(), page).into_response())
        }
    }
}

async fn make(
    app: &App,
    visitor: &Visitor,
    change: Change,
) -> Result<(&'static str, Option<SecretString>), Problem> {
    let by = &visitor.administrator;
    match change {
        Change::Add {
            municipality,
            kind,
            target,
        } => {
            let tenant = visitor.tenant(municipality)?;
            let (_, key) = acts::add_channel(app, by, tenant, (kind, &target), visitor.now).await?;
            Ok(("channel_added", key))
        }
        Change::Remove {
            municipality,
            channel,
        } => {
            let tenant = visitor.tenant(municipality)?;
            acts::remove_channel(app, by, tenant, channel, visitor.now).await?;
            Ok(("channel_removed", None))
        }
    }
}

/// The alerts of these tenants, each with whose kit it is.
pub(super) async fn open<'a>(
    app: &App,
    tenants: &'a [Tenant],
) -> Result<Vec<(&'a Tenant, OpenAlert)>, StoreError> {
    let mut open = Vec::new();
    for tenant in tenants {
        let alerts = app.store.open_alerts(tenant.id).await?;
        open.extend(alerts.into_iter().map(|alert| (tenant, alert)));
    }
    // What comes first in time comes first.
    open.sort_by_key(|(_, alert)| (alert.visit_at.unwrap_or(Timestamp::MAX), alert.raised_at));
    Ok(open)
}

/// The alerts; several can be put off at once.
pub(super) fn list(visitor: &Visitor, address: &Address, alerts: &[(&Tenant, OpenAlert)]) -> Markup {
    let rows: Vec<&(&Tenant, OpenAlert)> = alerts.iter().collect();
    html! {
        @if rows.is_empty() { p { (icons::CHECK) (visitor.texts.t("alerts.none")) } } @else {
            (table(visitor).show(address, &rows))
            (bulk::alerts::bar(visitor))
        }
    }
}

fn table<'a>(visitor: &'a Visitor) -> Table<'a, (&'a Tenant, OpenAlert)> {
    type Row<'a> = (&'a Tenant, OpenAlert);
    let (texts, now) = (visitor.texts, visitor.now);
    let when = move |time: Option<Timestamp>| or_missing(texts, time.map(|at| clock::when(texts, at, now)));
    let columns = vec![
        Column::words("what", texts.t("alerts.what"), |(_, alert): &Row<'a>| {
            let kind = texts.word("alert", alert.kind.name());
            Value::words(format!("{}: {kind}", alert.kit_name.as_str()))
        })
        .shown(|(_, alert)| {
            html! {
                span.warning { (icons::WARNING) }
                a href={ "/kits/" (alert.kit) } {
                    (alert.kit_name.as_str()) ": " (texts.word("alert", alert.kind.name()))
                }
            }
        }),
        Column::choice(
            "where",
            texts.t("column.municipality"),
            |(tenant, _): &Row<'a>| Value::words(tenant.name.as_str()),
        ),
        Column::time("visit", texts.t("alerts.visit"), |(_, alert): &Row<'a>| {
            Value::or_missing(alert.visit_at, Value::Time)
        })
        .shown(move |(_, alert)| when(alert.visit_at)),
        Column::time("since", texts.t("tasks.since"), |(_, alert): &Row<'a>| {
            Value::Time(alert.raised_at)
        })
        .shown(move |(_, alert)| when(Some(alert.raised_at))),
        Column::time("silent", texts.t("alerts.snoozed"), |(_, alert): &Row<'a>| {
            Value::or_missing(alert.snoozed_until, Value::Time)
        })
        .shown(move |(_, alert)| when(alert.snoozed_until)),
    ];
    let table = Table::new(texts, Label::By("alerts"), columns).named("alerts");
    if !visitor.may_change(Resource::Alerts) {
        return table;
    }
    table.choosing(bulk::ALERTS, |(_, alert)| {
        let kind = texts.word("alert", alert.kind.name());
        (
            alert.id.to_string(),
            format!("{}: {kind}", alert.kit_name.as_str()),
        )
    })
}

async fn show(
    app: &App,
    visitor: &Visitor,
    done: Option<&str>,
    problem: Option<&Problem>,
    key: Option<&SecretString>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let mut channels = Vec::new();
    for tenant in &visitor.reach {
        for channel in app.store.channels(tenant.id).await? {
            channels.push((tenant, channel));
        }
    }
    let head = Head {
        title: texts.t("alerts.channels").to_owned(),
        lead: texts.t("alerts.channels_lead").to_owned(),
        acts: html! {},
    };
    let content = html! {
        (layout::confirmation(texts, done))
        (layout::refusal(texts, problem))
        @if let Some(key) = key {
            p.attention role="alert" { (texts.t("alerts.secret")) br; span.serial { (key.expose_secret()) } }
        }
        div.with-aside {
            section.card aria-labelledby="receivers" {
                h2 #receivers { (texts.t("alerts.channels")) }
                (channel_list(visitor, &channels))
            }
            @if visitor.may_change(Resource::AlertChannels) {
                section.card aria-labelledby="add" {
                    h2 #add { (texts.t("alerts.add")) }
                    (add_form(visitor, ChannelKind::Email))
                    (add_form(visitor, ChannelKind::Webhook))
                }
            }
        }
    };
    Ok(layout::page(visitor, Place::Tasks, &head, &content))
}

fn channel_list(visitor: &Visitor, channels: &[(&Tenant, Channel)]) -> Markup {
    let texts = visitor.texts;
    html! {
        @if channels.is_empty() { p { (texts.t("alerts.no_channels")) } }
        ul.parts {
            @for (tenant, channel) in channels {
                li {
                    div {
                        b.serial { (channel.target) }
                        br;
                        span.note { (texts.word("channel", channel.kind.name())) ", " (tenant.name) }
                        @if let Some(since) = channel.failing_since {
                            br;
                            span.warning {
                                (icons::WARNING) (texts.t("alerts.last_failure")) " "
                                (clock::when(texts, since, visitor.now))
                            }
                        }
                    }
                    @if visitor.may_change(Resource::AlertChannels) {
                        form method="post" action="/alerts/receivers" {
                            input type="hidden" name="act" value="remove";
                            input type="hidden" name="municipality" value=(tenant.id);
                            input type="hidden" name="channel" value=(channel.id);
                            button type="submit" aria-label={ (texts.t("alerts.remove")) ": " (channel.target) } {
                                (texts.t("alerts.remove"))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn add_form(visitor: &Visitor, kind: ChannelKind) -> Markup {
    let texts = visitor.texts;
    html! {
        form.fields method="post" action="/alerts/receivers" {
            input type="hidden" name="act" value="add";
            input type="hidden" name="kind" value=(kind.name());
            label { (texts.t("responsibility.municipality"))
                select name="municipality" {
                    @for tenant in &visitor.reach { option value=(tenant.id) { (tenant.name) } }
                }
            }
            @match kind {
                ChannelKind::Email => {
                    label { (texts.t("alerts.email")) input type="email" name="target" required maxlength="254"; }
                    p.note { (texts.t("alerts.email_help")) }
                }
                ChannelKind::Webhook => {
                    label { (texts.t("alerts.webhook")) input type="url" name="target" required maxlength="500"; }
                }
            }
            button type="submit" { (texts.t("alerts.add")) }
        }
    }
}
