//! A POST with a key is carried out once, however often it is sent, at whichever server, and whatever dies meanwhile.

use std::collections::BTreeSet;

use fleet_api::CommandKind;
use fleet_server::{
    audit::{Act, Actor},
    store::{Claim, KitKey, RequestKey, StoreError, Terms},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{StatusCode, header::LOCATION};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    cluster::Cluster,
    common::{Site, TestServer, problem, reservation},
    contract::{REPLAYED, a_kit},
};

#[tokio::test]
async fn the_same_request_twice_is_carried_out_once() {
    let server = TestServer::start().await;
    let kit = a_kit(&server.site).await;
    let body = reservation(kit, 2);
    let first = server.site.post_once("/api/v1/reservations", "a", &body).await;
    assert_eq!(
        (first.status, first.header(&REPLAYED)),
        (StatusCode::CREATED, String::new())
    );
    let again = server.site.post_once("/api/v1/reservations", "a", &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header(&LOCATION), first.header(&LOCATION));
    assert_eq!(again.header(&REPLAYED), "true");
    let with_new_key = server.site.post_once("/api/v1/reservations", "b", &body).await;
    assert_eq!(problem(&with_new_key.body), "overlap");
    let other_body = server
        .site
        .post_once("/api/v1/reservations", "a", &reservation(kit, 4))
        .await;
    assert_eq!(other_body.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem(&other_body.body), "idempotency-key-reused");
    let stranger = server.other_tenant().await;
    let theirs = stranger.post_once("/api/v1/reservations", "a", &body).await;
    assert_eq!(
        theirs.status,
        StatusCode::NOT_FOUND,
        "another's key is another key"
    );
    for key in [" ", &*"k".repeat(201)] {
        let refused = server.site.post_once("/api/v1/reservations", key, &body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    }
    assert_eq!(
        server
            .site
            .see("/api/v1/reservations")
            .await
            .body
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn requests_at_the_same_time_get_one_result() {
    let server = TestServer::start().await;
    one_result(std::slice::from_ref(&server.site)).await;
}

#[tokio::test]
async fn requests_at_two_servers_get_one_result() {
    let server = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (_other, at_other) = server.another().await;
    one_result(&[server.site.clone(), at_other]).await;
}

async fn one_result(sites: &[Site]) {
    let kit = a_kit(&sites[0]).await;
    let body = json!({ "kind": "run_self_test" });
    let path = format!("/api/v1/kits/{kit}/commands");
    let mut requests = JoinSet::new();
    for number in 0..8 {
        let (site, path, body) = (sites[number % sites.len()].clone(), path.clone(), body.clone());
        requests.spawn(async move { site.post_once(&path, "same", &body).await });
    }
    let answers = requests.join_all().await;
    let ids: BTreeSet<_> = answers
        .iter()
        .map(|answer| answer.body["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let first = answers
        .iter()
        .filter(|answer| answer.header(&REPLAYED).is_empty());
    assert_eq!(first.count(), 1);
}

#[tokio::test]
async fn what_is_shown_once_is_not_readable_in_the_database() {
    let server = TestServer::start().await;
    let body = json!({ "kit": "Kit 14" });
    let first = server.site.post_once("/api/v1/enrolment-codes", "a", &body).await;
    let again = server.site.post_once("/api/v1/enrolment-codes", "a", &body).await;
    assert_eq!(first.body, again.body);
    let code = first.body["code"].as_str().unwrap();
    let files = server.files();
    assert!(!files.windows(code.len()).any(|window| window == code.as_bytes()));
}

/// As if a server had died between a request's change and its answer, or before its change.
#[tokio::test]
async fn a_request_whose_server_died_is_carried_out_once_all_the_same() {
    let server = TestServer::start().await;
    let kit = a_kit(&server.site).await;
    let store = &server.server.app().store;
    let tenant = server.tenant("Region").await;
    let long_ago = Timestamp::now() - SignedDuration::from_mins(5);
    let request = |key: &str| RequestKey {
        caller: "somebody".to_owned(),
        key: key.to_owned(),
    };
    let act = Act::by(Actor::Operator, long_ago);
    let change = async |key: &str| {
        let terms = Terms::new(None, Some(request(key)));
        let key = KitKey { tenant, kit };
        terms
            .around(store.add_command(key, CommandKind::RunSelfTest, &act))
            .await
    };
    let claim = async |key: &str, now| {
        store
            .claim_request(tenant, &request(key), b"f", now)
            .await
            .unwrap()
    };

    assert_eq!(claim("before", long_ago).await, Claim::Ours);
    assert_eq!(claim("before", long_ago).await, Claim::Underway);
    assert_eq!(
        claim("before", Timestamp::now()).await,
        Claim::Ours,
        "it is taken over"
    );

    assert_eq!(claim("after", long_ago).await, Claim::Ours);
    change("after").await.unwrap();
    assert_eq!(claim("after", Timestamp::now()).await, Claim::AnswerLost);
    let twice = change("after").await;
    assert!(matches!(twice, Err(StoreError::CarriedOut)), "{twice:?}");
    let other = store
        .claim_request(tenant, &request("after"), b"other", long_ago)
        .await;
    assert_eq!(other.unwrap(), Claim::Differs);

    let day = SignedDuration::from_hours(24);
    assert_eq!(
        store
            .forget_old_requests(long_ago + day - SignedDuration::from_secs(1))
            .await
            .unwrap(),
        0
    );
    assert_eq!(store.forget_old_requests(long_ago + day).await.unwrap(), 2);
    assert_eq!(
        claim("after", Timestamp::now()).await,
        Claim::Ours,
        "after 24 hours the key is free"
    );
}
