//! `docs/authorisation.md` is made from the code: who may do what, and which route needs what. A change is seen in review.

use std::{fmt::Write as _, path::Path};

use fleet_server::{
    console::{Door, Need, openapi_document, route_table},
    domain::{
        authorisation::{Action, Resource, may},
        role::Role,
    },
};

const INTRODUCTION: &str = "# Who may do what

Made from `fleet-server/src/domain/authorisation.rs` and the console's routes; do not edit. What is not listed is denied.

Everybody works in one organisation: a municipality sees itself, a region sees itself and its municipalities, and the
region's support sees a municipality only while that municipality's manager lets it (page *Support*, 1 to 72 hours, revocable,
every look recorded in the municipality's own trail). What belongs to another organisation does not exist (404). Who lacks a
right is refused (403) before anything is looked up, so that the refusal says nothing about what exists.

People log in by OpenID Connect; their provider's claims give them a role (`openid.toml`, see operations.md). `program` is the role
of a token for another system; a token can be given any other role to hold it back (`fleet-server add-token --role auditor`).
A `newcomer` is logged in, but nobody has given them a role yet.
";

#[test]
fn the_document_is_the_one_that_is_checked_in() {
    let mut document = INTRODUCTION.to_owned();
    for action in Action::ALL {
        write!(document, "\n## Who may {}\n\n| |", action.name()).unwrap();
        for role in Role::ALL {
            write!(document, " {} |", role.name()).unwrap();
        }
        document.push_str("\n|---|");
        document.push_str(&"---|".repeat(Role::ALL.len()));
        document.push('\n');
        for resource in Resource::ALL {
            write!(document, "| {} |", resource.name()).unwrap();
            for role in Role::ALL {
                let allowed = may(*role, *resource, *action);
                document.push_str(if allowed { " yes |" } else { " – |" });
            }
            document.push('\n');
        }
    }
    document.push_str("\n## What each route needs\n\n| route | needs |\n|---|---|\n");
    for route in route_table() {
        let need = match route.need {
            Need::Nothing => "nothing".to_owned(),
            Need::Login => "to be logged in".to_owned(),
            Need::Right(resource, action) => format!("{} {}", action.name(), resource.name()),
        };
        writeln!(document, "| `{} {}` | {need} |", route.method, route.path).unwrap();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/authorisation.md");
    if std::env::var_os("UPDATE_GOLDEN_FILES").is_some() {
        std::fs::write(&file, &document).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        golden == document,
        "rights changed; run with UPDATE_GOLDEN_FILES=1 and look at the difference"
    );
}

#[test]
fn what_is_open_to_everybody_is_a_short_list() {
    let table = route_table();
    let open = table.iter().filter(|route| route.need == Need::Nothing);
    let open: Vec<String> = open
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(
        open,
        [
            "GET /api/v1/health",
            "GET /api/v1/ready",
            "GET /api/v1/openapi.json",
            "GET /login",
            "POST /login",
            "GET /login/start",
            "GET /login/callback",
            "POST /logout",
            "GET /assets/{name}",
        ]
    );
}

#[test]
fn the_rest_interface_has_every_route_of_its_document_and_no_other() {
    let document = serde_json::to_value(openapi_document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut described: Vec<String> = paths
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    described.sort();
    let mut served: Vec<String> = route_table()
        .iter()
        .filter(|route| route.door == Door::Rest)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    served.sort();
    assert_eq!(served, described);
}
