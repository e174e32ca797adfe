//! The server's own command line: what it makes, what it refuses, and what it never shows.

use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use tokio::process::Command;

use crate::{
    cluster::Cluster,
    program::{init, init_on, program, run, serve, serving_by, site, started},
    visitor::Visitor,
};

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
    let again = program()
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
    let site = site(&data, device, console, token.clone());
    let look = async || site.rest(Method::GET, "/api/v1/kits", None).await.0;
    assert_eq!(look().await, StatusCode::OK);
    let visitor = Visitor::log_in(&site).await;
    assert_eq!(visitor.get("/kits").await.0, StatusCode::OK);
    let name = token.split('_').nth(1).unwrap();
    let tenant = ["--tenant", "Region"];
    let listed = run(&[&["tokens"][..], &tenant].concat(), &data).await;
    assert_eq!(listed, format!("{name} program"));
    run(&[&["revoke-token", "--token", name][..], &tenant].concat(), &data).await;
    assert_eq!(look().await, StatusCode::UNAUTHORIZED);
    let page = visitor.get("/kits").await.0;
    assert_eq!(page, StatusCode::SEE_OTHER, "its pages are closed too");
}
