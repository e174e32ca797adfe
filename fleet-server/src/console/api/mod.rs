//! The REST interface. Handlers are thin: read, ask the domain's rules, tell the store, nudge the kit.

pub(super) mod alerts;
pub(super) mod assignees;
pub(super) mod attendance;
pub(super) mod audit;
pub(super) mod care_workers;
pub(super) mod checklists;
pub(super) mod enrolment_codes;
pub(super) mod follow_up;
pub(super) mod health;
pub(super) mod identification;
pub(super) mod invitations;
pub(super) mod kit_life;
pub(super) mod kit_owner;
pub(super) mod kits;
pub(super) mod municipalities;
pub(super) mod organisation;
pub(super) mod parts;
pub(super) mod processing;
mod reservation_views;
pub(super) mod reservations;
pub(super) mod settings;
pub(super) mod spares;
pub(super) mod tickets;
pub(super) mod training;
pub(super) mod visits;

use std::collections::HashMap;

use axum::{extract::FromRequestParts, http::request::Parts};
use fleet_api::TenantId;

use super::routes::{Door, Need, Routes};
use crate::{
    app::App,
    domain::{authorisation::Resource, calendar_file::FILE_BYTES},
    identity::administrator::Administrator,
    store::Tenant,
    web::{Path, Problem},
};

#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
pub(super) fn routes() -> Routes {
    use Resource::{
        Agreements, AlertChannels, Alerts, Attendance, AuditTrail, Bookings, CareWorkers, CheckOuts,
        Checklists, Commands, ConsentTexts, Enrolment, Faults, FollowUp, FollowUpSettings, HandOvers,
        HelpDesk, Hygiene, Identification, KitOwners, Kits, MeetingCauses, Municipalities, Organisation,
        Parts, ProcessingAgreements, Register, Spares, Tickets, Training,
    };
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Rest)
        .get("/api/v1/health", Need::Nothing, health::health)
        .get("/api/v1/ready", Need::Nothing, health::ready)
        .get(
            "/api/v1/openapi.json",
            Need::Nothing,
            super::openapi::openapi_json,
        )
        .get("/api/v1/kits", see(Kits), kits::list)
        .get("/api/v1/kits/{id}", see(Kits), kits::read)
        .patch("/api/v1/kits/{id}", change(Register), kits::rename)
        .delete(
            "/api/v1/kits/{id}/enrolment",
            change(Enrolment),
            kits::end_enrolment,
        )
        .post("/api/v1/kits/{id}/commands", change(Commands), kits::command)
        .get("/api/v1/kits/{id}/life", see(Kits), kit_life::read)
        .post("/api/v1/kits/{id}/life", change(Kits), kit_life::take_step)
        .post(
            "/api/v1/kits/{id}/hand-over",
            change(HandOvers),
            kit_life::hand_over,
        )
        .get("/api/v1/kits/{id}/owner", see(Kits), kit_owner::read)
        .put("/api/v1/kits/{id}/owner", change(KitOwners), kit_owner::replace)
        .get("/api/v1/kits/{id}/parts", see(Parts), parts::list)
        .post("/api/v1/kits/{id}/parts", change(Register), parts::add)
        .patch("/api/v1/kits/{id}/parts/{part}", change(Register), parts::change)
        .seen_at("/api/v1/kits/{id}/parts")
        .get(
            "/api/v1/municipalities/{id}/inventory",
            see(Register),
            parts::export,
        )
        .put(
            "/api/v1/municipalities/{id}/inventory",
            change(Register),
            parts::import,
        )
        .up_to(super::REGISTER_BYTES)
        .post(
            "/api/v1/kits/{id}/check-out",
            change(CheckOuts),
            visits::check_out,
        )
        .post("/api/v1/kits/{id}/return", change(CheckOuts), visits::take_back)
        .post("/api/v1/kits/{id}/sign-offs", change(Hygiene), visits::sign_off)
        .get(
            "/api/v1/municipalities/{id}/checklists",
            see(Hygiene),
            checklists::list,
        )
        .post(
            "/api/v1/municipalities/{id}/checklists",
            change(Checklists),
            checklists::adopt,
        )
        .get("/api/v1/alerts/not-fetched", see(Bookings), visits::not_fetched)
        .get("/api/v1/audit", see(AuditTrail), audit::read)
        .get(
            "/api/v1/municipalities/{id}/care-workers",
            see(CareWorkers),
            care_workers::list,
        )
        .post(
            "/api/v1/municipalities/{id}/care-workers",
            change(CareWorkers),
            care_workers::add,
        )
        .patch(
            "/api/v1/municipalities/{id}/care-workers/{worker}",
            change(CareWorkers),
            care_workers::change,
        )
        .seen_at("/api/v1/municipalities/{id}/care-workers")
        .get(
            "/api/v1/municipalities/{id}/organisation",
            see(Organisation),
            organisation::read,
        )
        .post(
            "/api/v1/municipalities/{id}/care-providers",
            change(Organisation),
            organisation::add_care_provider,
        )
        .seen_at("/api/v1/municipalities/{id}/organisation")
        .patch(
            "/api/v1/municipalities/{id}/care-providers/{provider}",
            change(Organisation),
            organisation::rename_care_provider,
        )
        .seen_at("/api/v1/municipalities/{id}/organisation")
        .post(
            "/api/v1/municipalities/{id}/units",
            change(Organisation),
            organisation::add_unit,
        )
        .seen_at("/api/v1/municipalities/{id}/organisation")
        .patch(
            "/api/v1/municipalities/{id}/units/{unit}",
            change(Organisation),
            organisation::change_unit,
        )
        .seen_at("/api/v1/municipalities/{id}/organisation")
        .post(
            "/api/v1/municipalities/{id}/units/{unit}/information-owners",
            change(Organisation),
            organisation::name_information_owner,
        )
        .seen_at("/api/v1/municipalities/{id}/organisation")
        .get(
            "/api/v1/municipalities",
            see(Municipalities),
            municipalities::list,
        )
        .get(
            "/api/v1/municipalities/{id}",
            see(Municipalities),
            municipalities::read,
        )
        .get(
            "/api/v1/municipalities/{id}/agreements",
            see(Agreements),
            municipalities::agreements,
        )
        .post(
            "/api/v1/municipalities/{id}/agreements",
            change(Agreements),
            municipalities::make_agreement,
        )
        .patch(
            "/api/v1/municipalities/{id}/agreements/{from}",
            change(Agreements),
            municipalities::end_agreement,
        )
        .seen_at("/api/v1/municipalities/{id}/agreements")
        .delete(
            "/api/v1/municipalities/{id}/agreements/{from}",
            change(Agreements),
            municipalities::withdraw_agreement,
        )
        .seen_at("/api/v1/municipalities/{id}/agreements")
        .get(
            "/api/v1/municipalities/{id}/processing-agreements",
            see(ProcessingAgreements),
            processing::read,
        )
        .post(
            "/api/v1/municipalities/{id}/processing-agreements",
            change(ProcessingAgreements),
            processing::note,
        )
        .get(
            "/api/v1/municipalities/{id}/responsibility",
            see(Agreements),
            municipalities::responsibility,
        )
        .get(
            "/api/v1/municipalities/{id}/training",
            see(Training),
            training::read,
        )
        .post(
            "/api/v1/municipalities/{id}/training",
            change(Training),
            training::record,
        )
        .post(
            "/api/v1/municipalities/{id}/routine-versions",
            change(Training),
            training::adopt_routine,
        )
        .seen_at("/api/v1/municipalities/{id}/training")
        .post(
            "/api/v1/municipalities/{id}/acknowledgements",
            change(Training),
            training::acknowledge,
        )
        .seen_at("/api/v1/municipalities/{id}/training")
        .get(
            "/api/v1/municipalities/{id}/follow-up/{month}",
            see(FollowUp),
            follow_up::read,
        )
        .get(
            "/api/v1/municipalities/{id}/follow-up-settings",
            see(FollowUpSettings),
            follow_up::settings,
        )
        .put(
            "/api/v1/municipalities/{id}/follow-up-settings",
            change(FollowUpSettings),
            follow_up::set_settings,
        )
        .put(
            "/api/v1/reservations/{id}/cause",
            change(MeetingCauses),
            follow_up::state_cause,
        )
        .post("/api/v1/kits/{id}/faults", change(Faults), tickets::report)
        .get("/api/v1/tickets", see(Tickets), tickets::list)
        .get("/api/v1/tickets/{id}", see(Tickets), tickets::read)
        .post("/api/v1/tickets/{id}/steps", change(Tickets), tickets::step)
        // Names of people are for those who may choose among them.
        .get("/api/v1/tickets/{id}/assignees", change(Tickets), assignees::list)
        .put(
            "/api/v1/tickets/{id}/assignee",
            change(Tickets),
            assignees::assign,
        )
        .put("/api/v1/kits/{id}/spare", change(Spares), spares::mark_spare)
        .delete("/api/v1/kits/{id}/spare", change(Spares), spares::unmark_spare)
        .get("/api/v1/tickets/{id}/spares", see(Spares), spares::list)
        .post(
            "/api/v1/tickets/{id}/replacement",
            change(Spares),
            spares::replace,
        )
        .get("/api/v1/alerts", see(Alerts), alerts::list)
        .get("/api/v1/alerts/{id}", see(Alerts), alerts::read)
        .post("/api/v1/alerts/{id}/snooze", change(Alerts), alerts::snooze)
        .get(
            "/api/v1/municipalities/{id}/alert-channels",
            see(AlertChannels),
            alerts::channels,
        )
        .post(
            "/api/v1/municipalities/{id}/alert-channels",
            change(AlertChannels),
            alerts::add_channel,
        )
        .delete(
            "/api/v1/municipalities/{id}/alert-channels/{channel}",
            change(AlertChannels),
            alerts::remove_channel,
        )
        .get(
            "/api/v1/municipalities/{id}/identification",
            see(Identification),
            identification::read,
        )
        .put(
            "/api/v1/municipalities/{id}/identification",
            change(Identification),
            identification::replace,
        )
        .get(
            "/api/v1/municipalities/{id}/settings",
            see(HelpDesk),
            settings::read,
        )
        // What it says of meeting services needs a right of its own: see `acts::change_settings`.
        .put(
            "/api/v1/municipalities/{id}/settings",
            change(HelpDesk),
            settings::replace,
        )
        .get(
            "/api/v1/municipalities/{id}/consent-texts",
            see(ConsentTexts),
            identification::consent_texts,
        )
        .post(
            "/api/v1/municipalities/{id}/consent-texts",
            change(ConsentTexts),
            identification::adopt_consent,
        )
        .get(
            "/api/v1/municipalities/{id}/attendance",
            see(Attendance),
            attendance::read,
        )
        .post(
            "/api/v1/enrolment-codes",
            change(Enrolment),
            enrolment_codes::create,
        )
        .post(
            "/api/v1/kits/{id}/invitations",
            change(Bookings),
            invitations::take,
        )
        .up_to(FILE_BYTES)
        .get("/api/v1/reservations", see(Bookings), reservations::list)
        .post("/api/v1/reservations", change(Bookings), reservations::create)
        .get("/api/v1/reservations/{id}", see(Bookings), reservations::read)
        .patch(
            "/api/v1/reservations/{id}",
            change(Bookings),
            reservations::rebook,
        )
        .delete(
            "/api/v1/reservations/{id}",
            change(Bookings),
            reservations::cancel,
        )
}

/// Reads an id from the path. One that is none names nothing that exists.
fn id<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::not_found(format_args!("there is no such {what}")))
}

/// Where a tenant stands in lists: one's own first, then by name.
type Place = (bool, String, TenantId);

fn place(tenant: &Tenant, administrator: &Administrator) -> Place {
    (tenant.id != administrator.tenant, tenant.name.clone(), tenant.id)
}

/// The municipality that a path names, if whoever asks may see it.
pub(super) struct Municipality(Tenant);

impl FromRequestParts<App> for Municipality {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let administrator = Administrator::from_request_parts(parts, app).await?;
        // By name: a path may go on to something of the municipality's.
        let named = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        let named = named.ok().and_then(|Path(mut named)| named.remove("id"));
        let tenant = id(&named.unwrap_or_default(), "municipality")?;
        let tenant = within_reach(app, &administrator, tenant).await?;
        Ok(Self(tenant))
    }
}

/// A tenant that the administrator may see. Others do not exist for them.
async fn within_reach(app: &App, administrator: &Administrator, tenant: TenantId) -> Result<Tenant, Problem> {
    let reach = administrator.reach(&app.store).await?;
    let found = reach.into_iter().find(|candidate| candidate.id == tenant);
    found.ok_or_else(|| Problem::not_found("there is no such municipality"))
}
