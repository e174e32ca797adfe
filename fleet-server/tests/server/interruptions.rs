//! Whoever goes away in the middle: a caller, another server, the database itself.

use std::time::Duration;

use fleet_api::{CommandKind, TenantId};
use fleet_server::{
    audit::{Act, Actor},
    data_dir::DataDir,
    metrics::Port,
    store::KitKey,
};
use jiff::Timestamp;
use reqwest::{Method, StatusCode, header::RETRY_AFTER};
use serde_json::json;
use sqlx::PgPool;
use tokio::{
    io::AsyncWriteExt,
    time::{sleep, timeout},
};

use crate::{
    cluster::Cluster,
    common::{TestServer, problem},
    contract::REPLAYED,
    figures::{figure, figures, watched},
    patience::connect,
};

const SOON: Duration = Duration::from_secs(30);
/// Whoever waits for their turn to write in a tenant. The server's own work on all tenants waits elsewhere.
const WAITING: &str = "SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND NOT granted AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)";
/// A transaction that has its turn to write in a tenant and does not go on.
const ABANDONED: &str = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND state = 'idle in transaction'
      AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)";

async fn count(look: &PgPool, statement: &'static str, tenant: TenantId) -> i64 {
    let counted = sqlx::query_scalar(statement).bind(tenant.to_string());
    counted.fetch_one(look).await.unwrap()
}

/// Looks again and again; a wait of its own makes no sense of what another process does.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !is_so().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(SOON, looking).await.is_ok(), "{what}");
}

#[tokio::test]
async fn a_caller_who_hung_up_is_told_how_it_went_when_they_ask_again() {
    let server = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (municipality, at_municipality) = server.municipality("Granö").await;
    let kit = at_municipality.enrolled_kit("Kit 14").await.enrolled.kit;
    let (path, body) = (
        format!("/api/v1/kits/{kit}/commands"),
        json!({ "kind": "run_self_test" }),
    );
    let look = server.cluster().unwrap().look().await;
    let turn = |statement: &'static str| {
        sqlx::query(statement)
            .bind(municipality.to_string())
            .execute(&look)
    };
    turn("SELECT pg_advisory_lock(hashtextextended($1, 0))")
        .await
        .unwrap();

    let mut caller = connect(&server.site, server.server.console_address).await;
    let (token, content) = (&server.site.token, body.to_string());
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nidempotency-key: a\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{content}",
        content.len()
    );
    caller.write_all(request.as_bytes()).await.unwrap();
    until("the change waits for its turn", async || {
        count(&look, WAITING, municipality).await > 0
    })
    .await;
    drop(caller);
    let connected = server.server.app().metrics.connections(Port::Console);
    until("the server sees that they are gone", async || {
        connected.get() == 0
    })
    .await;
    turn("SELECT pg_advisory_unlock(hashtextextended($1, 0))")
        .await
        .unwrap();

    let again = server.site.post_once(&path, "a", &body).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.body);
    assert_eq!(again.header(&REPLAYED), "true");
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_of_a_change_keeps_nobody_waiting_for_long() {
    let server = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let tenant = server.tenant("Region").await;
    let look = server.cluster().unwrap().look().await;
    let paused = DataDir::open(&server.data.path().join("data")).unwrap();
    let paused = paused.store().await.unwrap();
    let act = Act::by(Actor::Operator, Timestamp::now());
    let mut change = Box::pin(paused.add_command(KitKey { tenant, kit }, CommandKind::RunSelfTest, &act));
    until("it has its turn", async || {
        // One step, and none before it is seen where that led.
        assert!(
            timeout(Duration::ZERO, &mut change).await.is_err(),
            "it was done at once"
        );
        count(&look, ABANDONED, tenant).await == 1
    })
    .await;

    let path = format!("/api/v1/kits/{kit}/commands");
    let other = server
        .site
        .rest(Method::POST, &path, Some(json!({ "kind": "run_self_test" })));
    let (status, body) = other.await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    let error = change.await.expect_err("its turn is over");
    assert!(error.passes(), "{error:?}");
}

#[tokio::test]
async fn a_database_that_is_away_is_told_as_such_and_found_again() {
    let mut server = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (watched, site) = watched(&server).await;
    let ask = async |path: &str| {
        let url = format!("{}{path}", site.console);
        let request = site.http(None).get(url).bearer_auth(&site.token);
        request.send().await.unwrap()
    };
    until("the first beat is felt", async || {
        ask("/api/v1/ready").await.status() == StatusCode::NO_CONTENT
    })
    .await;

    server.cluster.as_mut().unwrap().stop();
    assert_eq!(ask("/api/v1/health").await.status(), StatusCode::NO_CONTENT);
    for (path, kind) in [("/api/v1/ready", "unready"), ("/api/v1/kits", "unavailable")] {
        let answer = ask(path).await;
        assert!(answer.headers().contains_key(RETRY_AFTER), "{path}");
        let (status, body) = crate::common::read(answer).await;
        assert_eq!((status, problem(&body)), (StatusCode::SERVICE_UNAVAILABLE, kind));
    }
    let text = figures(&site, &watched).await;
    assert!(figure(&text, "fleet_database_up").abs() < f64::EPSILON, "{text}");
    assert!(figure(&text, "process_open_fds") > 1.0);

    server.cluster.as_mut().unwrap().start_again();
    until("it is found again", async || {
        ask("/api/v1/ready").await.status() == StatusCode::NO_CONTENT
    })
    .await;
    let text = figures(&site, &watched).await;
    assert!(
        (figure(&text, "fleet_database_up") - 1.0).abs() < f64::EPSILON,
        "{text}"
    );
}
