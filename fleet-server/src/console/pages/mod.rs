//! Server-rendered pages. They work in any browser without script, and on paper; with script, tables and lists change in
//! place and keep themselves up to date. Nothing stands inline.

mod address;
mod agreement_forms;
mod agreements;
mod alerts;
mod assets;
mod attendance;
mod audit;
mod audit_details;
mod book;
mod book_expected;
mod book_form;
mod booking;
mod bulk;
mod calendar;
mod calendar_block;
mod charts;
mod checklist;
mod common;
mod consent_text;
mod contrast;
mod definitions;
mod follow_up;
mod follow_up_cards;
mod follow_up_charts;
mod follow_up_figures;
mod follow_up_settings;
mod follow_up_tables;
mod hand;
mod hygiene;
mod hygiene_tables;
mod identification;
mod kit;
mod kit_cards;
mod kit_change;
mod kit_health;
mod kit_owner;
mod kit_past;
mod kits;
mod layout;
mod live;
mod login;
mod matrix;
mod openid;
mod organisation;
mod organisation_cards;
mod overview;
mod overview_today;
mod people;
mod period;
mod print;
mod processing;
mod register;
mod responsibility;
mod saved;
mod settings;
mod support;
mod table;
mod tasks;
mod ticket;
mod ticket_assignee;
mod ticket_forms;
mod training;
mod training_cards;
mod training_own;
mod trouble;
mod utilisation;
mod visitor;
mod welcome;

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use maud::html;

use super::{
    routes::{Door, Need, Routes},
    texts,
};
use crate::domain::{authorisation::Resource, role::Role};

pub(super) use contrast::remember as remember_contrast;
pub(super) use follow_up::all_felt;
pub(super) use trouble::in_words;

#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
pub(super) fn routes() -> Routes {
    use Resource::{
        Agreements, AlertChannels, Alerts, Attendance, AuditTrail, Bookings, Checklists, ConsentTexts,
        FollowUp, FollowUpSettings, HelpDesk, Hygiene, Identification, Kits, MeetingCauses, MeetingServices,
        Organisation, OwnReading, Parts, People, ProcessingAgreements, Register, SupportAccess, Tickets,
        Training,
    };
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Page)
        .get("/", see(Kits), overview::page)
        .get("/responsibility", see(Agreements), responsibility::page)
        .get("/responsibility.csv", see(Agreements), responsibility::export)
        .post("/agreements", change(Agreements), agreements::make)
        .post("/agreements/end", change(Agreements), agreements::end)
        .post("/agreements/withdraw", change(Agreements), agreements::withdraw)
        .post(
            "/agreements/processing",
            change(ProcessingAgreements),
            processing::note,
        )
        .get("/kits", see(Kits), kits::page)
        .get("/kits/register.csv", see(Register), register::export)
        .get("/kits/register", see(Register), register::page)
        .post("/kits/register", change(Register), register::import)
        .up_to(super::REGISTER_BYTES)
        .post("/kits/bulk", change(Kits), bulk::kits::change)
        .get("/kits/chosen.csv", see(Register), bulk::kits::export)
        .get("/kits/labels", see(Kits), bulk::kits::labels)
        .get("/kits/sheets", see(Parts), bulk::kits::sheets)
        .get("/kits/{id}", see(Kits), kit::page)
        // Each of its forms needs a right of its own: see `kit_change::Change::right`.
        .post("/kits/{id}", see(Kits), kit::change)
        .get("/calendar", see(Bookings), calendar::page)
        .get("/book", change(Bookings), book::page)
        .post("/book", change(Bookings), book::book)
        .up_to(super::INVITATION_BYTES)
        .get("/reservations/{id}", see(Bookings), booking::page)
        .post("/reservations/{id}", change(Bookings), booking::change)
        .get("/hygiene", see(Hygiene), hygiene::page)
        .get("/hygiene.csv", see(Hygiene), hygiene::export)
        .post("/hygiene", change(Checklists), checklist::adopt)
        .get("/tasks", see(Tickets), tasks::page)
        .post("/tasks/bulk", change(Tickets), bulk::tickets::change)
        .get("/tasks/{id}", see(Tickets), ticket::page)
        // Putting a spare in the kit's place needs a right of its own: see `ticket::Change::right`.
        .post("/tasks/{id}", change(Tickets), ticket::change)
        .get("/alerts/receivers", see(AlertChannels), alerts::receivers)
        .post("/alerts/receivers", change(AlertChannels), alerts::change)
        .post("/alerts/bulk", change(Alerts), bulk::alerts::change)
        .get("/training", see(Training), training::page)
        .post("/training", change(Training), training::change)
        .post("/training/own", change(OwnReading), training_own::acknowledge)
        .get("/training.csv", see(Training), training::export)
        .get("/follow-up", see(FollowUp), follow_up::page)
        .post("/follow-up", change(MeetingCauses), follow_up::state_cause)
        .get("/follow-up.csv", see(FollowUp), follow_up::export)
        .get(
            "/follow-up/settings",
            see(FollowUpSettings),
            follow_up_settings::page,
        )
        .post(
            "/follow-up/settings",
            change(FollowUpSettings),
            follow_up_settings::change,
        )
        .post(
            "/follow-up/plan",
            change(FollowUpSettings),
            follow_up_settings::change_plan,
        )
        .get("/utilisation", see(FollowUp), utilisation::page)
        .get("/utilisation.csv", see(FollowUp), utilisation::export)
        .get("/identification", see(Identification), identification::page)
        .post("/identification", change(Identification), identification::change)
        .post(
            "/identification/consent",
            change(ConsentTexts),
            consent_text::adopt,
        )
        .get("/settings", see(HelpDesk), settings::page)
        .post(
            "/settings/help-desk",
            change(HelpDesk),
            settings::change_help_desk,
        )
        .post(
            "/settings/meeting-services",
            change(MeetingServices),
            settings::change_services,
        )
        .get("/attendance", see(Attendance), attendance::page)
        .get("/attendance.csv", see(Attendance), attendance::table)
        .get("/attendance.jsonl", see(Attendance), attendance::lines)
        .get("/audit", see(AuditTrail), audit::page)
        .get("/organisation", see(Organisation), organisation::page)
        // Forms about care workers need a right of their own: see `organisation::Change::right`.
        .post("/organisation", see(Organisation), organisation::change)
        .get("/people", see(People), people::page)
        .post("/people", change(People), people::withdraw)
        .post("/people/log-out", change(People), people::log_out)
        .get("/support", see(SupportAccess), support::page)
        .post("/support", change(SupportAccess), support::decide)
        .get("/welcome", Need::Login, welcome::page)
        .post("/welcome", Need::Login, welcome::become_operator)
        .get("/login", Need::Nothing, login::page)
        .post("/login", Need::Nothing, login::log_in)
        .get("/login/start", Need::Nothing, openid::start)
        .get("/login/callback", Need::Nothing, openid::come_back)
        .post("/logout", Need::Nothing, login::log_out)
        .get("/live", see(Kits), live::stream)
        .get("/assets/{name}", Need::Nothing, assets::asset)
}

/// Somebody's role does not allow the page. It looks the same whatever is behind it.
pub(super) fn no_right(role: Role, headers: &HeaderMap) -> Response {
    let texts = texts::for_request(headers);
    let role = texts.word("role", role.name());
    let page = layout::outside(
        texts,
        &html! {
            h1 { (texts.t("login.no_right")) }
            p { (texts.fill("login.no_right_why", &[("role", role)])) }
            p { a.button href="/" { (texts.t("nav.overview")) } }
        },
    );
    (StatusCode::FORBIDDEN, page).into_response()
}

/// An empty field of a form is none.
fn empty_is_none<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    D: serde::Deserializer<'de>,
{
    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}
