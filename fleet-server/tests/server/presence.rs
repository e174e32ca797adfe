//! Who is connected, as every server on the database sees it.

use std::time::Duration;

use crate::{
    common::{TestKit, TestServer},
    sync::nudge_socket,
};
use fleet_server::store::{KitKey, Presence};
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;
use tokio::time::timeout;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);

/// Asks until it is so.
async fn soon<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, asked).await.expect("it is so soon");
}

#[tokio::test]
async fn a_kit_is_shown_as_online_by_servers_that_it_is_not_connected_to() {
    let one = TestServer::start().await;
    let (other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await;
    let online = || async {
        let (_, kits) = one.site.rest(Method::GET, "/api/v1/kits", None).await;
        kits[0]["connected"] == Value::Bool(true)
    };
    assert!(!online().await, "it has never been heard of");
    let kit = TestKit::new(at_other, kit.key, kit.enrolled);
    let mut socket = nudge_socket(&kit).await;
    timeout(SOON, socket.next()).await.unwrap();
    soon(online).await;

    let (store, tenant) = (&one.server.app().store, kit.enrolled.tenant);
    let later = Timestamp::now() + SignedDuration::from_mins(1);
    assert!(
        store.connected_kits(tenant, later).await.unwrap().is_empty(),
        "a server that is silent for so long has taken its kits with it"
    );
    let begun = Timestamp::now();
    drop(socket);
    soon(|| async {
        store
            .connected_kits(tenant, Timestamp::now())
            .await
            .unwrap()
            .is_empty()
    })
    .await;
    let seen = store
        .kit(KitKey {
            tenant,
            kit: kit.enrolled.kit,
        })
        .await
        .unwrap()
        .last_seen_at;
    assert!(
        seen.is_some_and(|seen| seen >= begun - SignedDuration::from_secs(10)),
        "its last word counts as a sign of life: {seen:?}"
    );
    other.stop().await;
    one.server.stop().await;
}

#[tokio::test]
async fn what_a_server_notes_late_does_not_undo_what_another_noted_meanwhile() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled;
    let store = &server.server.app().store;
    let key = KitKey {
        tenant: kit.tenant,
        kit: kit.kit,
    };
    let (now, one, other) = (Timestamp::now(), Uuid::now_v7(), Uuid::now_v7());
    let earlier = now - SignedDuration::from_secs(2);
    for server in [one, other] {
        assert!(!store.say_alive(server, now).await.unwrap(), "it is new");
        assert!(store.say_alive(server, now).await.unwrap());
    }
    let connected = async || !store.connected_kits(key.tenant, now).await.unwrap().is_empty();
    let note = async |server, presence| store.note_presences(server, &[(key, presence)]).await.unwrap();

    note(other, Presence::Came(now)).await;
    note(one, Presence::Came(earlier)).await;
    note(one, Presence::Left(earlier)).await;
    assert!(connected().await, "it is at the other server");
    store.say_farewell(one).await.unwrap();
    assert!(connected().await);
    store.say_farewell(other).await.unwrap();
    assert!(!connected().await);

    let (hours_later, third) = (now + SignedDuration::from_hours(2), Uuid::now_v7());
    store.say_alive(third, hours_later).await.unwrap();
    assert!(
        !store.say_alive(other, hours_later).await.unwrap(),
        "it must note its kits anew"
    );
}
