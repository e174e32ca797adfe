//! A fresh server becomes usable by REST alone: care providers, units, who answers for the routine, care workers; and what
//! becomes of those who leave.

use fleet_api::KitId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    checklists::checklist_form,
    common::{Site, TestServer, problem},
    program::run,
};

const TABLE: &str =
    "kit;owner;part;serial;condition;warranty_until;screen_inches;iccid;operator;subscription_owner
Kit 14;municipality;tablet;4471;good;;12.1;;;
Kit 14;municipality;stand;1;good;;;;;
Kit 14;municipality;speakerphone;2;good;;;;;
Kit 14;municipality;rucksack;3;good;;;;;
Kit 14;municipality;extension_cable;4;good;;;;;
Kit 14;municipality;sim;5;good;;;89460000000000000001;Operatör;municipality
";

/// A municipality by its REST interface.
struct Office {
    site: Site,
    path: String,
}

impl Office {
    async fn ask(&self, method: Method, rest: &str, body: Value) -> (StatusCode, Value) {
        let path = format!("{}/{rest}", self.path);
        self.site.rest(method, &path, Some(body)).await
    }

    async fn add(&self, what: &str, body: Value) -> String {
        let (status, body) = self.ask(Method::POST, what, body).await;
        assert_eq!(status, StatusCode::CREATED, "{what}: {body}");
        body["id"].as_str().unwrap().to_owned()
    }

    async fn organisation(&self) -> Value {
        let path = format!("{}/organisation", self.path);
        self.site.rest(Method::GET, &path, None).await.1
    }

    async fn of_kit(&self, kit: &str, what: &str, body: Value) -> (StatusCode, Value) {
        let path = format!("/api/v1/kits/{kit}/{what}");
        self.site.rest(Method::POST, &path, Some(body)).await
    }
}

async fn office(server: &TestServer) -> Office {
    let (municipality, site) = server.municipality("Granö kommun").await;
    Office {
        site,
        path: format!("/api/v1/municipalities/{municipality}"),
    }
}

/// A provider with a unit; the unit.
async fn with_unit(office: &Office) -> String {
    let provider = office
        .add("care-providers", json!({ "name": "Hemtjänsten" }))
        .await;
    office
        .add("units", json!({ "care_provider": provider, "name": "Norr" }))
        .await
}

async fn imported_kit(office: &Office) -> String {
    let url = format!("{}{}/inventory", office.site.console, office.path);
    let request = office.site.http(None).put(url).bearer_auth(&office.site.token);
    let request = request.header("content-type", "text/csv").body(TABLE);
    let (status, body) = crate::common::read(request.send().await.unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (_, kits) = office.site.rest(Method::GET, "/api/v1/kits", None).await;
    kits[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_municipality_without_anything_hands_out_its_first_kit() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let unit = with_unit(&office).await;
    let owner = json!({ "name": "Elin Dahl", "position": "enhetschef", "from": "2026-01-01" });
    let (status, _) = office
        .ask(Method::POST, &format!("units/{unit}/information-owners"), owner)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let worker = json!({ "name": "Amina Berg", "unit": unit, "pseudonym": "7k2" });
    let worker = office.add("care-workers", worker).await;
    let kit = imported_kit(&office).await;
    for step in ["received", "configured", "assembled", "delivered", "in_service"] {
        let (status, body) = office.of_kit(&kit, "life", json!({ "to": step })).await;
        assert!(status.is_success(), "{step}: {body}");
    }
    let visitor = crate::visitor::Visitor::log_in(&office.site).await;
    let municipality = office.path.rsplit('/').next().unwrap();
    let checklist = checklist_form();
    let (status, html) = visitor
        .post("/hygiene", &format!("municipality={municipality}&{checklist}"))
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{html}");
    let all = json!(["surface", "speakerphone", "cable", "rucksack"]);
    for (act, body) in [
        (
            "sign-offs",
            json!({ "care_worker": worker, "phase": "before", "version": 1, "parts": all }),
        ),
        ("check-out", json!({ "care_worker": worker })),
        (
            "sign-offs",
            json!({ "care_worker": worker, "phase": "after", "version": 1, "parts": all }),
        ),
        ("return", json!({ "care_worker": worker })),
    ] {
        let (status, body) = office.of_kit(&kit, act, body).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{act}: {body}");
    }
    let seen = office.organisation().await;
    assert_eq!(seen["units"][0]["information_owners"][0]["name"], "Elin Dahl");
    assert_eq!(seen["units"][0]["care_provider"], "Hemtjänsten");
}

#[tokio::test]
async fn whoever_has_left_takes_no_kit_and_what_they_did_stays() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let unit = with_unit(&office).await;
    let worker = office
        .add("care-workers", json!({ "name": "Amina Berg", "unit": unit }))
        .await;
    let kit = office.site.enrolled_kit("Kit 14").await.enrolled.kit.to_string();
    let takes = json!({ "care_worker": worker, "without_sign_off": "acute" });
    let (status, body) = office.of_kit(&kit, "check-out", takes.clone()).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");

    let path = format!("care-workers/{worker}");
    let leaves = async |left: bool| office.ask(Method::PATCH, &path, json!({ "left": left })).await;
    let (status, body) = leaves(true).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "has-a-kit"));
    office
        .of_kit(&kit, "return", json!({ "care_worker": worker }))
        .await;
    assert_eq!(leaves(true).await.0, StatusCode::NO_CONTENT);
    let (status, _) = office.of_kit(&kit, "check-out", takes.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let list = format!("{}/care-workers", office.path);
    let (_, listed) = office.site.rest(Method::GET, &list, None).await;
    assert_eq!(listed[0]["left"], true, "{listed}");
    assert_eq!(leaves(false).await.0, StatusCode::NO_CONTENT);
    let (status, body) = office.of_kit(&kit, "check-out", takes).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
}

#[tokio::test]
async fn a_unit_closes_when_nobody_is_there_and_names_are_checked() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let unit = with_unit(&office).await;
    let worker = office
        .add("care-workers", json!({ "name": "Amina Berg", "unit": unit }))
        .await;
    let close = async |closed: bool| {
        let path = format!("units/{unit}");
        office
            .ask(Method::PATCH, &path, json!({ "closed": closed }))
            .await
    };
    let (status, body) = close(true).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "unit-in-use"));
    let left = office
        .ask(
            Method::PATCH,
            &format!("care-workers/{worker}"),
            json!({ "left": true }),
        )
        .await;
    assert_eq!(left.0, StatusCode::NO_CONTENT);
    let both = json!({ "closed": true, "name": "Syd" });
    let provider = office.add("care-providers", json!({ "name": "Grannen" })).await;
    office
        .add("units", json!({ "care_provider": provider, "name": "Syd" }))
        .await;
    let (status, _) = office.ask(Method::PATCH, &format!("units/{unit}"), both).await;
    let units = office.organisation().await["units"].clone();
    assert_eq!(
        (status, &units[0]["closed"]),
        (StatusCode::CONFLICT, &json!(false)),
        "all or nothing"
    );
    assert_eq!(close(true).await.0, StatusCode::NO_CONTENT);
    let new = json!({ "name": "David Lind", "unit": unit });
    let (status, _) = office.ask(Method::POST, "care-workers", new).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nobody begins at a closed unit");
    for name in ["", "two\nlines", "a\u{0}b", "191212121212"] {
        let (status, body) = office
            .ask(Method::POST, "care-providers", json!({ "name": name }))
            .await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "organisation")
        );
    }
    let twice = office
        .ask(Method::POST, "care-providers", json!({ "name": "Hemtjänsten" }))
        .await;
    assert_eq!((twice.0, problem(&twice.1)), (StatusCode::CONFLICT, "name-taken"));
    let nobodys = json!({ "care_provider": KitId::generate(), "name": "Syd" });
    assert_eq!(
        office.ask(Method::POST, "units", nobodys).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn who_answers_for_the_routine_tomorrow_does_not_do_so_today() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let unit = with_unit(&office).await;
    let path = format!("units/{unit}/information-owners");
    for (name, from) in [("Elin Dahl", "2026-01-01"), ("Ivan Berg", "2199-01-01")] {
        let body = json!({ "name": name, "position": "enhetschef", "from": from });
        assert_eq!(
            office.ask(Method::POST, &path, body).await.0,
            StatusCode::NO_CONTENT
        );
    }
    let visitor = crate::visitor::Visitor::log_in(&office.site).await;
    let municipality = office.path.rsplit('/').next().unwrap();
    let (_, html) = visitor
        .get(&format!("/organisation?municipality={municipality}"))
        .await;
    let (now, then) = (html.find("Elin Dahl").unwrap(), html.find("Ivan Berg").unwrap());
    assert!(
        now < then && html.contains("Från 2199-01-01: Ivan Berg"),
        "{html}"
    );
}

#[tokio::test]
async fn västernorrland_is_added_without_people_or_kits() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&["init", "--meeting-host", "video.example"], &data).await;
    let printed = run(&["add-vasternorrland"], &data).await;
    assert_eq!(printed.lines().count(), 7, "{printed}");
    assert!(
        printed.lines().all(|line| line.contains(" kommun: fleet_")),
        "{printed}"
    );
}
