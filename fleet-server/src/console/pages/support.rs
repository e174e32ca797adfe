//! For how long the region's support may look at a municipality's pages: given and ended by the municipality alone, and seen
//! by everybody there as long as it lasts.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    kit::Done,
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::clock,
    domain::authorisation::Resource,
    store::SupportAccess,
    web::{Problem, Query},
};

/// For how many hours it can be given.
const HOURS: [u32; 5] = [1, 4, 8, 24, 72];
const NEWEST: u32 = 20;

/// The form.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Decision {
    /// Support may look.
    Allow { hours: String },
    /// Support may not look any more.
    End {},
}

/// `GET /support`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(done): Query<Done>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let own = visitor.own();
    let head = Head {
        title: texts.t("support.title").to_owned(),
        lead: texts.t("support.lead").to_owned(),
        acts: html! {},
    };
    let content = if own.region.is_some() {
        let history = app.store.support_history(own.id, NEWEST).await?;
        for_municipality(&visitor, &history)
    } else {
        for_region(&app, &visitor, &address).await?
    };
    let content = html! { (layout::confirmation(texts, done.done())) (content) };
    Ok(layout::page(&visitor, Place::Support, &head, &content))
}

/// `POST /support`, for one's own municipality.
pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<Decision>, FormRejection>,
) -> Result<Response, Problem> {
    let own = visitor.own();
    if own.region.is_none() {
        return Err(Problem::conflict(
            "consent",
            "only a municipality lets support in",
        ));
    }
    let unclear = || Problem::invalid("form", "choose for how long");
    let Form(decision) = form.map_err(|_| unclear())?;
    let done = match decision {
        Decision::Allow { hours } => {
            let hours = HOURS.into_iter().find(|known| known.to_string() == hours);
            let until = visitor.now + SignedDuration::from_hours(hours.ok_or_else(unclear)?.into());
            app.store.allow_support(own.id, until, &visitor.act()).await?;
            "support_allowed"
        }
        Decision::End {} => {
            app.store.end_support(own.id, &visitor.act()).await?;
            "support_ended"
        }
    };
    Ok(Redirect::to(&format!("/support?done={done}")).into_response())
}

fn for_municipality(visitor: &Visitor, history: &[SupportAccess]) -> Markup {
    let texts = visitor.texts;
    html! {
        div.with-aside {
            section.card aria-labelledby="history" {
                h2 #history { (texts.t("support.history")) }
                @if history.is_empty() { p { (texts.t("support.never")) } }
                ol.timeline {
                    @for access in history {
                        li class=[access.is_open(visitor.now).then_some("now")] {
                            b { (clock::when(texts, access.allowed_at, visitor.now)) " – "
                                (clock::when(texts, access.ended_at.unwrap_or(access.until), visitor.now)) }
                            @if access.ended_at.is_some() { br; span.note { (texts.t("support.ended_early")) } }
                        }
                    }
                }
                p.note { (texts.t("support.in_the_trail")) }
            }
            @if visitor.may_change(Resource::SupportAccess) { (decision(visitor)) }
        }
    }
}

fn decision(visitor: &Visitor) -> Markup {
    let texts = visitor.texts;
    html! {
        section.card aria-labelledby="decide" {
            h2 #decide { (texts.t("support.decide")) }
            @if visitor.support_until.is_some() {
                form method="post" action="/support" {
                    input type="hidden" name="act" value="end";
                    button.primary type="submit" { (texts.t("support.end")) }
                }
            }
            form.fields method="post" action="/support" {
                input type="hidden" name="act" value="allow";
                label { (texts.t("support.for"))
                    select name="hours" {
                        @for hours in HOURS {
                            @let number = usize::try_from(hours).unwrap_or(usize::MAX);
                            option value=(hours) { (texts.count("support.hours", number, &[])) }
                        }
                    }
                }
                p.note { (texts.t("support.what_they_see")) }
                button type="submit" { (texts.t("support.allow")) }
            }
        }
    }
}

/// A municipality, and its consent where there is one.
type Consent = (String, Option<SupportAccess>);

/// Which municipalities let support look now. Their names are no secret within the region.
async fn for_region(app: &App, visitor: &Visitor, address: &Address) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let mut rows: Vec<Consent> = Vec::new();
    for tenant in app.store.family(visitor.own().id).await? {
        if tenant.region.is_some() {
            let open = app.store.support_access(tenant.id, visitor.now).await?;
            rows.push((tenant.name, open));
        }
    }
    let now = visitor.now;
    let columns = vec![
        Column::words("name", texts.t("column.municipality"), |(name, _): &Consent| {
            Value::words(name.as_str())
        }),
        Column::time("until", texts.t("support.until"), |(_, open): &Consent| {
            Value::or_missing(open.as_ref(), |access| Value::Time(access.until))
        })
        .shown(move |(_, open)| {
            html! {
                @if let Some(access) = open { (clock::when(texts, access.until, now)) }
                @else { (texts.t("support.closed")) }
            }
        }),
    ];
    Ok(html! {
        section.card aria-labelledby="who" {
            h2 #who { (texts.t("overview.municipalities")) }
            (Table::new(texts, Label::By("who"), columns).show(address, &rows.iter().collect::<Vec<_>>()))
            p.note { (texts.t("support.ask")) }
        }
    })
}
