//! What a municipality decides about identification, its consent text, and who is expected in a meeting: from form and REST to the kit.

use fleet_api::{EventKind, InvitedRole, Kinship, LegalMode, MeetingService, PortalLogins};
use fleet_server::domain::identity::personal_number::PersonalNumber;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    common::{TestServer, event, problem, reservation},
    visitor::encoded,
};

#[tokio::test]
async fn what_a_municipality_decides_reaches_its_kits() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let tenant = kit.enrolled.tenant;
    let path = format!("/api/v1/municipalities/{tenant}/identification");
    let desired = kit.sync(Vec::new()).await.desired;
    assert!(desired.identification.staff && desired.identification.portal.is_none());
    assert_eq!(desired.meeting_hosts[0].host.as_str(), "video.example");
    assert_eq!(desired.meeting_hosts[0].service, MeetingService::Pexip);

    let settings = json!({
        "staff": true, "bank_id": true, "staff_login": true, "shift_hours": 9, "browser_hosts": ["video.example"],
        "portal": { "name": "1177", "start": "https://portal.example/", "allowed_origins": ["https://login.example"], "logins": 2 },
    });
    let (status, body) = server.site.rest(Method::PUT, &path, Some(settings.clone())).await;
    assert_eq!((status, &body), (StatusCode::OK, &settings));
    assert_eq!(server.site.rest(Method::GET, &path, None).await.1, settings);
    let desired = kit.sync(Vec::new()).await.desired;
    let portal = desired.identification.portal.unwrap();
    assert_eq!((portal.name.as_str(), portal.logins), ("1177", PortalLogins::Two));
    assert_eq!(desired.meeting_hosts[0].service, MeetingService::Browser);
    assert!(
        !desired.identification.bank_id && !desired.identification.staff_login,
        "this server has neither a relying party nor a login provider"
    );

    for (wrong, kind) in [
        (json!({ "staff": false }), "identification"),
        (json!({ "staff": true, "shift_hours": 25 }), "identification"),
        (json!({ "staff": true, "unknown": 1 }), "not-understood"),
        (
            json!({ "staff": true, "browser_hosts": ["https://video.example"] }),
            "not-understood",
        ),
    ] {
        let (status, body) = server.site.rest(Method::PUT, &path, Some(wrong)).await;
        assert_eq!((status, problem(&body)), (StatusCode::UNPROCESSABLE_ENTITY, kind));
    }
}

#[tokio::test]
async fn a_consent_text_is_adopted_in_versions_with_day_and_author() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let tenant = kit.enrolled.tenant;
    assert_eq!(kit.sync(Vec::new()).await.desired.consent, None);
    let path = format!("/api/v1/municipalities/{tenant}/consent-texts");
    let text = |swedish: &str| json!({ "swedish": swedish, "english": "May we talk?", "author": "MAS" });
    let (status, body) = server
        .site
        .rest(Method::POST, &path, Some(text("Får vi prata?")))
        .await;
    assert_eq!(
        (status, &body["number"]),
        (StatusCode::CREATED, &json!(1)),
        "{body}"
    );

    // The second by the form, over two lines as browsers send them.
    let visitor = server.log_in().await;
    let form = format!(
        "municipality={tenant}&swedish={}&english=May+we%3F&author=MAS+Karin",
        encoded("Får vi prata?\r\nOm allt?")
    );
    let (status, _) = visitor.post("/identification/consent", &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let consent = kit.sync(Vec::new()).await.desired.consent.unwrap();
    assert_eq!(consent.version.number, 2);
    assert_eq!(consent.swedish.as_str(), "Får vi prata?\nOm allt?");
    let (_, versions) = server.site.rest(Method::GET, &path, None).await;
    assert_eq!(versions.as_array().unwrap().len(), 2, "the first is kept");
    assert_eq!(versions[0]["author"], json!("MAS Karin"));

    let (status, body) = server
        .site
        .rest(Method::POST, &path, Some(text("Är du 19121212-1212?")))
        .await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "consent")
    );
    let (_, trail) = server.site.rest(Method::GET, "/api/v1/audit", None).await;
    assert!(trail.to_string().contains("consent_text_adopted"));
}

fn full_booking(kit: fleet_api::KitId) -> Value {
    let mut body = reservation(kit, 1);
    let extras = json!({
        "relatives": ["daughter", "partner"], "legal_mode": "mixed", "invited": ["doctor", "social_services"],
        "telephone": { "number": "060-12 34 56", "code": "482917" }, "host_pin": "4711",
        "invited_person": "19121212-1212",
    });
    for (name, value) in extras.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn who_is_expected_reaches_the_kit_and_nobody_else() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let (status, body) = server
        .site
        .rest(
            Method::POST,
            "/api/v1/reservations",
            Some(full_booking(kit.enrolled.kit)),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let shown = server
        .site
        .rest(Method::GET, "/api/v1/reservations", None)
        .await
        .1
        .to_string();
    for secret in ["482917", "\"4711\"", "19121212"] {
        assert!(
            !shown.contains(secret) && !body.to_string().contains(secret),
            "{secret}"
        );
    }
    let told = kit.sync(Vec::new()).await.desired.reservations.remove(0);
    assert_eq!(told.relatives, [Kinship::Daughter, Kinship::Partner]);
    assert_eq!(told.invited, [InvitedRole::Doctor, InvitedRole::SocialServices]);
    assert_eq!(told.legal_mode, LegalMode::Mixed);
    assert_eq!(told.host_pin.unwrap().expose(), "4711");
    assert_eq!(told.telephone.unwrap().code.unwrap().expose(), "482917");
    let content = server.files();
    for secret in ["482917", "191212121212", "060-12 34 56"] {
        let found = content
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} lies open in the database");
    }

    let mut wrong = full_booking(kit.enrolled.kit);
    wrong["legal_mode"] = json!("care_providers_only");
    let (status, body) = server
        .site
        .rest(Method::POST, "/api/v1/reservations", Some(wrong))
        .await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "expected")
    );
    let mut wrong = full_booking(kit.enrolled.kit);
    wrong["invited_person"] = json!("19121212-1213");
    let (status, body) = server
        .site
        .rest(Method::POST, "/api/v1/reservations", Some(wrong))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        !body.to_string().contains("1912"),
        "a refusal does not repeat it: {body}"
    );
}

#[tokio::test]
async fn the_booking_form_takes_the_same() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let visitor = server.log_in().await;
    let form = |person: &str| {
        format!(
            "municipality={}&kit={}&title=care_visit&link=https%3A%2F%2Fvideo.example%2Fm%2Fsesame\
             &starts_at=2030-01-01T10:00&ends_at=2030-01-01T11:00&relative_son=1&invited_nurse=1&legal_mode=mixed\
             &telephone=060-12+34+56&telephone_code=&host_pin=&invited_person={person}",
            kit.enrolled.tenant, kit.enrolled.kit
        )
    };
    let (status, page) = visitor.post("/book", &form("123")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Personnumret är fel"), "{page}");
    // Further ahead than a year is refused, so that the form's other fields were read.
    let (status, page) = visitor.post("/book", &form("191212121212")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("mer än ett år bort"), "{page}");
}

#[tokio::test]
async fn what_opens_a_meeting_and_what_names_its_patient_is_erased() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let store = &server.server.app().store;
    let tenant = kit.enrolled.tenant;
    let tolvan = PersonalNumber::parse("191212121212").unwrap();
    let book = async || {
        let (_, body) = server
            .site
            .rest(
                Method::POST,
                "/api/v1/reservations",
                Some(full_booking(kit.enrolled.kit)),
            )
            .await;
        body["id"]
            .as_str()
            .unwrap()
            .parse::<fleet_api::ReservationId>()
            .unwrap()
    };
    let known = async |reservation| store.is_invited(tenant, reservation, &tolvan).await.unwrap();

    // By the wipe's receipt.
    let first = book().await;
    assert_eq!(known(first).await, Some(true));
    let wiped = EventKind::Wiped {
        reservation: first,
        confirmed: true,
    };
    kit.sync(vec![event(1, wiped)]).await;
    assert_eq!(known(first).await, None, "the hash is gone with the visit");

    // By time, where the kit says nothing: two hours after the end.
    let mut second = full_booking(kit.enrolled.kit);
    let starts_at = Timestamp::now() + SignedDuration::from_hours(3);
    second["starts_at"] = json!(starts_at);
    second["ends_at"] = json!(starts_at + SignedDuration::from_hours(1));
    let (_, body) = server
        .site
        .rest(Method::POST, "/api/v1/reservations", Some(second))
        .await;
    let second = body["id"].as_str().unwrap().parse().unwrap();
    let over = starts_at + SignedDuration::from_hours(3);
    assert_eq!(
        store
            .erase_old_persons(over - SignedDuration::from_secs(1))
            .await
            .unwrap(),
        0
    );
    assert_eq!(known(second).await, Some(true));
    assert_eq!(store.erase_old_persons(over).await.unwrap(), 1);
    assert_eq!(known(second).await, None);
}
