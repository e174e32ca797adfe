//! A care worker's login for a kit: who gets it, until when it holds, and that nobody else does.

use fleet_api::{EventKind, StaffLoginAnswer, StaffLoginEnd, StaffLoginId, paths};
use fleet_server::{
    audit::Act,
    domain::identity::settings::IdentitySettings,
    store::{BegunLogin, LoginUnderWay},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::{
    common::{event, problem},
    openid_provider::Trick,
    staff_login_site::{Site, ended},
};

#[tokio::test]
async fn a_care_worker_of_the_municipality_gets_the_kit_until_the_shift_ends() {
    let site = Site::start().await;
    let started = site.begin().await;
    assert!(
        started
            .verification_uri
            .as_str()
            .ends_with("/go?user_code=WDJB-MJH1")
    );
    assert_eq!(
        (started.user_code.expose(), started.poll_every_s),
        ("WDJB-MJH1", 1)
    );
    let (_, body) = site.look(&site.kit, &started).await;
    assert_eq!(body, json!({ "state": "pending" }));
    let other = site.grano.enrolled_kit("Kit 15").await;
    assert_eq!(
        site.look(&other, &started).await.0,
        StatusCode::NOT_FOUND,
        "another kit's login"
    );

    let claims = json!({ "roles": ["care"], "sub": "amina", "name": "Amina Berg" });
    site.provider.device_completed(&claims, Trick::None);
    let before = Timestamp::now();
    let StaffLoginAnswer::Done { staff } = site.until_over(&started).await else {
        panic!("she is let in");
    };
    let hours = staff.until.duration_since(before);
    assert!(
        (hours - SignedDuration::from_hours(8)).abs() < SignedDuration::from_mins(1),
        "{hours:?}"
    );
    let workers = site.store().care_workers(site.tenant).await.unwrap();
    assert_eq!(workers.len(), 1);
    assert_eq!(
        (workers[0].id, &*workers[0].name),
        (staff.pseudonym, "Amina Berg")
    );
    let unit = site.store().unit(site.tenant, workers[0].unit).await.unwrap();
    assert_eq!(unit.name, "Hemtjänst norr", "the rule names the unit");
    assert_eq!(
        site.holder().await,
        Some(staff.pseudonym),
        "recorded as a check-out"
    );
    assert_eq!(site.kit.sync(Vec::new()).await.desired.on_shift, Some(staff));
    // Asked again, the answer is the same; the next day she is the same care worker.
    assert_eq!(site.until_over(&started).await, StaffLoginAnswer::Done { staff });
    assert_eq!(site.somebody("amina").await.pseudonym, staff.pseudonym);
    let (_, trail) = site.grano.rest(Method::GET, "/api/v1/audit", None).await;
    let trail = trail.to_string();
    assert!(
        trail.contains("shift_began") && trail.contains("kit_checked_out"),
        "{trail}"
    );
    assert!(!trail.contains("Amina"), "the trail knows the pseudonym only");
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let site = Site::start().await;
    for claims in [
        json!({ "roles": "care-elsewhere" }),
        json!({ "roles": "manager" }),
        json!({}),
    ] {
        let answer = site.log_in(&claims, Trick::None).await;
        assert_eq!(answer, ended(StaffLoginEnd::NotAllowed), "{claims}");
    }
    for trick in [
        Trick::OtherKey,
        Trick::Expired,
        Trick::OtherAudience,
        Trick::LowAssurance,
        Trick::LoginOfYesterday,
    ] {
        let answer = site.log_in(&json!({ "roles": "care" }), trick).await;
        assert_eq!(answer, ended(StaffLoginEnd::NotAllowed), "{trick:?}");
    }
    assert_eq!(site.holder().await, None);
    assert_eq!(site.kit.sync(Vec::new()).await.desired.on_shift, None);
}

#[tokio::test]
async fn nobody_logs_in_for_a_kit_that_is_not_in_service() {
    let site = Site::start().await;
    let started = site.begin().await;
    let path = format!("/api/v1/kits/{}/life", site.kit.enrolled.kit);
    let step = Some(json!({ "to": "in_repair" }));
    let (status, _) = site.grano.rest(Method::POST, &path, step).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    site.provider
        .device_completed(&json!({ "roles": "care" }), Trick::None);
    assert_eq!(
        site.until_over(&started).await,
        ended(StaffLoginEnd::NotAllowed),
        "it was sent to repair while she logged in"
    );
    assert_eq!(site.holder().await, None);
    let (status, body) = site.kit.post(paths::STAFF_LOGIN, &json!({})).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "not-in-service"));
}

#[tokio::test]
async fn whoever_has_left_logs_in_for_no_kit_until_they_are_back() {
    let site = Site::start().await;
    let worker = site.somebody("amina").await.pseudonym;
    let at = |what: &str| format!("/api/v1/{what}");
    let returned = Some(json!({ "care_worker": worker }));
    let path = at(&format!("kits/{}/return", site.kit.enrolled.kit));
    let (status, body) = site.grano.rest(Method::POST, &path, returned).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    let path = at(&format!("municipalities/{}/care-workers/{worker}", site.tenant));
    let leaves = async |left: bool| {
        let (status, body) = site
            .grano
            .rest(Method::PATCH, &path, Some(json!({ "left": left })))
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    };
    leaves(true).await;
    let claims = json!({ "roles": ["care"], "sub": "amina", "name": "Amina" });
    assert_eq!(
        site.log_in(&claims, Trick::None).await,
        ended(StaffLoginEnd::NotAllowed)
    );
    assert_eq!(site.holder().await, None);
    leaves(false).await;
    assert_eq!(site.somebody("amina").await.pseudonym, worker);
}

#[tokio::test]
async fn a_login_that_comes_to_nothing_says_why() {
    let site = Site::start().await;
    for (error, why) in [
        ("access_denied", StaffLoginEnd::Declined),
        ("expired_token", StaffLoginEnd::Expired),
        ("invalid_grant", StaffLoginEnd::NotAllowed),
    ] {
        let started = site.begin().await;
        site.provider.device_says(error);
        assert_eq!(site.until_over(&started).await, ended(why), "{error}");
    }
    let started = site.begin().await;
    let path = format!("{}{}/{}", site.kit.site.device, paths::STAFF_LOGIN, started.id);
    let cancelled = site.kit.http.delete(path).send().await.unwrap();
    assert_eq!(cancelled.status(), StatusCode::NO_CONTENT);
    site.provider
        .device_completed(&json!({ "roles": "care" }), Trick::None);
    assert_eq!(
        site.until_over(&started).await,
        ended(StaffLoginEnd::Declined),
        "too late"
    );
    // A new login ends the one before it.
    let first = site.begin().await;
    site.begin().await;
    assert_eq!(site.until_over(&first).await, ended(StaffLoginEnd::Declined));
}

#[tokio::test]
async fn a_kit_that_tries_on_and_on_is_stopped() {
    let site = Site::start().await;
    for _ in 0..10 {
        site.begin().await;
    }
    let (status, body) = site.kit.post(paths::STAFF_LOGIN, &json!({})).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::TOO_MANY_REQUESTS, "too-many-tries")
    );
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_plainly() {
    let site = Site::start().await;
    site.provider.leave().await;
    let (status, body) = site.kit.post(paths::STAFF_LOGIN, &json!({})).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::SERVICE_UNAVAILABLE, "provider-away")
    );
}

#[tokio::test]
async fn a_shift_ends_at_return_by_time_by_the_office_and_when_somebody_else_comes() {
    let site = Site::start().await;
    let on_shift = async || site.kit.sync(Vec::new()).await.desired.on_shift;
    // By return on the kit; the event may come late, and a second time.
    let amina = site.somebody("amina").await;
    site.kit
        .sync(vec![event(1, EventKind::Returned { by: amina.pseudonym })])
        .await;
    assert_eq!((on_shift().await, site.holder().await), (None, None));

    // Somebody else takes it over; an old return of the one before does not take it from them.
    let amina = site.somebody("amina").await;
    let berit = site.somebody("berit").await;
    assert_ne!(amina.pseudonym, berit.pseudonym);
    site.kit
        .sync(vec![event(2, EventKind::Returned { by: amina.pseudonym })])
        .await;
    assert_eq!(
        (on_shift().await, site.holder().await),
        (Some(berit), Some(berit.pseudonym))
    );

    // By the office.
    let path = format!("/api/v1/kits/{}/return", site.kit.enrolled.kit);
    let back = json!({ "care_worker": berit.pseudonym });
    assert_eq!(
        site.grano.rest(Method::POST, &path, Some(back)).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!((on_shift().await, site.holder().await), (None, None));

    // By time: the kit is still with her, but no longer bound.
    let amina = site.somebody("amina").await;
    let later = amina.until + SignedDuration::from_secs(1);
    assert_eq!(site.store().on_shift(site.key(), later).await.unwrap(), None);
    assert_eq!(site.store().end_old_shifts(later).await.unwrap(), [site.key()]);
    assert_eq!(site.store().end_old_shifts(later).await.unwrap(), [], "once");
    assert_eq!(site.holder().await, Some(amina.pseudonym));
}

#[tokio::test]
async fn where_the_municipality_does_not_want_it_there_is_no_such_login() {
    let site = Site::start().await;
    assert!(site.kit.sync(Vec::new()).await.desired.identification.staff_login);
    let act = Act::from(Timestamp::now());
    let off = IdentitySettings::default();
    site.store()
        .change_identity_settings(site.tenant, &off, &act)
        .await
        .unwrap();
    assert_eq!(
        site.kit.post(paths::STAFF_LOGIN, &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
    assert!(!site.kit.sync(Vec::new()).await.desired.identification.staff_login);
}

#[tokio::test]
async fn the_provider_is_asked_no_more_often_than_it_says() {
    let site = Site::start().await;
    let (store, key, now) = (site.store(), site.key(), Timestamp::now());
    let begun = BegunLogin {
        id: StaffLoginId::generate(),
        provider: "region".to_owned(),
        device_code: "device-code".to_owned().into(),
        expires_at: now + SignedDuration::from_mins(10),
        interval_s: 5,
    };
    store.add_staff_login(key, &begun, now).await.unwrap();
    let may_ask = async |seconds| {
        let at = now + SignedDuration::from_secs(seconds);
        let found = store.staff_login(key, begun.id, at).await.unwrap();
        matches!(found, LoginUnderWay::Ask(found) if found.device_code.expose_secret() == "device-code")
    };
    assert!(!may_ask(0).await && !may_ask(4).await);
    assert!(may_ask(5).await);
    assert!(
        !may_ask(5).await && !may_ask(9).await,
        "one server asks at a time"
    );
    let at = now + SignedDuration::from_secs(10);
    store.slow_down(key, begun.id, 10, at).await.unwrap();
    assert!(!may_ask(19).await && may_ask(20).await, "slower from then on");
}
