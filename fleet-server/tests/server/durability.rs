//! `kill -9` of the real server under load, alone and beside another: nothing that was acknowledged is lost.

use std::sync::Arc;

use fleet_api::{EventKind, Sequence, SyncResponse, paths};
use tokio::{sync::Notify, task::JoinSet, time::timeout};

use crate::{
    cluster::Cluster,
    common::{TestKit, event},
    program::{SOON, init, init_on, serve, site},
};

const KITS: usize = 6;

/// Sends one event after the other until the server is gone; returns the last that was acknowledged.
async fn report_until_cut_off(kit: &TestKit, enough: &Notify) -> Sequence {
    let mut acknowledged = Sequence(0);
    loop {
        let next = event(acknowledged.0 + 1, EventKind::HelpRequested);
        let url = format!("{}{}", kit.site.device, paths::SYNC);
        let Ok(response) = kit.http.post(url).json(&kit.request(vec![next])).send().await else {
            return acknowledged;
        };
        #[expect(clippy::disallowed_methods, reason = "the answer of the test's own server")]
        let Ok(answer) = response.json::<SyncResponse>().await else {
            return acknowledged;
        };
        acknowledged = answer.acknowledged_up_to;
        if acknowledged == Sequence(20) {
            enough.notify_one();
        }
    }
}

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_when_the_server_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (_cluster, token) = init(&data).await;
    let (mut child, device, console) = serve(&data).await;
    let site = site(&data, device, console, token);

    let enough = Arc::new(Notify::new());
    let mut load = JoinSet::new();
    for n in 0..KITS {
        let kit = site.enrolled_kit(&format!("Kit {n}")).await;
        let enough = enough.clone();
        load.spawn(async move {
            let acknowledged = report_until_cut_off(&kit, &enough).await;
            (kit, acknowledged)
        });
    }
    timeout(SOON, enough.notified())
        .await
        .expect("the load gets going");
    child.kill().await.unwrap();

    let (_child, device, _) = serve(&data).await;
    let mut checked = 0;
    while let Some(finished) = load.join_next().await {
        let (mut kit, acknowledged) = finished.unwrap();
        kit.site.device.clone_from(&device);
        let stored = kit.sync(Vec::new()).await.acknowledged_up_to;
        assert!(
            stored >= acknowledged,
            "{stored:?} stored, {acknowledged:?} acknowledged"
        );
        assert!(
            stored.0 <= acknowledged.0 + 1,
            "at most the one that was under way is stored unacknowledged"
        );
        checked += acknowledged.0;
    }
    assert!(checked >= 20, "the load was real: {checked}");
}

/// Sends events up to a number, each until one of the servers has acknowledged it; goes on to the next server where one
/// does not answer.
async fn report_to_any(kit: &TestKit, servers: &[String], until: Sequence, enough: &Notify) -> Sequence {
    let (mut acknowledged, mut failures) = (Sequence(0), 0);
    while acknowledged < until {
        let next = event(acknowledged.0 + 1, EventKind::HelpRequested);
        let url = format!("{}{}", servers[failures % servers.len()], paths::SYNC);
        let answer = match kit.http.post(url).json(&kit.request(vec![next])).send().await {
            #[expect(clippy::disallowed_methods, reason = "the answer of the test's own server")]
            Ok(response) => response.json::<SyncResponse>().await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => acknowledged = answer.acknowledged_up_to,
            Err(_) => failures += 1,
        }
        if acknowledged == Sequence(20) {
            enough.notify_one();
        }
    }
    assert!(
        failures <= servers.len(),
        "the other server takes over at once: {failures}"
    );
    acknowledged
}

#[tokio::test]
async fn kits_go_on_with_the_other_server_when_one_of_two_is_killed() {
    const UNTIL: Sequence = Sequence(60);
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let cluster = Cluster::start();
    let token = init_on(&cluster, &data).await;
    let (mut victim, device, console) = serve(&data).await;
    let (_survivor, other_device, _) = serve(&data).await;
    let site = site(&data, device.clone(), console, token);

    let enough = Arc::new(Notify::new());
    let mut load = JoinSet::new();
    for n in 0..KITS {
        let kit = site.enrolled_kit(&format!("Kit {n}")).await;
        let mut servers = vec![device.clone(), other_device.clone()];
        servers.rotate_left(n % 2);
        let enough = enough.clone();
        load.spawn(async move { report_to_any(&kit, &servers, UNTIL, &enough).await });
    }
    timeout(SOON, enough.notified())
        .await
        .expect("the load gets going");
    victim.kill().await.unwrap();
    while let Some(finished) = timeout(SOON, load.join_next()).await.expect("kits go on") {
        assert_eq!(finished.unwrap(), UNTIL);
    }

    let kept: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE sequence BETWEEN 1 AND 60) FROM events GROUP BY kit_id",
    )
    .fetch_all(&cluster.look().await)
    .await
    .unwrap();
    assert_eq!(kept, [(60, 60); KITS], "each event once");
}
