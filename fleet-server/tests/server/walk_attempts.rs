//! What a stranger tries at each route of the console with ids that are another's: `walk_rest` and `walk_pages` have a row for
//! each. A route without one fails the walk.

use fleet_api::{KitId, PersonId, TenantId};
use fleet_server::{
    console::{Door, Route},
    domain::authorisation::Resource,
};

use crate::{walk_pages, walk_rest};

/// What belongs to Granö.
pub(crate) struct Theirs {
    pub(crate) municipality: TenantId,
    pub(crate) kit: KitId,
    pub(crate) reservation: String,
    pub(crate) ticket: String,
    pub(crate) alert: String,
    pub(crate) person: PersonId,
}

/// One request.
pub(crate) struct Attempt {
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    /// Whether it names something that is Granö's.
    pub(crate) names: bool,
    /// A right that the form needs beside the route's.
    pub(crate) form_needs: Option<Resource>,
}

impl Attempt {
    /// Names nothing: an answer with one's own things only.
    pub(crate) fn plain(path: &str) -> Vec<Self> {
        vec![Self {
            path: path.to_owned(),
            body: None,
            names: false,
            form_needs: None,
        }]
    }

    pub(crate) fn naming(path: String) -> Vec<Self> {
        vec![Self {
            path,
            body: None,
            names: true,
            form_needs: None,
        }]
    }

    pub(crate) fn with(path: String, body: &impl ToString) -> Vec<Self> {
        vec![Self {
            path,
            body: Some(body.to_string()),
            names: true,
            form_needs: None,
        }]
    }

    pub(crate) fn missing(route: Route) -> ! {
        panic!("{} {} has no row in this walk", route.method, route.path)
    }
}

/// What is tried on a route.
pub(crate) fn attempts(route: Route, theirs: &Theirs) -> Vec<Attempt> {
    let Theirs {
        municipality,
        kit,
        reservation,
        ticket,
        alert,
        person,
    } = theirs;
    let id = match route.path {
        path if path.contains("kits/{id}") => kit.to_string(),
        path if path.contains("municipalities/{id}") => municipality.to_string(),
        path if path.contains("tickets/{id}") || path.contains("tasks/{id}") => ticket.clone(),
        path if path.contains("alerts/{id}") => alert.clone(),
        _ => reservation.clone(),
    };
    let path = route
        .path
        .replace("{id}", &id)
        .replace("{month}", "2026-10")
        .replace("{from}", "2030-01-01")
        .replace("{channel}", &id)
        .replace("{provider}", &person.to_string())
        .replace("{part}", &person.to_string())
        .replace("{unit}", &person.to_string())
        .replace("{worker}", &person.to_string());
    match (route.method, route.door) {
        ("GET" | "DELETE", _) if route.path.contains("{id}") => Attempt::naming(path),
        (_, Door::Rest) => walk_rest::attempts(route, path, theirs),
        (_, Door::Page) => walk_pages::attempts(route, path, theirs),
    }
}
