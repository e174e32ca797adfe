//! Visits from the booking to what became of them: reservations, check-outs, hygiene, follow-up, the log of meetings.

use crate::{
    console::{
        api::{attendance, checklists, follow_up, invitations, reservations, visits},
        routes::{Door, Need, Routes},
    },
    domain::{authorisation::Resource, calendar_file::FILE_BYTES},
};

pub(super) fn routes() -> Routes {
    use Resource::{
        Attendance, Bookings, CheckOuts, Checklists, FollowUp, FollowUpSettings, Hygiene, MeetingCauses,
    };
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Rest)
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
        .post(
            "/api/v1/kits/{id}/check-out",
            change(CheckOuts),
            visits::check_out,
        )
        .post("/api/v1/kits/{id}/return", change(CheckOuts), visits::take_back)
        .get("/api/v1/alerts/not-fetched", see(Bookings), visits::not_fetched)
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
        .put(
            "/api/v1/reservations/{id}/cause",
            change(MeetingCauses),
            follow_up::state_cause,
        )
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
        .get(
            "/api/v1/municipalities/{id}/attendance",
            see(Attendance),
            attendance::read,
        )
}
