//! What a stranger tries at each page and with each form.

use fleet_server::{console::Route, domain::authorisation::Resource};

use crate::{
    walk_attempts::{Attempt, Theirs},
    walk_forms::{bulk, forms_of_a_kit, forms_of_a_ticket, of_forms},
};

#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
pub(crate) fn attempts(route: Route, path: String, theirs: &Theirs) -> Vec<Attempt> {
    let Theirs {
        municipality,
        kit,
        reservation,
        ticket,
        alert,
        person,
    } = theirs;
    let of = |path: &str| Attempt::naming(format!("{path}?municipality={municipality}"));
    match (route.method, route.path) {
        ("GET", "/tasks" | "/alerts/receivers" | "/" | "/kits" | "/kits/register" | "/support" | "/live") => {
            Attempt::plain(route.path)
        }
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
        ("POST", "/settings/help-desk" | "/settings/meeting-services") => Attempt::with(
            path,
            &format!("municipality={municipality}&number=060-1&hosts=video.example"),
        ),
        ("POST", "/identification") => {
            let form = format!("municipality={municipality}&staff=1&shift_hours=8&portal_logins=1");
            Attempt::with(path, &form)
        }
        ("POST", "/identification/consent") => {
            let form = format!("municipality={municipality}&swedish=a&english=b&author=c");
            Attempt::with(path, &form)
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
        _ => Attempt::missing(route),
    }
}
