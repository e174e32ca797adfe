//! Several servers on one PostgreSQL: what is done at one reaches the kits that are connected to another.

use std::time::Duration;

use crate::{
    cluster::Cluster,
    common::{TestKit, TestServer, event},
    faults::reported,
    sync::{Nudges, nudge_socket},
};
use fleet_api::Fault;
use fleet_server::operator::audit_trail;
use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_nudge_crosses_from_one_server_to_the_other() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await;
    let kit = TestKit::new(at_other, kit.key, kit.enrolled);
    let mut socket = nudge_socket(&kit).await;
    let greeting = timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert!(matches!(greeting, Message::Ping(_)));

    one.site.reserve(kit.enrolled.kit, 1).await;
    let frame = timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(frame, Message::text("\"sync_now\""));
    let desired = kit.sync(Vec::new()).await.desired;
    assert_eq!(desired.reservations.len(), 1, "and there is something to fetch");

    let path = format!("/api/v1/kits/{}/enrolment", kit.enrolled.kit);
    one.site.rest(Method::DELETE, &path, None).await;
    let end = timeout(SOON, socket.next()).await.unwrap();
    assert!(
        matches!(end, Some(Ok(Message::Close(_)) | Err(_)) | None),
        "a lost tablet is cut off everywhere: {end:?}"
    );
    other.stop().await;
    one.server.stop().await;
}

#[tokio::test]
async fn a_help_desk_that_is_changed_at_one_server_reaches_a_kit_at_the_other() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await;
    let tenant = kit.enrolled.tenant;
    let kit = TestKit::new(at_other, kit.key, kit.enrolled);
    let mut socket = nudge_socket(&kit).await;
    timeout(SOON, socket.next()).await.unwrap();
    let wanted =
        serde_json::json!({ "help_desk": { "number": "060-1" }, "meeting_hosts": ["video.example"] });
    let path = format!("/api/v1/municipalities/{tenant}/settings");
    let (status, body) = one.site.rest(Method::PUT, &path, Some(wanted)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    nudged(&mut socket).await;
    assert!(kit.sync(Vec::new()).await.desired.help_desk.is_some());
    other.stop().await;
    one.server.stop().await;
}

/// The next frame on a kit's socket, which must be a nudge.
async fn nudged(socket: &mut Nudges) {
    let frame = timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(frame, Message::text("\"sync_now\""));
}

#[tokio::test]
async fn a_server_whose_listening_was_cut_off_listens_anew() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await;
    let kit = TestKit::new(at_other, kit.key, kit.enrolled);
    let mut socket = nudge_socket(&kit).await;
    timeout(SOON, socket.next()).await.unwrap();

    let look = one.cluster().unwrap().look().await;
    let cut = sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'fleet' AND query LIKE 'LISTEN%'",
    );
    let cut = cut.execute(&look).await.unwrap();
    assert_eq!(cut.rows_affected(), 2, "both servers listened");
    nudged(&mut socket).await;
    assert_eq!(one.site.reserve(kit.enrolled.kit, 1).await.0, StatusCode::CREATED);
    nudged(&mut socket).await;
    assert_eq!(kit.sync(Vec::new()).await.desired.reservations.len(), 1);
    other.stop().await;
    one.server.stop().await;
}

#[tokio::test]
async fn a_database_that_was_away_is_listened_to_anew_and_kits_are_left_alone_meanwhile() {
    let mut one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await;
    let kit = TestKit::new(at_other, kit.key, kit.enrolled);
    let mut socket = nudge_socket(&kit).await;
    timeout(SOON, socket.next()).await.unwrap();

    let cluster = one.cluster.as_mut().unwrap();
    cluster.stop();
    let nothing = timeout(Duration::from_secs(3), socket.next()).await;
    assert!(nothing.is_err(), "there is nothing to fetch: {nothing:?}");
    cluster.start_again();
    // Something may have passed unheard.
    nudged(&mut socket).await;
    assert_eq!(one.site.reserve(kit.enrolled.kit, 1).await.0, StatusCode::CREATED);
    nudged(&mut socket).await;
    other.stop().await;
    one.server.stop().await;
}

#[tokio::test]
async fn two_servers_never_book_a_kit_twice() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (_other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await.enrolled.kit;
    for hours in 1..=10 {
        let (here, there) = tokio::join!(one.site.reserve(kit, hours), at_other.reserve(kit, hours));
        let mut statuses = [here.0.as_u16(), there.0.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{here:?} {there:?}");
    }
}

#[tokio::test]
async fn faults_that_two_servers_hear_at_once_make_one_trail() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (_other, at_other) = one.another().await;
    let here = one.site.enrolled_kit("Kit 14").await;
    let there = one.site.enrolled_kit("Kit 15").await;
    let there = TestKit::new(at_other, there.key, there.enrolled);
    let kit = here.enrolled.kit;
    for (number, kind) in (1..=10).zip(Fault::ALL.iter().copied()) {
        let fault = || vec![event(number, reported(kind))];
        let (_, _, booked) = tokio::join!(
            here.sync(fault()),
            there.sync(fault()),
            one.site.reserve(kit, i64::from(number)),
        );
        assert_eq!(booked.0.as_u16(), 201, "{booked:?}");
    }
    audit_trail::verify(&one.server.app().store).await.unwrap();
}
