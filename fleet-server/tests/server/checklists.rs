//! A municipality's checklists: adopted by REST as on the page, shown at once on its kits, named by each signature; and what
//! is signed or left out on the kits is counted.

use fleet_api::{CleaningPhase, EventKind, SkipReason};
use fleet_server::domain::role::Role;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    care_worker::{care_worker, with_worker},
    common::{Site, TestServer, event, problem},
    settings::{connected, nudged},
    staff_login_site,
    visitor::Visitor,
};

/// Some day within a year.
fn a_day_to_come() -> String {
    let day = Timestamp::now() + SignedDuration::from_hours(24 * 100);
    day.strftime("%Y-%m-%d").to_string()
}

/// A checklist as the page's form sends it, without whose it is.
pub(crate) fn checklist_form() -> String {
    let review_on = a_day_to_come();
    format!("minutes=1&surface=Torka&speakerphone=Torka&cable=Torka&rucksack=Torka&review_on={review_on}")
}

fn checklist(text: &str) -> Value {
    let wipe = |part: &str| json!({ "part": part, "text": text, "minutes": 2 });
    let instructions = ["surface", "speakerphone", "cable", "rucksack"].map(wipe);
    json!({
        "instructions": instructions,
        "review_on": a_day_to_come(),
    })
}

#[tokio::test]
async fn a_checklist_adopted_by_rest_is_on_the_kits_at_once_and_every_version_stays_readable() {
    let server = TestServer::start().await;
    let (municipality, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await;
    let mut socket = connected(&kit).await;
    let path = format!("/api/v1/municipalities/{municipality}/checklists");
    let as_role = async |role| Site {
        token: server.token_as(municipality, role).await,
        ..grano.clone()
    };
    let (manager, carer) = (
        as_role(Role::MunicipalManager).await,
        as_role(Role::CareWorker).await,
    );
    let adopt = async |site: &Site, body| site.rest(Method::POST, &path, Some(body)).await;
    assert_eq!(adopt(&carer, checklist("Torka")).await.0, StatusCode::FORBIDDEN);
    let mut too_late = checklist("Torka");
    too_late["review_on"] = json!("2199-01-01");
    let mut in_part = checklist("Torka");
    in_part["instructions"].as_array_mut().unwrap().pop();
    for refused in [too_late, in_part, checklist("Torka hos 19121212-1212")] {
        let (status, body) = adopt(&manager, refused).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "checklist")
        );
    }

    let (status, first) = adopt(&manager, checklist("Torka med en ny duk")).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    nudged(&mut socket).await;
    let shown = kit.sync(Vec::new()).await.desired.checklist.unwrap();
    assert_eq!((shown.version, shown.steps[0].minutes), (1, 2));
    assert_eq!(shown.steps[0].text.as_str(), "Torka med en ny duk");
    let (_, second) = adopt(&manager, checklist("Torka två gånger")).await;
    nudged(&mut socket).await;

    let (status, versions) = carer.rest(Method::GET, &path, None).await;
    assert_eq!(
        (status, &versions),
        (StatusCode::OK, &json!([second, first])),
        "the newest first, and the older as it was"
    );
    assert!(first["adopted_by"].is_string() && first["review_on"] == a_day_to_come());
    let visitor = Visitor::log_in(&grano).await;
    let (_, html) = visitor
        .get(&format!("/hygiene?municipality={municipality}"))
        .await;
    for shown in [
        "Version 2, antagen",
        "Version 1, antagen",
        "Torka med en ny duk",
        "Torka två gånger",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
}

#[tokio::test]
async fn a_signature_names_the_version_in_force() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    let path = format!("/api/v1/municipalities/{tenant}/checklists");
    let signs = format!("/api/v1/kits/{}/sign-offs", kit.enrolled.kit);
    let sign = async |version: u32| {
        let signed = json!({
            "care_worker": worker, "phase": "before", "version": version,
            "parts": ["surface", "speakerphone", "cable", "rucksack"],
        });
        server.site.rest(Method::POST, &signs, Some(signed)).await
    };
    for version in [1, 2] {
        let (status, body) = server
            .site
            .rest(Method::POST, &path, Some(checklist("Torka")))
            .await;
        assert_eq!((status, &body["version"]), (StatusCode::CREATED, &json!(version)));
    }
    for version in [1, 3] {
        let (status, body) = sign(version).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::CONFLICT, "hygiene_other_version")
        );
    }
    let visitor = server.log_in().await;
    let page = format!("/kits/{}", kit.enrolled.kit);
    let form = |version| format!("act=sign&worker={worker}&phase=before&version={version}");
    let (status, html) = visitor.post(&page, &form(1)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        html.contains("antagit en ny version") && html.contains("enligt version 2"),
        "{html}"
    );
    assert_eq!(visitor.post(&page, &form(2)).await.0, StatusCode::SEE_OTHER);
    assert_eq!(sign(2).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_login_before_the_signature_stands_as_such_until_the_kit_has_it_and_then_counts() {
    let site = staff_login_site::Site::start().await;
    let path = format!("/api/v1/municipalities/{}/checklists", site.tenant);
    let (status, _) = site
        .grano
        .rest(Method::POST, &path, Some(checklist("Torka")))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let amina = site.somebody("amina").await.pseudonym;
    let (_, trail) = site.grano.rest(Method::GET, "/api/v1/audit", None).await;
    assert!(
        trail
            .to_string()
            .contains(r#"\"without_sign_off\":\"login_on_kit\""#),
        "{trail}"
    );
    let (cookie, _) = site.server.session_as(site.tenant, Role::MunicipalManager).await;
    let visitor = Visitor::with_session(&site.grano, cookie);
    let of_month = format!("/hygiene?municipality={}", site.tenant);
    let left_out = "Hämtat genom inloggning på kitet, innan det var signerat";
    assert!(visitor.get(&of_month).await.1.contains(left_out));

    let signed = |phase| EventKind::HygieneSigned {
        phase,
        reservation: None,
        by: Some(amina),
        checklist: Some(1),
    };
    site.kit
        .sync(vec![
            event(1, signed(CleaningPhase::Before)),
            event(2, signed(CleaningPhase::After)),
            event(3, EventKind::Returned { by: amina }),
        ])
        .await;
    let (_, html) = visitor.get(&of_month).await;
    assert!(
        html.contains("1 av 1 besök har signerad rengöring") && !html.contains(left_out),
        "{html}"
    );
    let out = format!("/api/v1/kits/{}/check-out", site.kit.enrolled.kit);
    let theirs = json!({ "care_worker": amina, "without_sign_off": "login_on_kit" });
    let (status, body) = site.grano.rest(Method::POST, &out, Some(theirs)).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "hygiene"),
        "only the server gives that reason"
    );
}

#[tokio::test]
async fn what_was_left_out_stands_on_the_page_by_unit_and_in_the_table() {
    let server = TestServer::start().await;
    let (municipality, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await;
    let worker = care_worker(&server, municipality).await;
    let of_kit = |what: &str| format!("/api/v1/kits/{}/{what}", kit.enrolled.kit);
    let taken = json!({ "care_worker": worker, "without_sign_off": "acute" });
    let (status, body) = grano.rest(Method::POST, &of_kit("check-out"), Some(taken)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    let skipped = EventKind::HygieneSkipped {
        reason: SkipReason::NothingToCleanWith,
        reservation: None,
        by: Some(worker),
    };
    kit.sync(vec![event(1, skipped)]).await;
    let back = json!({ "care_worker": worker });
    let (status, _) = grano.rest(Method::POST, &of_kit("return"), Some(back)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);

    let visitor = Visitor::log_in(&grano).await;
    let (_, html) = visitor
        .get(&format!("/hygiene?municipality={municipality}"))
        .await;
    for shown in [
        "Besöket kan inte vänta",
        "Inget att rengöra med",
        "Hemtjänst norr",
        "Kit 14",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    assert!(!html.contains("Amina"), "whose it was is not told");
    let (status, table) = visitor
        .get(&format!("/hygiene.csv?municipality={municipality}"))
        .await;
    assert_eq!(status, StatusCode::OK);
    let row = table.lines().nth(1).unwrap();
    assert!(
        row.starts_with("Granö kommun;") && row.ends_with(";Hemtjänst norr;1;0;1;1;1"),
        "{table}"
    );
}
