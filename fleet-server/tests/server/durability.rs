//! `kill -9` of the real server under load, alone and beside another: nothing that was acknowledged is lost.

use std::{path::Path, process::Stdio, sync::Arc, time::Duration};

use crate::{
    cluster::{self, Cluster},
    common::{Site, TestKit, event},
};
use fleet_api::{EventKind, Sequence, SyncResponse, paths};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Notify,
    task::JoinSet,
    time::timeout,
};

const KITS: usize = 6;
const SOON: Duration = Duration::from_mins(1);

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_fleet-server"))
}

pub(crate) async fn run(arguments: &[&str], data: &Path) -> String {
    succeed(program().args(arguments).arg("--data").arg(data)).await
}

async fn succeed(command: &mut Command) -> String {
    let output = command.output().await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A data directory whose database is on a PostgreSQL server; its administrator's token.
async fn init_on(cluster: &Cluster, data: &Path) -> String {
    let mut migrate = program();
    migrate.arg("migrate");
    migrate.env("FLEET_DATABASE", cluster.server().expose_secret());
    migrate.env("FLEET_OWNER_DATABASE", cluster.owner().expose_secret());
    succeed(&mut migrate).await;
    let mut init = program();
    init.env("FLEET_DATABASE", cluster.server().expose_secret());
    succeed(init.args(["init", "--data"]).arg(data)).await
}

async fn init(data: &Path) -> (Option<Cluster>, String) {
    if !cluster::is_wanted() {
        return (None, run(&["init"], data).await);
    }
    let cluster = Cluster::start();
    let token = init_on(&cluster, data).await;
    (Some(cluster), token)
}

/// Starts the real program and reads its addresses from what it prints.
pub(crate) async fn serve(data: &Path) -> (Child, String, String) {
    started(&mut serving(data)).await
}

/// The real program on free ports.
pub(crate) fn serving(data: &Path) -> Command {
    serving_by(program(), data)
}

fn serving_by(mut command: Command, data: &Path) -> Command {
    command.args([
        "serve",
        "--device-listen",
        "127.0.0.1:0",
        "--console-listen",
        "127.0.0.1:0",
    ]);
    command
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Its addresses, once it is there.
pub(crate) async fn started(command: &mut Command) -> (Child, String, String) {
    let mut child = command.spawn().unwrap();
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

fn site(data: &Path, device: String, console: String, token: String) -> Site {
    Site {
        device,
        console,
        server_authority: std::fs::read(data.join("server-ca.pem")).unwrap(),
        token,
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

#[tokio::test]
async fn a_server_takes_as_many_open_files_as_it_may_have() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (_cluster, _) = init(&data).await;
    let mut few_files = Command::new("sh");
    few_files.args(["-c", "ulimit -Sn 256 && exec \"$0\" \"$@\""]);
    few_files.arg(env!("CARGO_BIN_EXE_fleet-server"));
    let (child, _, _) = started(&mut serving_by(few_files, &data)).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id().unwrap())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files"));
    let allowed: Vec<_> = files.unwrap().split_whitespace().skip(3).take(2).collect();
    assert_eq!(allowed[0], allowed[1], "{limits}");
    assert_ne!(allowed[0], "256");
}

#[tokio::test]
async fn a_password_of_the_database_is_never_shown() {
    let directory = tempfile::tempdir().unwrap();
    for (number, connection) in [
        "postgres://fleet:opensesame@%2Fnowhere/fleet",
        "postgres://fleet:opensesame@127.0.0.1:port/fleet",
        "fleet:opensesame@127.0.0.1/fleet",
    ]
    .into_iter()
    .enumerate()
    {
        let mut init = program();
        init.env("FLEET_DATABASE", connection).env("RUST_LOG", "trace");
        init.args(["init", "--data"])
            .arg(directory.path().join(number.to_string()));
        let output = init.output().await.unwrap();
        assert!(!output.status.success());
        let shown = [output.stdout, output.stderr].concat();
        let shown = String::from_utf8_lossy(&shown);
        assert!(!shown.contains("opensesame"), "{shown}");
    }
}

#[tokio::test]
async fn a_beginning_that_came_to_nothing_can_be_made_again() {
    let cluster = Cluster::start();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut too_early = program();
    too_early.env("FLEET_DATABASE", cluster.server().expose_secret());
    let refused = too_early
        .args(["init", "--data"])
        .arg(&data)
        .output()
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("fleet-server migrate"));
    assert!(!init_on(&cluster, &data).await.is_empty());
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

#[tokio::test]
async fn a_token_that_was_revoked_opens_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let token = run(&["init"], &data).await;
    let (_server, device, console) = serve(&data).await;
    let site = Site {
        device,
        console,
        server_authority: std::fs::read(data.join("server-ca.pem")).unwrap(),
        token: token.clone(),
    };
    let look = async || site.rest(reqwest::Method::GET, "/api/v1/kits", None).await.0;
    assert_eq!(look().await, reqwest::StatusCode::OK);
    let visitor = crate::visitor::Visitor::log_in(&site).await;
    assert_eq!(visitor.get("/kits").await.0, reqwest::StatusCode::OK);
    let name = token.split('_').nth(1).unwrap();
    let tenant = ["--tenant", "Region"];
    let listed = run(&[&["tokens"][..], &tenant].concat(), &data).await;
    assert_eq!(listed, format!("{name} program"));
    run(&[&["revoke-token", "--token", name][..], &tenant].concat(), &data).await;
    assert_eq!(look().await, reqwest::StatusCode::UNAUTHORIZED);
    let page = visitor.get("/kits").await.0;
    assert_eq!(page, reqwest::StatusCode::SEE_OTHER, "its pages are closed too");
}
