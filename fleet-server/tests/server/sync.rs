//! The round trip: what is acknowledged, what is desired, what is refused; and the nudge.

use std::{sync::Arc, time::Duration};

use crate::common::{TestKit, TestServer, event, problem};
use fleet_api::{CommandId, EventKind, ReservationId, Sequence, SpoolId, paths};
use futures_util::StreamExt;
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::{client_async, tungstenite::Message};

/// Longest wait for something that should happen at once.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_kit_whose_clock_stands_at_the_end_of_all_time_breaks_nothing() {
    let server = TestServer::start().await;
    let mut kit = server.site.enrolled_kit("Kit 14").await;
    let (_, booked) = server.site.reserve(kit.enrolled.kit, 0).await;
    let reservation: ReservationId = booked["id"].as_str().unwrap().parse().unwrap();
    for at in [Timestamp::MAX, Timestamp::MIN] {
        kit.spool = SpoolId::generate();
        let mut joined = event(1, EventKind::MeetingJoined { reservation });
        let mut again = event(2, EventKind::MeetingJoined { reservation });
        (joined.event.at, again.event.at) = (at, at);
        kit.sync(vec![joined]).await;
        kit.sync(vec![again]).await;
        let mut request = kit.request(Vec::new());
        request.state = Some(serde_json::from_value(json!({ "looked_at": at })).unwrap());
        let (status, body) = kit.post(paths::SYNC, &request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let path = format!("/api/v1/municipalities/{}", kit.enrolled.tenant);
        let month = Timestamp::now().strftime("%Y-%m");
        for path in ["/api/v1/kits".to_owned(), format!("{path}/follow-up/{month}")] {
            let (status, body) = server.site.rest(Method::GET, &path, None).await;
            assert_eq!(status, StatusCode::OK, "{path}: {body}");
        }
    }
}

#[tokio::test]
async fn events_are_acknowledged_once_however_often_they_are_sent() {
    let server = TestServer::start().await;
    let mut kit = server.site.enrolled_kit("Kit 14").await;
    assert_eq!(kit.sync(Vec::new()).await.acknowledged_up_to, Sequence(0));
    let events = vec![
        event(1, EventKind::HelpRequested),
        event(2, EventKind::HelpRequested),
    ];
    for _ in 0..3 {
        assert_eq!(kit.sync(events.clone()).await.acknowledged_up_to, Sequence(2));
    }
    assert_eq!(kit.sync(Vec::new()).await.acknowledged_up_to, Sequence(2));
    // A kit whose disk was lost begins a new spool; its first event is not taken for an old one.
    kit.spool = SpoolId::generate();
    assert_eq!(kit.sync(Vec::new()).await.acknowledged_up_to, Sequence(0));
    assert_eq!(
        kit.sync(events[..1].to_vec()).await.acknowledged_up_to,
        Sequence(1)
    );
}

#[tokio::test]
async fn a_reservation_reaches_its_kit_and_no_other() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let neighbour = server.site.enrolled_kit("Kit 15").await;
    let stranger = server.other_tenant().await.enrolled_kit("Kit 14").await;
    let (status, body) = server.site.reserve(kit.enrolled.kit, 1).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert!(
        !body.to_string().contains("sesame"),
        "people do not get the link back"
    );

    let desired = kit.sync(Vec::new()).await.desired;
    assert_eq!(desired.reservations.len(), 1);
    assert_eq!(desired.reservations[0].link.expose(), crate::common::LINK);
    for other in [&neighbour, &stranger] {
        assert!(other.sync(Vec::new()).await.desired.reservations.is_empty());
    }

    let path = format!("/api/v1/reservations/{}", body["id"].as_str().unwrap());
    assert_eq!(
        server.site.rest(Method::DELETE, &path, None).await.0,
        StatusCode::NO_CONTENT
    );
    assert!(kit.sync(Vec::new()).await.desired.reservations.is_empty());
}

#[tokio::test]
async fn a_wiped_meeting_and_a_done_command_are_not_sent_again() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let stranger = server.other_tenant().await.enrolled_kit("Kit 14").await;
    let (_, body) = server.site.reserve(kit.enrolled.kit, 1).await;
    let reservation: ReservationId = body["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/api/v1/kits/{}/commands", kit.enrolled.kit);
    let (status, body) = server
        .site
        .rest(Method::POST, &path, Some(json!({ "kind": "run_self_test" })))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let command: CommandId = body["id"].as_str().unwrap().parse().unwrap();

    let finish = |confirmed| {
        vec![
            event(
                1,
                EventKind::Wiped {
                    reservation,
                    confirmed,
                },
            ),
            event(2, EventKind::CommandDone { command }),
        ]
    };
    stranger.sync(finish(true)).await;
    let desired = kit.sync(Vec::new()).await.desired;
    assert_eq!(
        (desired.reservations.len(), desired.commands.len()),
        (1, 1),
        "another kit's word counts nothing"
    );
    kit.sync(vec![event(
        1,
        EventKind::Wiped {
            reservation,
            confirmed: false,
        },
    )])
    .await;
    assert_eq!(
        kit.sync(Vec::new()).await.desired.reservations.len(),
        1,
        "an unconfirmed wipe is none"
    );
    kit.sync(vec![event(2, EventKind::CommandDone { command })]).await;
    let confirmed = event(
        3,
        EventKind::Wiped {
            reservation,
            confirmed: true,
        },
    );
    let desired = kit.sync(vec![confirmed]).await.desired;
    assert_eq!((desired.reservations.len(), desired.commands.len()), (0, 0));
}

#[tokio::test]
async fn what_is_too_large_too_much_or_out_of_order_is_refused() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let too_large = json!({ "padding": "x".repeat(300 * 1024) });
    let (status, body) = kit.post(paths::SYNC, &too_large).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    );

    let many = (1..=201).map(|n| event(n, EventKind::HelpRequested)).collect();
    let backwards = vec![
        event(2, EventKind::HelpRequested),
        event(1, EventKind::HelpRequested),
    ];
    for events in [many, backwards, vec![event(0, EventKind::HelpRequested)]] {
        let (status, body) = kit.post(paths::SYNC, &kit.request(events)).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "sync")
        );
    }
    for body in [json!({}), json!([]), json!({ "spool": "x" }), Value::Null] {
        assert_eq!(
            kit.post(paths::SYNC, &body).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let (status, body) = server
        .site
        .enrol(&"A".repeat(40 * 1024), &rcgen::KeyPair::generate().unwrap())
        .await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    );
    assert_eq!(
        kit.sync(Vec::new()).await.acknowledged_up_to,
        Sequence(0),
        "nothing of it was kept"
    );
}

pub(crate) type Nudges = tokio_tungstenite::WebSocketStream<tokio_rustls::client::TlsStream<TcpStream>>;

pub(crate) async fn nudge_socket(kit: &TestKit) -> Nudges {
    let address = kit.site.device.strip_prefix("https://").unwrap();
    let tls = kit.site.tls(Some((kit.enrolled.certificate.as_str(), &kit.key)));
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(tls))
        .connect(name, stream)
        .await
        .unwrap();
    client_async(format!("wss://{address}{}", paths::NUDGE), stream)
        .await
        .unwrap()
        .0
}

#[tokio::test]
async fn a_nudge_reaches_the_kit_it_is_for_as_soon_as_something_changes() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let mut socket = nudge_socket(&kit).await;
    // The server greets with a ping; from then on it knows the connection.
    assert!(matches!(
        timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap(),
        Message::Ping(_)
    ));
    server.site.reserve(kit.enrolled.kit, 1).await;
    let frame = timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(frame, Message::text("\"sync_now\""));

    let mut second = nudge_socket(&kit).await;
    timeout(SOON, second.next()).await.unwrap();
    let end = timeout(SOON, socket.next()).await.unwrap();
    assert!(
        matches!(end, Some(Ok(Message::Close(_)) | Err(_)) | None),
        "one connection per kit: {end:?}"
    );

    server.server.stop().await;
    let end = timeout(SOON, second.next())
        .await
        .expect("stopping the server ends the connection");
    assert!(!matches!(end, Some(Ok(Message::Text(_)))), "{end:?}");
}
