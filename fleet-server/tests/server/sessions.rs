//! Who is logged in: known to every server on the database, ended everywhere at once, and of no use to whoever reads it.

use crate::common::{TestServer, TestStore};
use fleet_api::{PersonId, TenantId};
use fleet_server::{
    audit::Actor,
    domain::role::Role,
    identity::{
        administrator::Administrator,
        session::{Farewell, LIFETIME, Sessions},
    },
    store::{NewTenant, Settings},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    StatusCode,
    header::{COOKIE, HeaderMap},
};

fn headers(cookie: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let cookie = cookie.split(';').next().unwrap();
    headers.insert(COOKIE, format!("a=b; {cookie}").parse().unwrap());
    headers
}

fn somebody(tenant: TenantId) -> (Administrator, PersonId) {
    let person = PersonId::generate();
    let administrator = Administrator {
        tenant,
        role: Role::CareWorker,
        actor: Actor::Person(Role::CareWorker, person),
    };
    (administrator, person)
}

#[tokio::test]
async fn a_session_is_found_by_its_cookie_until_it_ends_and_its_secrets_are_not_stored() {
    let place = TestStore::make().await;
    let store = place.open([7; 32]).await;
    let new = NewTenant {
        name: "Region".to_owned(),
        settings: Settings::default(),
    };
    let now = Timestamp::now();
    let tenant = store.add_tenant(&new, now).await.unwrap();
    let sessions = Sessions::new(store.clone());
    let (administrator, person) = somebody(tenant);
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
    let (another, _) = somebody(tenant);
    let theirs = headers(&sessions.begin(&another, None, now).await.unwrap());
    sessions.end_all_of(tenant, person).await.unwrap();
    assert_eq!(find(mine, now).await, None);
    assert_eq!(find(theirs, now).await, Some(another));
    let over = now + LIFETIME + SignedDuration::from_secs(1);
    assert_eq!(store.erase_ended_sessions(over).await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_is_logged_in_at_one_server_is_so_at_the_other() {
    let one = TestServer::start().await;
    let (other, at_other) = one.another().await;
    let tenant = one.tenant("Region").await;
    let (cookie, person) = one.session_as(tenant, Role::RegionOperator).await;
    let page = async || {
        let request = at_other.http(None).get(format!("{}/people", at_other.console));
        request.header(COOKIE, &cookie).send().await.unwrap().status()
    };
    assert_eq!(page().await, StatusCode::OK);
    one.server
        .app()
        .sessions
        .end_all_of(tenant, person)
        .await
        .unwrap();
    assert_eq!(page().await, StatusCode::SEE_OTHER, "to the login");
    other.stop().await;
    one.server.stop().await;
}
