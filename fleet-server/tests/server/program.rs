//! The real program: its commands carried out, and its servers on free ports.

use std::{path::Path, process::Stdio, time::Duration};

use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{
    cluster::{self, Cluster},
    common::Site,
};

/// Longer than anything here takes.
pub(crate) const SOON: Duration = Duration::from_mins(1);

pub(crate) fn program() -> Command {
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
pub(crate) async fn init_on(cluster: &Cluster, data: &Path) -> String {
    let mut migrate = program();
    migrate.arg("migrate");
    migrate.env("FLEET_DATABASE", cluster.server().expose_secret());
    migrate.env("FLEET_OWNER_DATABASE", cluster.owner().expose_secret());
    succeed(&mut migrate).await;
    let mut init = program();
    init.env("FLEET_DATABASE", cluster.server().expose_secret());
    succeed(init.args(["init", "--data"]).arg(data)).await
}

/// A data directory, its database where tests are run on; its administrator's token.
pub(crate) async fn init(data: &Path) -> (Option<Cluster>, String) {
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

pub(crate) fn serving_by(mut command: Command, data: &Path) -> Command {
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

/// Where it answers, to whoever has this token.
pub(crate) fn site(data: &Path, device: String, console: String, token: String) -> Site {
    Site {
        device,
        console,
        server_authority: std::fs::read(data.join("server-ca.pem")).unwrap(),
        token,
    }
}
