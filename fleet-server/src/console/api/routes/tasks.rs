//! What somebody has to see to: faults and their tickets, spares, alerts and who is told of them.

use crate::{
    console::{
        api::{alerts, assignees, spares, tickets},
        routes::{Door, Need, Routes},
    },
    domain::authorisation::Resource,
};

pub(super) fn routes() -> Routes {
    use Resource::{AlertChannels, Alerts, Faults, Spares, Tickets};
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Rest)
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
}
