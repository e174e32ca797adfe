//! Kits: which there are, how they come in and go out of use, whose they are and what is in them.

use crate::{
    console::{
        REGISTER_BYTES,
        api::{enrolment_codes, kit_life, kit_owner, kits, parts},
        routes::{Door, Need, Routes},
    },
    domain::authorisation::Resource,
};

pub(super) fn routes() -> Routes {
    use Resource::{Commands, Enrolment, HandOvers, KitOwners, Kits, Parts, Register};
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Rest)
        .get("/api/v1/kits", see(Kits), kits::list)
        .get("/api/v1/kits/{id}", see(Kits), kits::read)
        .patch("/api/v1/kits/{id}", change(Register), kits::rename)
        .delete(
            "/api/v1/kits/{id}/enrolment",
            change(Enrolment),
            kits::end_enrolment,
        )
        .post(
            "/api/v1/enrolment-codes",
            change(Enrolment),
            enrolment_codes::create,
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
        .up_to(REGISTER_BYTES)
}
