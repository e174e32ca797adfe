//! What a municipality decides about identification. The consent text below it is `consent_text`'s.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use fleet_api::{AddressError, HostName, Origin, Portal, PortalEId, PortalLogins, TenantId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    consent_text,
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
        identity::settings::{IdentitySettings, LONGEST_SHIFT, Offered},
    },
    identity::staff_login,
    store::Tenant,
    web::{Problem, Query},
};

/// The settings as the form sends them. What is not ticked is not sent.
#[derive(Debug, Deserialize)]
pub(super) struct NewSettings {
    municipality: TenantId,
    staff: Option<String>,
    bank_id: Option<String>,
    staff_login: Option<String>,
    shift_hours: u8,
    #[serde(default)]
    portal_name: String,
    #[serde(default)]
    portal_start: String,
    #[serde(default)]
    portal_origins: String,
    portal_logins: u8,
    #[serde(default)]
    browser_hosts: String,
}

impl NewSettings {
    /// What the form does not ask for stays as it is at present.
    fn read(&self, present: &IdentitySettings) -> Result<IdentitySettings, Problem> {
        let e_ids = present.portal.as_ref().map(|portal| portal.e_ids.clone());
        Ok(IdentitySettings {
            staff: self.staff.is_some(),
            portal: self.portal(e_ids.unwrap_or_default())?,
            bank_id: self.bank_id.is_some(),
            staff_login: self.staff_login.is_some(),
            shift_hours: self.shift_hours,
            browser_hosts: lines::<HostName>(&self.browser_hosts)?,
        })
    }

    /// A portal without a name is none.
    fn portal(&self, e_ids: Vec<PortalEId>) -> Result<Option<Portal>, Problem> {
        let name = self.portal_name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        let origins = lines::<Origin>(&self.portal_origins)?;
        if origins.len() > fleet_api::limits::PORTAL_ORIGINS {
            return Err(Problem::invalid(
                "identity_hosts",
                "a portal needs at most 20 other addresses",
            ));
        }
        Ok(Some(Portal {
            name: name
                .parse()
                .map_err(|_| Problem::invalid("form", "the portal's name is too long"))?,
            start: self.portal_start.trim().parse().map_err(wrong_address)?,
            allowed_origins: origins,
            logins: PortalLogins::try_from(self.portal_logins)
                .map_err(|error| Problem::invalid("form", error))?,
            e_ids,
        }))
    }
}

fn lines<T: std::str::FromStr<Err = AddressError>>(text: &str) -> Result<Vec<T>, Problem> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.parse().map_err(wrong_address)).collect()
}

fn wrong_address(error: AddressError) -> Problem {
    Problem::invalid("identity_address", error)
}

/// `GET /identification`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, &choice, None).await
}

/// `POST /identification`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewSettings>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(new) = form.map_err(|_| Problem::invalid("form", "a field is missing or wrong"))?;
    let tenant = visitor.tenant(new.municipality)?;
    let (tenant, read) = (tenant.id, new.read(&tenant.identity));
    let saved = match read {
        Ok(settings) => {
            acts::set_identification(&app, &visitor.administrator, tenant, &settings, visitor.now).await
        }
        Err(problem) => Err(problem),
    };
    answer(&app, &visitor, tenant, saved, "identification").await
}

/// After either form of the page.
pub(super) async fn answer(
    app: &App,
    visitor: &Visitor,
    tenant: TenantId,
    done: Result<(), Problem>,
    what: &str,
) -> Result<Response, Problem> {
    let show = async |choice: &Choice, problem: &Problem| show(app, visitor, choice, Some(problem)).await;
    saved::answer(done, ("/identification", tenant, what), show).await
}

async fn show(
    app: &App,
    visitor: &Visitor,
    choice: &Choice,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(visitor)?;
    let adopted = app.store.consent_texts(tenant.id).await?;
    let everything = IdentitySettings {
        bank_id: true,
        staff_login: true,
        ..tenant.identity.clone()
    };
    let all = Tenant {
        identity: everything,
        ..tenant.clone()
    };
    let offered = staff_login::offered(app, &all).await?;
    let head = Head {
        title: texts.t("identification.title").to_owned(),
        lead: tenant.name.clone(),
        acts: controls(visitor, "/identification", tenant.id, None, (&[], None)),
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        (settings_form(texts, tenant, offered, visitor.may_change(Resource::Identification)))
        (consent_text::card(visitor, tenant, &adopted))
    };
    Ok(layout::page(visitor, Place::Identification, &head, &content))
}

fn tick(texts: &Texts, name: &str, ticked: bool) -> Markup {
    html! {
        label.choice {
            input type="checkbox" name=(name) value="1" checked[ticked];
            (texts.word("identification", name))
        }
    }
}

/// Whoever may not change it reads it in the same form, which is then locked.
fn settings_form(texts: &Texts, tenant: &Tenant, offered: Offered, may_change: bool) -> Markup {
    let settings = &tenant.identity;
    let hosts: Vec<&str> = settings.browser_hosts.iter().map(HostName::as_str).collect();
    html! {
        section.card aria-labelledby="ways" {
            h2 #ways { (texts.t("identification.ways")) }
            form.fields method="post" action="/identification" {
                fieldset disabled[!may_change] {
                    input type="hidden" name="municipality" value=(tenant.id);
                    (tick(texts, "staff", settings.staff))
                    (tick(texts, "bank_id", settings.bank_id))
                    @if !offered.bank_id { p.note { (texts.t("identification.bank_id_missing")) } }
                    (portal_fields(texts, settings.portal.as_ref()))
                    h3 { (texts.t("identification.shift")) }
                    (tick(texts, "staff_login", settings.staff_login))
                    @if !offered.staff_login { p.note { (texts.t("identification.staff_login_missing")) } }
                    label { (texts.t("identification.shift_hours"))
                        input type="number" name="shift_hours" value=(settings.shift_hours) min="1" max=(LONGEST_SHIFT) required;
                    }
                    label { (texts.t("identification.browser_hosts"))
                        textarea.wide name="browser_hosts" rows="3" spellcheck="false" { (hosts.join("\n")) }
                    }
                }
                @if may_change { button type="submit" { (texts.t("common.save")) } }
            }
        }
    }
}

fn portal_fields(texts: &Texts, portal: Option<&Portal>) -> Markup {
    let origins = portal.map(|portal| {
        portal
            .allowed_origins
            .iter()
            .map(Origin::as_str)
            .collect::<Vec<_>>()
    });
    let logins = portal.map_or(PortalLogins::One, |portal| portal.logins);
    html! {
        fieldset {
            legend { (texts.t("identification.portal")) }
            label { (texts.t("identification.portal_name"))
                input name="portal_name" maxlength="40" value=[portal.map(|portal| portal.name.as_str())];
            }
            label { (texts.t("identification.portal_start"))
                input type="url" name="portal_start" maxlength="512" value=[portal.map(|portal| portal.start.as_str())];
            }
            label { (texts.t("identification.portal_origins"))
                textarea.wide name="portal_origins" rows="3" spellcheck="false" { (origins.unwrap_or_default().join("\n")) }
            }
            label { (texts.t("identification.portal_logins"))
                select name="portal_logins" {
                    @for number in [PortalLogins::One, PortalLogins::Two] {
                        option value=(u8::from(number)) selected[number == logins] { (u8::from(number)) }
                    }
                }
            }
        }
    }
}
