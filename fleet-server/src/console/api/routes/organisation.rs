//! Who works in a municipality, where, who answers for the routine there, and who has learnt what.

use crate::{
    console::{
        api::{care_workers, organisation, training},
        routes::{Door, Need, Routes},
    },
    domain::authorisation::Resource,
};

pub(super) fn routes() -> Routes {
    use Resource::{CareWorkers, Organisation, Training};
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Rest)
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
}
