//! Whom a municipality's kits call for help, and where its meetings may be held. Its kits learn of both within seconds.

use axum::http::StatusCode;
use fleet_api::HelpDesk;
use jiff::Timestamp;

use super::identification::tell_kits;
use crate::{
    app::App,
    domain::{
        authorisation::{Action, Resource, may},
        link_policy::{HostRule, check_rules},
    },
    identity::administrator::Administrator,
    store::{Settings, Tenant},
    web::Problem,
};

/// How somebody wants it to be.
pub(in crate::console) struct Wishes {
    /// Whom kits call; none = nobody.
    pub(in crate::console) help_desk: Option<HelpDesk>,
    pub(in crate::console) meeting_hosts: Vec<HostRule>,
}

impl From<&Tenant> for Wishes {
    fn from(tenant: &Tenant) -> Self {
        Self {
            help_desk: tenant.settings.help_desk.clone(),
            meeting_hosts: tenant.settings.meeting_hosts.clone(),
        }
    }
}

/// Changes what is to be otherwise than in `tenant`, and nothing else. Where meetings may be held is the region's to say; whoever
/// answers for the help desk alone may repeat it.
pub(in crate::console) async fn change_settings(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    wanted: Wishes,
    now: Timestamp,
) -> Result<(), Problem> {
    let Wishes {
        help_desk,
        meeting_hosts,
    } = wanted;
    let other_desk = help_desk != tenant.settings.help_desk;
    let other_hosts = meeting_hosts != tenant.settings.meeting_hosts;
    if other_hosts {
        demand_meeting_services(administrator, tenant)?;
        check_rules(&meeting_hosts).map_err(|refusal| Problem::refused("meeting-services", &refusal))?;
    }
    let change = |settings: &mut Settings| {
        if other_desk {
            settings.help_desk = help_desk;
        }
        if other_hosts {
            settings.meeting_hosts = meeting_hosts;
        }
    };
    let act = administrator.act(now);
    app.store.change_settings(tenant.id, change, act).await?;
    tell_kits(app, tenant.id).await
}

/// A role's right, and only for the region itself: a municipality's program is none of the region's.
fn demand_meeting_services(administrator: &Administrator, tenant: &Tenant) -> Result<(), Problem> {
    let of_region = administrator.tenant == tenant.region.unwrap_or(tenant.id);
    let allowed = of_region && may(administrator.role, Resource::MeetingServices, Action::Change);
    let detail =
        "your region decides where meetings may be held; leave meeting_hosts as it is, or ask the region";
    allowed
        .then_some(())
        .ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "meeting-services-of-region", detail))
}
