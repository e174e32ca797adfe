//! `kill -9` of the real server under load: nothing that was acknowledged is lost.

use std::{path::Path, process::Stdio, sync::Arc, time::Duration};

use crate::common::{Site, TestKit, event};
use fleet_api::{EventKind, Sequence, SyncResponse, paths};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Notify,
    task::JoinSet,
    time::timeout,
};

const KITS: usize = 6;
const SOON: Duration = Duration::from_mins(1);

pub(crate) async fn run(arguments: &[&str], data: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_fleet-server"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Starts the real program and reads its addresses from what it prints.
pub(crate) async fn serve(data: &Path) -> (Child, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fleet-server"))
        .args([
            "serve",
            "--device-listen",
            "127.0.0.1:0",
            "--console-listen",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(data)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut address = async |prefix: &str| {
        let line = timeout(SOON, lines.next_line()).await.unwrap().unwrap().unwrap();
        line.strip_prefix(prefix).unwrap().to_owned()
    };
    let (device, console) = (address("kits: ").await, address("console: ").await);
    (child, device, console)
}

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
    let token = run(&["init"], &data).await;
    let (mut child, device, console) = serve(&data).await;
    let server_authority = std::fs::read(data.join("server-ca.pem")).unwrap();
    let site = Site {
        device,
        console,
        server_authority,
        token,
    };

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

#[tokio::test]
async fn a_data_directory_is_never_made_over_another() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&["init"], &data).await;
    let again = Command::new(env!("CARGO_BIN_EXE_fleet-server"))
        .args(["init", "--data"])
        .arg(&data)
        .output()
        .await
        .unwrap();
    assert!(!again.status.success());
}
