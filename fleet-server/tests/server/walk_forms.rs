//! Requests of the walk that come in families: forms of one page that need rights of their own, and the organisation's bodies.

use fleet_api::{KitId, PersonId};
use fleet_server::domain::authorisation::Resource;
use serde_json::{Value, json};

use crate::walk_attempts::{Attempt, Theirs};

pub(crate) fn is_of_the_organisation(path: &str) -> bool {
    ["/care-providers", "/units", "/care-workers"]
        .iter()
        .any(|part| path.contains(part))
}

/// A body that fits the route, so that nothing but the right decides.
pub(crate) fn organisation(path: &str, someone: PersonId) -> Value {
    match path.rsplit('/').next() {
        Some("care-providers" | "{provider}" | "{unit}") => json!({ "name": "Norr" }),
        Some("units") => json!({ "name": "Norr", "care_provider": someone }),
        Some("information-owners") => json!({ "name": "A", "position": "B", "from": "2026-01-01" }),
        Some("care-workers") => json!({ "name": "A", "unit": someone }),
        _ => json!({ "left": true }),
    }
}

/// What names theirs before anything is done, and what does it.
pub(crate) fn bulk(path: &str, theirs: &str, act: &str) -> Vec<Attempt> {
    ["", "&confirmed=true"]
        .map(|confirmed| {
            Attempt::with(path.to_owned(), &format!("chosen={theirs}&{act}{confirmed}")).remove(0)
        })
        .into()
}

pub(crate) fn forms_of_a_kit(path: &str, theirs: &Theirs) -> Vec<Attempt> {
    let someone = theirs.person;
    let forms = [
        (Resource::Kits, "act=step&to=in_repair".to_owned()),
        (Resource::Register, "act=rename&name=Kit+99".to_owned()),
        (Resource::KitOwners, "act=change_owner&owner=region".to_owned()),
        (
            Resource::HandOvers,
            format!("act=hand_over&municipality={}", theirs.municipality),
        ),
        (
            Resource::CheckOuts,
            format!("act=check_out&worker={someone}&reason=acute"),
        ),
        (Resource::CheckOuts, format!("act=take_back&worker={someone}")),
        (
            Resource::Hygiene,
            format!("act=sign&worker={someone}&phase=before&version=1"),
        ),
        (
            Resource::Parts,
            format!("act=condition&part={someone}&condition=broken"),
        ),
        (Resource::Faults, "act=report&fault=no_picture".to_owned()),
        (Resource::Spares, "act=mark_spare".to_owned()),
        (Resource::Spares, "act=unmark_spare".to_owned()),
    ];
    of_forms(path, forms)
}

pub(crate) fn forms_of_a_ticket(path: &str, spare: KitId) -> Vec<Attempt> {
    let forms = [
        (Resource::Tickets, "act=step&to=in_work".to_owned()),
        (Resource::Tickets, "act=close&resolution=repaired".to_owned()),
        (Resource::Spares, format!("act=replace&spare={spare}")),
    ];
    of_forms(path, forms)
}

pub(crate) fn of_forms<const N: usize>(path: &str, forms: [(Resource, String); N]) -> Vec<Attempt> {
    let attempt = |(needs, form): (Resource, String)| Attempt {
        form_needs: Some(needs),
        ..Attempt::with(path.to_owned(), &form).remove(0)
    };
    forms.into_iter().map(attempt).collect()
}
