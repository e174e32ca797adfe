//! Municipalities: what is agreed with each, and what each decides for itself.

use crate::{
    console::{
        api::{identification, municipalities, processing, settings},
        routes::{Door, Need, Routes},
    },
    domain::authorisation::Resource,
};

pub(super) fn routes() -> Routes {
    use Resource::{
        Agreements, ConsentTexts, HelpDesk, Identification, Municipalities, ProcessingAgreements,
    };
    let (see, change) = (Need::see, Need::change);
    Routes::new(Door::Rest)
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
            "/api/v1/municipalities/{id}/consent-texts",
            see(ConsentTexts),
            identification::consent_texts,
        )
        .post(
            "/api/v1/municipalities/{id}/consent-texts",
            change(ConsentTexts),
            identification::adopt_consent,
        )
}
