//! What an organisation says about its follow-up: the region its plan; a municipality its inhabitants, its assumptions
//! about journeys, and what care workers must be trained in.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::{self, Head, Place},
    period::{Choice, controls},
    saved,
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, texts::Texts},
    domain::{
        authorisation::Resource,
        follow_up::{
            settings::{Settings, Untrained},
            travel::TravelAssumptions,
            yearly_plan::{Division, YearlyPlan},
        },
        training::Topic,
    },
    store::Tenant,
    web::{Problem, Query},
};

/// The form of a region.
#[derive(Debug, Deserialize)]
pub(super) struct NewPlan {
    municipality: TenantId,
    meetings: u32,
    home_percent: u32,
    division: Division,
}

/// The form of a municipality. Empty fields are not known. A topic that is not ticked is not sent.
#[derive(Debug, Deserialize)]
pub(super) struct NewSettings {
    municipality: TenantId,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    inhabitants: Option<u32>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    travellers: Option<u32>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    km_each: Option<u32>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    kit_km: Option<u32>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    km_per_hour: Option<u32>,
    untrained: Untrained,
    kit_use: Option<String>,
    hygiene: Option<String>,
    identity_and_consent: Option<String>,
    when_it_fails: Option<String>,
}

impl NewSettings {
    /// Journeys are assumed only where all is said.
    fn travel(&self) -> Option<TravelAssumptions> {
        Some(TravelAssumptions {
            travellers: self.travellers?,
            km_each: self.km_each?,
            kit_km: self.kit_km?,
            km_per_hour: self.km_per_hour?,
        })
    }

    fn required(&self) -> BTreeSet<Topic> {
        let ticked = |topic: &Topic| match topic {
            Topic::KitUse => self.kit_use.is_some(),
            Topic::Hygiene => self.hygiene.is_some(),
            Topic::IdentityAndConsent => self.identity_and_consent.is_some(),
            Topic::WhenItFails => self.when_it_fails.is_some(),
        };
        Topic::ALL.iter().copied().filter(ticked).collect()
    }
}

/// `GET /follow-up/settings`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, &choice, None).await
}

/// `POST /follow-up/settings`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewSettings>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "a field is not a number"))?;
    let tenant = visitor.tenant(new.municipality)?.id;
    let before = app.store.follow_up_settings(tenant).await?;
    let settings = Settings {
        inhabitants: new.inhabitants,
        travel: new.travel(),
        required: new.required(),
        untrained: new.untrained,
        ..before
    };
    save(&app, &visitor, tenant, &settings).await
}

/// `POST /follow-up/plan`, of the visitor's own region.
pub(super) async fn change_plan(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewPlan>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "a field is not a number"))?;
    let tenant = visitor.tenant(new.municipality)?.id;
    let before = app.store.follow_up_settings(tenant).await?;
    let plan = YearlyPlan {
        meetings: new.meetings,
        home_percent: new.home_percent,
        division: new.division,
    };
    save(&app, &visitor, tenant, &Settings { plan, ..before }).await
}

async fn save(
    app: &App,
    visitor: &Visitor,
    tenant: TenantId,
    settings: &Settings,
) -> Result<Response, Problem> {
    let saved = acts::set_follow_up(app, &visitor.administrator, tenant, settings, visitor.now).await;
    let show = async |choice: &Choice, problem: &Problem| show(app, visitor, choice, Some(problem)).await;
    let page = ("/follow-up/settings", tenant, "follow_up_settings");
    saved::answer(saved, page, show).await
}

async fn show(
    app: &App,
    visitor: &Visitor,
    choice: &Choice,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(visitor)?;
    let settings = app.store.follow_up_settings(tenant.id).await?;
    let may_change = visitor.may_change(Resource::FollowUpSettings);
    let head = Head {
        title: texts.t("follow_up_settings.title").to_owned(),
        lead: tenant.name.clone(),
        acts: controls(visitor, "/follow-up/settings", tenant.id, None, (&[], None)),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        @if tenant.region.is_none() { (plan_form(texts, tenant, &settings.plan, may_change)) }
        (municipality_form(texts, tenant, &settings, may_change))
    };
    Ok(layout::page(visitor, Place::FollowUp, &head, &content))
}

/// Whoever may not change it reads it in the same form, which is then locked.
fn plan_form(texts: &Texts, tenant: &Tenant, plan: &YearlyPlan, may_change: bool) -> Markup {
    html! {
        section.card aria-labelledby="plan" {
            h2 #plan { (texts.t("follow_up_settings.plan")) }
            p.note { (texts.t("follow_up_settings.plan_note")) }
            form.fields method="post" action="/follow-up/plan" {
                fieldset disabled[!may_change] {
                    input type="hidden" name="municipality" value=(tenant.id);
                    (number(texts, "meetings", Some(plan.meetings), 1_000_000))
                    (number(texts, "home_percent", Some(plan.home_percent), 100))
                    label { (texts.t("follow_up_settings.division"))
                        select name="division" { @for division in Division::ALL {
                            option value=(division.name()) selected[*division == plan.division] { (texts.word("division", division.name())) }
                        } }
                    }
                }
                @if may_change { button type="submit" { (texts.t("common.save")) } }
            }
        }
    }
}

fn municipality_form(texts: &Texts, tenant: &Tenant, settings: &Settings, may_change: bool) -> Markup {
    let travel = settings.travel;
    html! {
        section.card aria-labelledby="assumptions" {
            h2 #assumptions { (texts.t("follow_up_settings.assumptions")) }
            p.note { (texts.t("follow_up_settings.assumptions_note")) }
            form.fields method="post" action="/follow-up/settings" {
                fieldset disabled[!may_change] {
                    input type="hidden" name="municipality" value=(tenant.id);
                    (number(texts, "inhabitants", settings.inhabitants, 19_999_999))
                    (number(texts, "travellers", travel.map(|travel| travel.travellers), 20))
                    (number(texts, "km_each", travel.map(|travel| travel.km_each), 4_000))
                    (number(texts, "kit_km", travel.map(|travel| travel.kit_km), 4_000))
                    (number(texts, "km_per_hour", travel.map(|travel| travel.km_per_hour), 130))
                    fieldset {
                        legend { (texts.t("follow_up_settings.required")) }
                        @for topic in Topic::ALL {
                            label.choice {
                                input type="checkbox" name=(topic.name()) value="1" checked[settings.required.contains(topic)];
                                (texts.word("topic", topic.name()))
                            }
                        }
                    }
                    fieldset {
                        legend { (texts.t("follow_up_settings.untrained")) }
                        @for untrained in Untrained::ALL {
                            label.choice {
                                input type="radio" name="untrained" value=(untrained.name()) checked[*untrained == settings.untrained] required;
                                (texts.word("untrained", untrained.name()))
                            }
                        }
                    }
                }
                @if may_change { button type="submit" { (texts.t("common.save")) } }
            }
        }
    }
}

fn number(texts: &Texts, name: &str, value: Option<u32>, most: u32) -> Markup {
    html! {
        label { (texts.word("follow_up_settings", name))
            input type="number" name=(name) value=[value] min="0" max=(most);
        }
    }
}
