//! Who is logged in: known to every server on the database, ended everywhere at once, and of no use to whoever reads it.

use crate::common::{TestServer, TestStore, logged_in};
use fleet_api::{PersonId, TenantId};
use fleet_server::{
    audit::{Act, Actor},
    domain::role::Role,
    identity::{
        administrator::Administrator,
        entry,
        session::{Farewell, LIFETIME, Sessions},
    },
    store::{NewTenant, Settings, Store, StoreError},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, COOKIE, HeaderMap},
};

fn headers(cookie: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let cookie = cookie.split(';').next().unwrap();
    headers.insert(COOKIE, format!("a=b; {cookie}").parse().unwrap());
    headers
}

/// A region's sessions in a store of its own.
async fn region(place: &TestStore) -> (Store, TenantId, Sessions) {
    let store = place.open([7; 32]).await;
    let new = NewTenant {
        name: "Region".to_owned(),
        settings: Settings::default(),
    };
    let tenant = store.add_tenant(&new, Timestamp::now()).await.unwrap();
    let sessions = Sessions::new(store.clone());
    (store, tenant, sessions)
}

async fn somebody(store: &Store, tenant: TenantId, subject: &str) -> (Administrator, PersonId) {
    let (person, role) = logged_in(store, tenant, subject, Role::CareWorker).await;
    let administrator = Administrator {
        tenant,
        role,
        actor: Actor::Person(role, person),
    };
    (administrator, person)
}

#[tokio::test]
async fn a_session_is_found_by_its_cookie_until_it_ends_and_its_secrets_are_not_stored() {
    let (place, now) = (TestStore::make().await, Timestamp::now());
    let (store, tenant, sessions) = region(&place).await;
    let (administrator, person) = somebody(&store, tenant, "amina").await;
    let farewell = Farewell("https://idp.example/end?id_token_hint=sesame".to_owned());
    let cookie = sessions
        .begin(&administrator, Some(&farewell), now)
        .await
        .unwrap();
    let first = headers(&cookie);
    let find = async |headers: HeaderMap, now| sessions.find(&headers, now).await.unwrap();
    assert_eq!(find(first.clone(), now).await, Some(administrator.clone()));
    assert_eq!(find(first.clone(), now + LIFETIME).await, None);
    assert_eq!(find(HeaderMap::new(), now).await, None);
    assert_eq!(find(headers("__Host-session=guessed"), now).await, None);

    let key = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let files = String::from_utf8_lossy(&place.files()).into_owned();
    assert!(key.len() == 32 && !files.contains(&key) && !files.contains("sesame"));

    assert_eq!(sessions.end(&first).await.unwrap().1, Some(farewell));
    assert_eq!(find(first.clone(), now).await, None);
    assert_eq!(sessions.end(&first).await.unwrap().1, None, "twice is harmless");

    let mine = headers(&sessions.begin(&administrator, None, now).await.unwrap());
    let (another, _) = somebody(&store, tenant, "bo").await;
    let theirs = headers(&sessions.begin(&another, None, now).await.unwrap());
    store
        .log_out_everywhere(tenant, person, &Act::from(now))
        .await
        .unwrap();
    assert_eq!(find(mine, now).await, None);
    assert_eq!(find(theirs, now).await, Some(another));
    let over = now + LIFETIME + SignedDuration::from_secs(1);
    assert_eq!(store.erase_ended_sessions(over).await.unwrap(), 1);
}

#[tokio::test]
async fn a_role_that_is_taken_away_ends_its_sessions_also_one_that_is_just_beginning() {
    let (place, now) = (TestStore::make().await, Timestamp::now());
    let (store, tenant, sessions) = region(&place).await;
    let (newcomer, person) = somebody(&store, tenant, "amina").await;
    let before = headers(&sessions.begin(&newcomer, None, now).await.unwrap());
    let (code, stored) = entry::new_first_code(now);
    store
        .add_first_code(tenant, &stored, Act::from(now))
        .await
        .unwrap();
    let operator = entry::become_operator(&store, &newcomer, person, &code, now);
    let operator = operator.await.unwrap().expect("the code is right");
    let running = headers(&sessions.begin(&operator, None, now).await.unwrap());

    let login = logged_in(&store, tenant, "amina", Role::CareWorker).await;
    assert_eq!(login, (person, Role::RegionOperator), "the code's gift stays");
    assert_eq!(
        sessions.find(&before, now).await.unwrap(),
        None,
        "another role has other sessions"
    );
    store
        .withdraw_operator(tenant, person, &Act::from(now))
        .await
        .unwrap();
    let begun = sessions.begin(&operator, None, now).await;
    assert!(matches!(begun, Err(StoreError::RoleChanged)), "{begun:?}");
    assert_eq!(sessions.find(&running, now).await.unwrap(), None);
    let login = logged_in(&store, tenant, "amina", Role::CareWorker).await;
    assert_eq!(login, (person, Role::CareWorker), "what the provider says");
}

#[tokio::test]
async fn whoever_is_logged_in_at_one_server_is_so_at_the_other() {
    let one = TestServer::start().await;
    let (other, at_other) = one.another().await;
    let tenant = one.tenant("Region").await;
    let (somebody, person) = somebody(&one.server.app().store, tenant, "amina").await;
    let cookie = one
        .server
        .app()
        .sessions
        .begin(&somebody, None, Timestamp::now())
        .await
        .unwrap();
    let page = async || {
        let request = at_other.http(None).get(format!("{}/", at_other.console));
        request
            .header(COOKIE, cookie.split(';').next().unwrap())
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(page().await, StatusCode::OK);
    let operator = one.session_as(tenant, Role::RegionOperator).await.0;
    let log_out = async |whose: PersonId, of: TenantId| {
        let path = format!("{}/people/log-out?municipality={of}", one.site.console);
        let request = one.site.http(None).post(path).header(COOKIE, &operator);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request
            .body(format!("person={whose}"))
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(log_out(PersonId::generate(), tenant).await, StatusCode::NOT_FOUND);
    assert_eq!(page().await, StatusCode::OK);
    assert_eq!(log_out(person, tenant).await, StatusCode::SEE_OTHER);
    assert_eq!(page().await, StatusCode::SEE_OTHER, "to the login");
    other.stop().await;
    one.server.stop().await;
}
