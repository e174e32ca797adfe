//! How a tablet becomes a kit, and everything that is refused on the way.

use crate::common::{TestKit, TestServer, problem, signing_request};
use fleet_api::{EnrolResponse, EnrolmentCode, paths};
use fleet_server::{
    identity::{authority, enrolment_code, secret},
    store::{KitKey, NewCode},
};
use jiff::{SignedDuration, Timestamp};
use rcgen::KeyPair;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_code_works_once_but_again_for_the_same_key() {
    let server = TestServer::start().await;
    let code = server.site.code("Kit 14").await;
    let key = KeyPair::generate().unwrap();
    let (status, first) = server.site.enrol(&code, &key).await;
    assert_eq!((status, &first["kit_name"]), (StatusCode::OK, &json!("Kit 14")));
    let (status, again) = server
        .site
        .enrol(&code.to_lowercase().replace('-', " "), &key)
        .await;
    assert_eq!(
        (status, &again["device"]),
        (StatusCode::OK, &first["device"]),
        "a lost answer costs no code"
    );

    let (status, body) = server.site.enrol(&code, &KeyPair::generate().unwrap()).await;
    assert_eq!((status, problem(&body)), (StatusCode::FORBIDDEN, "code-refused"));
}

#[tokio::test]
async fn wrong_unknown_and_expired_codes_are_refused_alike() {
    let server = TestServer::start().await;
    let key = KeyPair::generate().unwrap();
    let code = server.site.code("Kit 14").await;
    let changed = format!(
        "{}{}",
        &code[..code.len() - 1],
        if code.ends_with('0') { '1' } else { '0' }
    );
    let unknown = secret::new_code().expose_grouped();
    let mut answers = Vec::new();
    for code in [&changed, &unknown, &expired_code(&server).await] {
        let (status, body) = server.site.enrol(code, &key).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        answers.push(body);
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "the answer tells nothing: {answers:?}"
    );
    let (status, _) = server.site.enrol("no code at all", &key).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn expired_code(server: &TestServer) -> String {
    let kit = server.site.enrolled_kit("Kit 15").await;
    let key = KitKey {
        tenant: kit.enrolled.tenant,
        kit: kit.enrolled.kit,
    };
    let code = secret::new_code();
    let now = Timestamp::now();
    let new = NewCode {
        name: code.name().to_owned(),
        secret_hash: secret::hash(code.expose_secret_part().as_bytes()),
        expires_at: now - SignedDuration::from_secs(1),
    };
    server.server.app().store.add_code(key, &new, now).await.unwrap();
    code.expose_grouped()
}

#[tokio::test]
async fn a_code_whose_name_is_taken_is_drawn_anew() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled;
    let (tenant, kit) = (kit.tenant, kit.kit);
    let (store, now) = (&server.server.app().store, Timestamp::now());
    let until = now + SignedDuration::from_hours(1);
    let drawn = ["AAAAA", "AAAAA", "BBBBB"].map(|name| EnrolmentCode::parse(&name.repeat(4)).unwrap());
    let mut drawn = drawn.into_iter();
    let mut names = Vec::new();
    for _ in 0..2 {
        let draw = || drawn.next().unwrap();
        let code = enrolment_code::make_of(draw, store, KitKey { tenant, kit }, until, &now.into()).await;
        names.push(code.unwrap().name().to_owned());
    }
    assert_eq!(names, ["AAAAA", "BBBBB"]);
}

#[tokio::test]
async fn a_code_is_stored_as_a_hash_only() {
    let server = TestServer::start().await;
    let code = EnrolmentCode::parse(&server.site.code("Kit 14").await).unwrap();
    let content = server.files();
    let holds = |text: &str| {
        content
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(holds(code.name()), "this is where it would be");
    for secret in [code.expose_secret_part(), &server.site.token[15..]] {
        assert!(!holds(secret));
    }
}

#[tokio::test]
async fn a_signing_request_must_be_signed_by_its_own_key() {
    let server = TestServer::start().await;
    let code = server.site.code("Kit 14").await;
    let mut forged = signing_request(&KeyPair::generate().unwrap());
    let middle = forged.len() / 2;
    let other = if &forged[middle..=middle] == "A" { "B" } else { "A" };
    forged.replace_range(middle..=middle, other);
    let url = format!("{}{}", server.site.device, paths::ENROL);
    let request = server
        .site
        .http(None)
        .post(url)
        .json(&json!({ "code": code, "signing_request": forged }));
    let (status, body) = crate::common::read(request.send().await.unwrap()).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "signing-request")
    );
}

#[tokio::test]
async fn every_route_but_enrolment_demands_a_certificate() {
    let server = TestServer::start().await;
    let http = server.site.http(None);
    for (method, path) in [
        (Method::POST, paths::SYNC),
        (Method::POST, paths::RENEW),
        (Method::GET, paths::NUDGE),
    ] {
        let request = http
            .request(method, format!("{}{path}", server.site.device))
            .json(&json!({}));
        let (status, body) = crate::common::read(request.send().await.unwrap()).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::FORBIDDEN, "certificate-required"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_certificate_of_another_authority_does_not_get_through_the_handshake() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let (certificate, key) = authority::create("device-ca", Timestamp::now()).unwrap();
    let forger = authority::Authority::read(certificate, &key).unwrap();
    let request = authority::SigningRequest::read(&signing_request(&kit.key).parse().unwrap()).unwrap();
    let identity = KitKey {
        tenant: kit.enrolled.tenant,
        kit: kit.enrolled.kit,
    };
    let made_up = forger
        .sign_device(&request, identity, kit.enrolled.device, Timestamp::now())
        .unwrap();
    let http = server.site.http(Some((made_up.as_str(), &kit.key)));
    let url = format!("{}{}", server.site.device, paths::SYNC);
    assert!(
        http.post(url)
            .json(&kit.request(Vec::new()))
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_expired_certificate_does_not_get_through() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let request = authority::SigningRequest::read(&signing_request(&kit.key).parse().unwrap()).unwrap();
    let identity = KitKey {
        tenant: kit.enrolled.tenant,
        kit: kit.enrolled.kit,
    };
    let long_ago = Timestamp::now() - authority::DEVICE_LIFETIME - SignedDuration::from_secs(1);
    let old = server
        .server
        .app()
        .device_authority
        .sign_device(&request, identity, kit.enrolled.device, long_ago)
        .unwrap();
    let http = server.site.http(Some((old.as_str(), &kit.key)));
    let url = format!("{}{}", server.site.device, paths::SYNC);
    assert!(
        http.post(url)
            .json(&kit.request(Vec::new()))
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_revoked_or_replaced_tablet_is_refused_at_once_and_cannot_come_back() {
    let server = TestServer::start().await;
    let code = server.site.code("Kit 14").await;
    let key = KeyPair::generate().unwrap();
    let (_, body) = server.site.enrol(&code, &key).await;
    let enrolled: EnrolResponse = serde_json::from_value(body).unwrap();
    let old = TestKit::new(server.site.clone(), key, enrolled);
    old.sync(Vec::new()).await;

    let new = server.site.enrolled_kit("Kit 14").await;
    assert_eq!(
        new.enrolled.kit, old.enrolled.kit,
        "the kit stays the same when its tablet is replaced"
    );
    assert_ended(&old.post(paths::SYNC, &old.request(Vec::new())).await);
    let (status, _) = server.site.enrol(&code, &old.key).await;
    assert_eq!(
        status,
        StatusCode::FORBIDDEN,
        "the old tablet must not take the kit back with its old code"
    );
    new.sync(Vec::new()).await;

    let path = format!("/api/v1/kits/{}/enrolment", new.enrolled.kit);
    let other = server.other_tenant().await;
    assert_eq!(
        other.rest(Method::DELETE, &path, None).await.0,
        StatusCode::NOT_FOUND
    );
    new.sync(Vec::new()).await;
    assert_eq!(
        server.site.rest(Method::DELETE, &path, None).await.0,
        StatusCode::NO_CONTENT
    );
    assert_ended(&new.post(paths::SYNC, &new.request(Vec::new())).await);
}

fn assert_ended((status, body): &(StatusCode, Value)) {
    assert_eq!(
        (*status, problem(body)),
        (StatusCode::FORBIDDEN, "enrolment-ended")
    );
}

#[tokio::test]
async fn a_certificate_is_renewed_over_a_connection_made_with_the_present_one() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let next_key = KeyPair::generate().unwrap();
    let (status, body) = kit
        .post(
            paths::RENEW,
            &json!({ "signing_request": signing_request(&next_key) }),
        )
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let certificate = body["certificate"].as_str().unwrap().parse().unwrap();
    let enrolled = EnrolResponse {
        certificate,
        ..kit.enrolled.clone()
    };
    TestKit::new(server.site.clone(), next_key, enrolled)
        .sync(Vec::new())
        .await;
}
