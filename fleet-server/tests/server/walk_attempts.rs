//! What a stranger tries at each route of the console with ids that are another's. A route without a row fails the walk.

use fleet_api::{KitId, PersonId, TenantId};
use fleet_server::{console::Route, domain::authorisation::Resource};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::walk_forms::{
    bulk, forms_of_a_kit, forms_of_a_ticket, is_of_the_organisation, of_forms, organisation,
};

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
}

/// What is tried on a route.
#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
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
    let of = |path: &str| Attempt::naming(format!("{path}?municipality={municipality}"));
    let (begins, ends) = (Timestamp::now(), Timestamp::now() + SignedDuration::from_hours(1));
    match (route.method, route.path) {
        (
            "GET",
            "/api/v1/kits"
            | "/api/v1/municipalities"
            | "/api/v1/reservations"
            | "/api/v1/alerts/not-fetched"
            | "/api/v1/alerts"
            | "/api/v1/tickets"
            | "/tasks"
            | "/alerts/receivers"
            | "/"
            | "/kits"
            | "/kits/register"
            | "/support",
        ) => Attempt::plain(route.path),
        ("GET", "/api/v1/audit") => Attempt::naming(format!("{path}?tenant={municipality}")),
        ("GET" | "DELETE", path_of_one) if path_of_one.contains("{id}") => Attempt::naming(path),
        (
            "GET",
            "/responsibility"
            | "/responsibility.csv"
            | "/kits/register.csv"
            | "/calendar"
            | "/book"
            | "/hygiene"
            | "/hygiene.csv"
            | "/training"
            | "/training.csv"
            | "/follow-up"
            | "/follow-up.csv"
            | "/follow-up/settings"
            | "/utilisation"
            | "/utilisation.csv"
            | "/audit"
            | "/identification"
            | "/settings"
            | "/attendance"
            | "/attendance.csv"
            | "/attendance.jsonl"
            | "/organisation"
            | "/people",
        ) => of(route.path),
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
        ("POST", "/settings/help-desk" | "/settings/meeting-services") => Attempt::with(
            path,
            &format!("municipality={municipality}&number=060-1&hosts=video.example"),
        ),
        ("POST", "/api/v1/municipalities/{id}/consent-texts") => {
            let text = json!({ "swedish": "a", "english": "b", "author": "c" });
            Attempt::with(path, &text)
        }
        ("POST", "/identification") => {
            let form = format!("municipality={municipality}&staff=1&shift_hours=8&portal_logins=1");
            Attempt::with(path, &form)
        }
        ("POST", "/identification/consent") => {
            let form = format!("municipality={municipality}&swedish=a&english=b&author=c");
            Attempt::with(path, &form)
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
        ("POST", "/agreements/end" | "/agreements/withdraw") => {
            let form = format!("municipality={municipality}&from=2030-01-01&until=");
            Attempt::with(path, &form)
        }
        ("POST", "/agreements") => {
            let form = format!("municipality={municipality}&arrangement=owned&from=2030-01-01&until=");
            Attempt::with(path, &form)
        }
        ("POST", "/kits/register") => Attempt::with(path, &format!("municipality={municipality}&table=kit")),
        ("POST", "/kits/{id}") => forms_of_a_kit(&path, theirs),
        ("POST", "/book") => {
            let form = format!(
                "municipality={municipality}&kit={kit}&title=care_visit&link=https://video.example/m/x\
                 &starts_at=2030-01-01T10:00&ends_at=2030-01-01T11:00"
            );
            Attempt::with(path, &form)
        }
        ("POST", "/reservations/{id}") => Attempt::with(path, &"act=cancel"),
        ("POST", "/hygiene") => {
            let form = format!(
                "municipality={municipality}&minutes=1&surface=a&speakerphone=b&cable=c&rucksack=d\
                 &review_on=2030-01-01"
            );
            Attempt::with(path, &form)
        }
        ("POST", "/organisation") => {
            let path = format!("{path}?municipality={municipality}");
            let forms = [
                (Resource::Organisation, "act=add_provider&name=x".to_owned()),
                (Resource::CareWorkers, format!("act=left&worker={person}")),
            ];
            of_forms(&path, forms)
        }
        ("POST", "/training") => {
            let path = format!("{path}?municipality={municipality}");
            Attempt::with(path, &"act=adopt&title=x&from=2026-01-01&review_on=2026-01-01")
        }
        ("POST", "/agreements/processing") => Attempt::with(
            format!("{path}?municipality={municipality}"),
            &"reference=x&kind=processor&from=2026-01-01",
        ),
        ("POST", "/training/own") => {
            Attempt::with(format!("{path}?municipality={municipality}"), &"version=1")
        }
        ("POST", "/follow-up") => Attempt::with(
            path,
            &format!("reservation={reservation}&cause=weak_network&back="),
        ),
        ("POST", "/follow-up/settings") => {
            Attempt::with(path, &format!("municipality={municipality}&untrained=warn"))
        }
        ("POST", "/follow-up/plan") => {
            let form = format!("municipality={municipality}&meetings=1&home_percent=1&division=equal");
            Attempt::with(path, &form)
        }
        ("POST", "/tasks/{id}") => forms_of_a_ticket(&path, *kit),
        ("GET", "/live") => Attempt::plain(route.path),
        ("GET", "/kits/chosen.csv" | "/kits/labels" | "/kits/sheets") => {
            Attempt::naming(format!("{}?chosen={kit}", route.path))
        }
        ("POST", "/kits/bulk") => bulk(&path, &kit.to_string(), "to=in_repair"),
        ("POST", "/tasks/bulk") => bulk(&path, ticket, "to=in_work"),
        ("POST", "/alerts/bulk") => bulk(&path, alert, "until=2030-01-01T10:00"),
        ("POST", "/alerts/receivers") => {
            let form =
                format!("act=add&kind=email&municipality={municipality}&target=drift%40kommun.example");
            Attempt::with(path, &form)
        }
        ("POST", "/people/log-out") => Attempt::with(
            format!("{path}?municipality={municipality}"),
            &format!("person={person}"),
        ),
        ("POST", "/people") => Attempt::with(path, &format!("person={person}")),
        // Consent is for one's own municipality alone; the form cannot name another.
        ("POST", "/support") => vec![Attempt {
            names: false,
            ..Attempt::with(path, &"act=end").remove(0)
        }],
        _ => panic!("{} {} has no row in this walk", route.method, route.path),
    }
}
