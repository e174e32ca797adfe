//! Every route of the REST interface with the right that it needs, room by room.

mod kits;
mod municipalities;
mod organisation;
mod tasks;
mod visits;

use crate::{
    console::{
        api::{audit, health},
        openapi::openapi_json,
        routes::{Door, Need, Routes},
    },
    domain::authorisation::Resource,
};

pub(in crate::console) fn routes() -> Routes {
    Routes::new(Door::Rest)
        .get("/api/v1/health", Need::Nothing, health::health)
        .get("/api/v1/ready", Need::Nothing, health::ready)
        .get("/api/v1/openapi.json", Need::Nothing, openapi_json)
        .and(kits::routes())
        .and(visits::routes())
        .and(tasks::routes())
        .and(municipalities::routes())
        .and(organisation::routes())
        .get("/api/v1/audit", Need::see(Resource::AuditTrail), audit::read)
}
