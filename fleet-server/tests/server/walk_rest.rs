//! What a stranger tries at each route of the REST interface. The bodies fit their routes, so that nothing but the right decides.

use fleet_server::console::Route;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    walk_attempts::{Attempt, Theirs},
    walk_forms::{is_of_the_organisation, organisation},
};

#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
pub(crate) fn attempts(route: Route, path: String, theirs: &Theirs) -> Vec<Attempt> {
    let Theirs {
        municipality,
        kit,
        person,
        ..
    } = theirs;
    let (begins, ends) = (Timestamp::now(), Timestamp::now() + SignedDuration::from_hours(1));
    match (route.method, route.path) {
        (
            "GET",
            "/api/v1/kits"
            | "/api/v1/municipalities"
            | "/api/v1/reservations"
            | "/api/v1/alerts/not-fetched"
            | "/api/v1/alerts"
            | "/api/v1/tickets",
        ) => Attempt::plain(route.path),
        ("GET", "/api/v1/audit") => Attempt::naming(format!("{path}?tenant={municipality}")),
        ("POST" | "PATCH", path_of_one) if is_of_the_organisation(path_of_one) => {
            Attempt::with(path, &organisation(path_of_one, *person))
        }
        ("POST", "/api/v1/kits/{id}/commands") => Attempt::with(path, &json!({ "kind": "run_self_test" })),
        ("POST", "/api/v1/kits/{id}/life") => Attempt::with(path, &json!({ "to": "in_repair" })),
        ("POST", "/api/v1/kits/{id}/hand-over") => {
            Attempt::with(path, &json!({ "municipality": municipality }))
        }
        ("PUT", "/api/v1/kits/{id}/owner") => Attempt::with(path, &json!({ "owner": "region" })),
        ("POST", "/api/v1/kits/{id}/parts") => {
            let part = json!({ "kind": "stand", "serial": "1", "condition": "good" });
            Attempt::with(path, &part)
        }
        ("PATCH", "/api/v1/kits/{id}") => Attempt::with(path, &json!({ "name": "Kit 99" })),
        ("PATCH", "/api/v1/kits/{id}/parts/{part}") => Attempt::with(path, &json!({ "condition": "broken" })),
        ("PUT", "/api/v1/municipalities/{id}/inventory") => Attempt::with(path, &"kit;owner"),
        ("POST", "/api/v1/kits/{id}/check-out" | "/api/v1/kits/{id}/return") => {
            Attempt::with(path, &json!({ "care_worker": person }))
        }
        ("POST", "/api/v1/kits/{id}/sign-offs") => {
            let signed = json!({ "care_worker": person, "phase": "before", "version": 1, "parts": [] });
            Attempt::with(path, &signed)
        }
        ("POST", "/api/v1/municipalities/{id}/checklists") => {
            Attempt::with(path, &json!({ "instructions": [], "review_on": "2030-01-01" }))
        }
        ("POST", "/api/v1/municipalities/{id}/training") => {
            let trained = json!({
                "care_worker": person, "topic": "kit_use", "on": "2026-01-01", "valid_until": "2027-01-01",
            });
            Attempt::with(path, &trained)
        }
        ("POST", "/api/v1/municipalities/{id}/routine-versions") => {
            let adopted = json!({ "title": "Rutin", "from": "2026-01-01", "review_on": "2027-01-01" });
            Attempt::with(path, &adopted)
        }
        ("POST", "/api/v1/municipalities/{id}/acknowledgements") => {
            Attempt::with(path, &json!({ "care_worker": person, "version": 1 }))
        }
        ("PUT", "/api/v1/municipalities/{id}/follow-up-settings") => {
            Attempt::with(path, &json!({ "inhabitants": 1000 }))
        }
        ("PUT", "/api/v1/municipalities/{id}/identification") => {
            Attempt::with(path, &json!({ "staff": true }))
        }
        ("PUT", "/api/v1/municipalities/{id}/settings") => {
            Attempt::with(path, &json!({ "meeting_hosts": [] }))
        }
        ("POST", "/api/v1/municipalities/{id}/consent-texts") => {
            let text = json!({ "swedish": "a", "english": "b", "author": "c" });
            Attempt::with(path, &text)
        }
        ("PUT", "/api/v1/reservations/{id}/cause") => Attempt::with(path, &json!({ "cause": "not_clean" })),
        ("POST", "/api/v1/kits/{id}/faults") => Attempt::with(path, &json!({ "fault": "no_picture" })),
        ("PUT", "/api/v1/kits/{id}/spare") => Attempt::naming(path),
        ("POST", "/api/v1/tickets/{id}/steps") => Attempt::with(path, &json!({ "to": "in_work" })),
        ("PUT", "/api/v1/tickets/{id}/assignee") => Attempt::with(path, &json!({ "person": null })),
        ("POST", "/api/v1/tickets/{id}/replacement") => Attempt::with(path, &json!({ "kit": kit })),
        ("POST", "/api/v1/alerts/{id}/snooze") => Attempt::with(path, &json!({ "until": ends })),
        ("POST", "/api/v1/municipalities/{id}/alert-channels") => Attempt::with(
            path,
            &json!({ "kind": "email", "target": "drift@kommun.example" }),
        ),
        ("POST", "/api/v1/municipalities/{id}/agreements") => {
            Attempt::with(path, &json!({ "arrangement": "owned", "from": "2030-01-01" }))
        }
        ("POST", "/api/v1/municipalities/{id}/processing-agreements") => Attempt::with(
            path,
            &json!({ "reference": "x", "kind": "processor", "from": "2026-01-01" }),
        ),
        ("POST", "/api/v1/enrolment-codes") => {
            Attempt::with(path, &json!({ "kit": "Kit 99", "municipality": municipality }))
        }
        ("POST", "/api/v1/kits/{id}/invitations") => {
            Attempt::with(path + "?title=care_visit", &"BEGIN:VEVENT")
        }
        ("POST", "/api/v1/reservations") => Attempt::with(path, &crate::common::reservation(*kit, 5)),
        ("PATCH", "/api/v1/reservations/{id}") => {
            Attempt::with(path, &json!({ "starts_at": begins, "ends_at": ends }))
        }
        ("PATCH", "/api/v1/municipalities/{id}/agreements/{from}") => {
            Attempt::with(path, &json!({ "until": "2030-01-01" }))
        }
        _ => Attempt::missing(route),
    }
}
