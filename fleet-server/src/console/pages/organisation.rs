//! What a municipality consists of: care providers, units, who answers for the routine there, and care workers. Whoever may
//! see people's names sees care workers here, and may add them; the region sees units alone.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{CareProviderId, CareWorkerId, TenantId, UnitId};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    common::Whose,
    layout::{self, Head, Place},
    organisation_cards as cards,
    period::{Choice, controls},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock},
    domain::authorisation::Resource,
    web::{Problem, Query},
};

/// One of the page's forms.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    AddProvider {
        name: String,
    },
    AddUnit {
        provider: CareProviderId,
        name: String,
    },
    RenameUnit {
        unit: UnitId,
        name: String,
    },
    CloseUnit {
        unit: UnitId,
    },
    OpenUnit {
        unit: UnitId,
    },
    NameOwner {
        unit: UnitId,
        name: String,
        position: String,
        from: Date,
    },
    AddWorker {
        unit: UnitId,
        name: String,
        #[serde(deserialize_with = "super::empty_is_none")]
        pseudonym: Option<String>,
    },
    MoveWorker {
        worker: CareWorkerId,
        unit: UnitId,
    },
    Left {
        worker: CareWorkerId,
    },
    Back {
        worker: CareWorkerId,
    },
}

impl Change {
    /// What the form changes; care workers need a right of their own.
    fn right(&self) -> Resource {
        match self {
            Self::AddWorker { .. } | Self::MoveWorker { .. } | Self::Left { .. } | Self::Back { .. } => {
                Resource::CareWorkers
            }
            _ => Resource::Organisation,
        }
    }
}

/// `GET /organisation`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, (&address, &choice), None).await
}

/// `POST /organisation`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(Whose { municipality }): Query<Whose>,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Problem> {
    if let Ok(Form(change)) = &form {
        visitor.demand(change.right())?;
    }
    let tenant = visitor.tenant(municipality)?.id;
    let made = match form {
        Ok(Form(change)) => make(&app, &visitor, tenant, change).await,
        Err(_) => Err(Problem::invalid("form", "fill in every field")),
    };
    match made {
        Ok(()) => {
            Ok(Redirect::to(&format!("/organisation?municipality={tenant}&done=saved")).into_response())
        }
        Err(problem) if problem.status().is_client_error() && problem.status() != StatusCode::NOT_FOUND => {
            let choice = Choice {
                municipality: Some(tenant),
                ..Choice::default()
            };
            let page = show(&app, &visitor, (&address, &choice), Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn make(app: &App, visitor: &Visitor, tenant: TenantId, change: Change) -> Result<(), Problem> {
    let (by, now) = (&visitor.administrator, visitor.now);
    let unit_change =
        async |unit: UnitId, change| acts::change_unit(app, by, (tenant, unit), change, now).await;
    let worker_change = async |worker: CareWorkerId, change| {
        acts::change_care_worker(app, by, (tenant, worker), change, now).await
    };
    match change {
        Change::AddProvider { name } => {
            acts::add_care_provider(app, by, tenant, &name, now).await?;
        }
        Change::AddUnit { provider, name } => {
            acts::add_unit(app, by, (tenant, provider), &name, now).await?;
        }
        Change::RenameUnit { unit, name } => unit_change(unit, (Some(&name), None)).await?,
        Change::CloseUnit { unit } => unit_change(unit, (None, Some(true))).await?,
        Change::OpenUnit { unit } => unit_change(unit, (None, Some(false))).await?,
        Change::NameOwner {
            unit,
            name,
            position,
            from,
        } => {
            let named = (name.as_str(), position.as_str());
            acts::name_information_owner(app, by, (tenant, unit), named, from, now).await?;
        }
        Change::AddWorker {
            unit,
            name,
            pseudonym,
        } => {
            let called = (name.as_str(), pseudonym.as_deref());
            acts::add_care_worker(app, by, (tenant, unit), called, now).await?;
        }
        Change::MoveWorker { worker, unit } => worker_change(worker, (Some(unit), None)).await?,
        Change::Left { worker } => worker_change(worker, (None, Some(true))).await?,
        Change::Back { worker } => worker_change(worker, (None, Some(false))).await?,
    }
    Ok(())
}

async fn show(
    app: &App,
    visitor: &Visitor,
    (address, choice): (&Address, &Choice),
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(visitor)?;
    let providers = app.store.care_providers(tenant.id).await?;
    let units = app.store.units(tenant.id).await?;
    let owners = app.store.information_owners(tenant.id).await?;
    let sees_workers = visitor.may_see(Resource::CareWorkers);
    let workers = if sees_workers {
        app.store.all_care_workers(tenant.id).await?
    } else {
        Vec::new()
    };
    let changes = |resource| visitor.may_change(resource).then_some(tenant.id);
    let (changes_units, changes_workers) = (changes(Resource::Organisation), changes(Resource::CareWorkers));
    let open = units.iter().filter(|unit| !unit.is_closed).count();
    let head = Head {
        title: texts.count("units.title", open, &[("tenant", &tenant.name)]),
        lead: texts.t("units.lead").to_owned(),
        acts: controls(visitor, "/organisation", tenant.id, None, (&[], None)),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        section.card aria-labelledby="units" {
            h2 #units { (texts.t("units.units")) }
            (cards::units(texts, address, (&units, &owners), clock::day(visitor.now)))
        }
        @if sees_workers {
            section.card aria-labelledby="workers" {
                h2 #workers { (texts.t("training.workers")) }
                (cards::workers(texts, address, (&workers, &units), changes_workers))
            }
        }
        @if changes_workers.is_some() || changes_units.is_some() {
            div.three {
                @if let Some(tenant) = changes_workers {
                    (cards::worker_forms(texts, tenant, (&workers, &units)))
                }
                @if let Some(tenant) = changes_units {
                    (cards::unit_forms(texts, tenant, (&providers, &units), clock::day(visitor.now)))
                }
            }
        }
    };
    Ok(layout::page(visitor, Place::Organisation, &head, &content))
}
