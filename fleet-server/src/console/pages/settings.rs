//! Whom a municipality's kits call for help, and where its meetings may be held: one form for each, as different people answer
//! for them.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use fleet_api::{HelpDesk, OpeningHours, TenantId};
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
    console::{
        acts::{self, Wishes},
        icons,
        texts::Texts,
    },
    domain::{authorisation::Resource, link_policy::HostRule},
    store::Tenant,
    web::{Problem, Query},
};

/// Whom kits call. Without a number nobody.
#[derive(Debug, Deserialize)]
pub(super) struct NewHelpDesk {
    municipality: TenantId,
    #[serde(default)]
    number: String,
    #[serde(default)]
    hours: String,
}

/// Where meetings may be held, one host per line.
#[derive(Debug, Deserialize)]
pub(super) struct NewServices {
    municipality: TenantId,
    #[serde(default)]
    hosts: String,
}

impl NewHelpDesk {
    fn read(&self) -> Result<Option<HelpDesk>, Problem> {
        let (number, hours) = (self.number.trim(), self.hours.trim());
        if number.is_empty() && hours.is_empty() {
            return Ok(None);
        }
        let number = number
            .parse()
            .map_err(|error| Problem::invalid("help_desk_number", error))?;
        let hours: Option<OpeningHours> = (!hours.is_empty())
            .then(|| hours.parse())
            .transpose()
            .map_err(|error| Problem::invalid("help_desk_hours", error))?;
        Ok(Some(HelpDesk { number, hours }))
    }
}

impl NewServices {
    fn read(&self) -> Result<Vec<HostRule>, Problem> {
        let lines = self.hosts.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .map(|line| {
                line.parse()
                    .map_err(|error| Problem::invalid("meeting_services_host", error))
            })
            .collect()
    }
}

/// `GET /settings`.
pub(super) async fn page(visitor: Visitor, Query(choice): Query<Choice>) -> Result<Markup, Problem> {
    show(&visitor, &choice, None)
}

/// `POST /settings/help-desk`.
pub(super) async fn change_help_desk(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewHelpDesk>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "a field is missing or wrong"))?;
    let tenant = visitor.tenant(new.municipality)?;
    let wanted = new.read().map(|help_desk| Wishes {
        help_desk,
        ..Wishes::from(tenant)
    });
    change(&app, &visitor, tenant, wanted, "help_desk").await
}

/// `POST /settings/meeting-services`.
pub(super) async fn change_services(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewServices>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "a field is missing or wrong"))?;
    let tenant = visitor.tenant(new.municipality)?;
    let wanted = new.read().map(|meeting_hosts| Wishes {
        meeting_hosts,
        ..Wishes::from(tenant)
    });
    change(&app, &visitor, tenant, wanted, "meeting_services").await
}

async fn change(
    app: &App,
    visitor: &Visitor,
    tenant: &Tenant,
    wanted: Result<Wishes, Problem>,
    what: &str,
) -> Result<Response, Problem> {
    let saved = match wanted {
        Ok(wanted) => acts::change_settings(app, &visitor.administrator, tenant, wanted, visitor.now).await,
        Err(problem) => Err(problem),
    };
    let show = async |choice: &Choice, problem: &Problem| show(visitor, choice, Some(problem));
    saved::answer(saved, ("/settings", tenant.id, what), show).await
}

fn show(visitor: &Visitor, choice: &Choice, problem: Option<&Problem>) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(visitor)?;
    let head = Head {
        title: texts.t("settings.title").to_owned(),
        lead: tenant.name.clone(),
        acts: controls(visitor, "/settings", tenant.id, None, (&[], None)),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        (help_desk(texts, tenant, visitor.may_change(Resource::HelpDesk)))
        (services(texts, tenant, visitor.may_change(Resource::MeetingServices)))
    };
    Ok(layout::page(visitor, Place::Settings, &head, &content))
}

/// Whoever may not change it reads it.
fn help_desk(texts: &Texts, tenant: &Tenant, may_change: bool) -> Markup {
    let desk = tenant.settings.help_desk.as_ref();
    let hours = desk.and_then(|desk| desk.hours.as_ref());
    html! {
        section.card aria-labelledby="help-desk" {
            h2 #help-desk { (texts.t("settings.help_desk")) }
            p.note { (texts.t("settings.help_desk_note")) }
            @if desk.is_none() { p.attention { (icons::WARNING) (texts.t("settings.help_desk_missing")) } }
            @if may_change {
                form.fields method="post" action="/settings/help-desk" {
                    input type="hidden" name="municipality" value=(tenant.id);
                    label { (texts.t("settings.number"))
                        input type="tel" name="number" maxlength="24" value=[desk.map(|desk| desk.number.as_str())];
                    }
                    label { (texts.t("settings.hours"))
                        input name="hours" maxlength="80" value=[hours.map(OpeningHours::as_str)];
                    }
                    button type="submit" { (texts.t("common.save")) }
                }
            } @else if let Some(desk) = desk {
                p { b { (desk.number.as_str()) } @if let Some(hours) = hours { br; (hours.as_str()) } }
            }
        }
    }
}

fn services(texts: &Texts, tenant: &Tenant, may_change: bool) -> Markup {
    let hosts: Vec<String> = tenant
        .settings
        .meeting_hosts
        .iter()
        .map(ToString::to_string)
        .collect();
    html! {
        section.card aria-labelledby="meeting-services" {
            h2 #meeting-services { (texts.t("settings.meeting_services")) }
            p.note { (texts.t("settings.meeting_services_note")) }
            @if hosts.is_empty() { p.attention { (icons::WARNING) (texts.t("settings.meeting_services_missing")) } }
            @if may_change {
                form.fields method="post" action="/settings/meeting-services" {
                    input type="hidden" name="municipality" value=(tenant.id);
                    label { (texts.t("settings.hosts"))
                        textarea.wide name="hosts" rows="4" spellcheck="false" { (hosts.join("\n")) }
                    }
                    button type="submit" { (texts.t("common.save")) }
                }
            } @else {
                ul { @for host in &hosts { li { (host) } } }
            }
        }
    }
}
