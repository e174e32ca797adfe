//! A backup of a server that runs, restored beside it: the same kits, the same meetings, the same audit trail.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    cluster::{self, Cluster},
    common::{TestKit, TestServer},
};
use fleet_server::{
    data_dir::DataDir,
    operator::{audit_trail, backup},
    server::Server,
};

async fn restored(server: &TestServer, backup: &Path, cluster: Option<&Cluster>) -> Server {
    let data = server.data.path().join("restored");
    let (owner, role) = (cluster.map(Cluster::owner), cluster.map(Cluster::server));
    backup::restore(backup, &data, owner.as_ref().zip(role.as_ref()))
        .await
        .unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    Server::start(&DataDir::open(&data).unwrap(), any, any)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_backup_of_a_running_server_comes_back_whole() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    server.site.reserve(kit.enrolled.kit, 1).await;
    let data = server.data.path().join("data");
    std::fs::write(data.join("alerts.toml"), "webhooks_over_http = true\n").unwrap();
    let directory = DataDir::open(&data).unwrap();
    let backup = server.data.path().join("backup");
    let owner = server.cluster().map(Cluster::owner);
    backup::back_up(&directory, &backup, true, owner.as_ref())
        .await
        .unwrap();
    for file in std::fs::read_dir(&backup).unwrap().map(Result::unwrap) {
        let mode = file.metadata().unwrap().permissions().mode();
        let public = file.file_name().to_string_lossy().ends_with("ca.pem");
        assert!(
            public || mode.trailing_zeros() >= 6,
            "{file:?} is for us alone: {mode:o}"
        );
    }
    // What comes later is not in it.
    server.site.reserve(kit.enrolled.kit, 3).await;

    let elsewhere = cluster::is_wanted().then(Cluster::start);
    let restored = restored(&server, &backup, elsewhere.as_ref()).await;
    let mut site = server.site.clone();
    site.device = format!("https://{}", restored.device_address);
    let kit = TestKit::new(site, kit.key, kit.enrolled);
    let desired = kit.sync(Vec::new()).await.desired;
    assert_eq!(
        desired.reservations.len(),
        1,
        "the kit goes on with the same certificate"
    );
    assert_eq!(
        desired.reservations[0].link.expose(),
        crate::common::LINK,
        "its key came along"
    );
    assert!(
        restored.app().alerts.webhooks_over_http,
        "what the operator wrote came along"
    );
    let trails = audit_trail::verify(&restored.app().store).await.unwrap();
    assert!(
        !trails.concat().contains("sealed anew"),
        "its seals came along: {trails:?}"
    );
    let trail = audit_trail::export(&restored.app().store, "Region")
        .await
        .unwrap();
    assert!(
        trail.concat().contains("backup_made"),
        "the copy itself says that it is one"
    );

    let again = backup::back_up(&directory, &backup, true, owner.as_ref()).await;
    assert!(again.is_err(), "a backup never overwrites another");
    restored.stop().await;
}

#[tokio::test]
async fn a_backup_without_keys_holds_none_and_waits_for_them() {
    let server = TestServer::start().await;
    let data = server.data.path().join("data");
    std::fs::write(data.join("alerts.toml"), "webhooks_over_http = true\n").unwrap();
    let directory = DataDir::open(&data).unwrap();
    let backup = server.data.path().join("backup");
    let owner = server.cluster().map(Cluster::owner);
    backup::back_up(&directory, &backup, false, owner.as_ref())
        .await
        .unwrap();
    let names: Vec<_> = std::fs::read_dir(&backup)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names == ["fleet.db"] || names == ["fleet.pgdump"], "{names:?}");
    let refused = backup::restore(&backup, &server.data.path().join("restored"), None).await;
    assert!(refused.unwrap_err().to_string().contains("has no keys"));
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_leaves_nothing_in_the_way_of_a_whole_one() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    server.site.reserve(kit.enrolled.kit, 1).await;
    let directory = DataDir::open(&server.data.path().join("data")).unwrap();
    let owner = server.cluster().map(Cluster::owner);
    let whole = server.data.path().join("whole");
    if owner.is_some() {
        let refused = backup::back_up(&directory, &whole, true, None).await;
        assert!(refused.unwrap_err().to_string().contains("--owner"));
    }
    backup::back_up(&directory, &whole, true, owner.as_ref())
        .await
        .unwrap();

    let elsewhere = cluster::is_wanted().then(Cluster::start);
    let to = server.data.path().join("restored");
    let (owner, role) = (
        elsewhere.as_ref().map(Cluster::owner),
        elsewhere.as_ref().map(Cluster::server),
    );
    let restore = async |from: &Path| backup::restore(from, &to, owner.as_ref().zip(role.as_ref())).await;
    let damaged = damaged_copy(&whole, "damaged", |name, content| {
        if name.starts_with("fleet.") {
            let third = content.len() / 3;
            content[third..].fill(0);
        }
    });
    let refused = restore(&damaged).await.unwrap_err();
    assert!(!to.exists(), "{refused:#}");
    if elsewhere.is_none() {
        let strange = damaged_copy(&whole, "strange", |name, content| {
            if name == "link.key" {
                content.reverse();
            }
        });
        let refused = format!("{:#}", restore(&strange).await.unwrap_err());
        assert!(refused.contains("link.key"), "{refused}");
    }
    restored(&server, &whole, elsewhere.as_ref()).await.stop().await;
}

/// A copy beside the original, with each file's content changed.
fn damaged_copy(whole: &Path, name: &str, change: impl Fn(&str, &mut Vec<u8>)) -> PathBuf {
    let copy = whole.with_file_name(name);
    std::fs::create_dir(&copy).unwrap();
    for file in std::fs::read_dir(whole).unwrap().map(Result::unwrap) {
        let name = file.file_name().into_string().unwrap();
        let mut content = std::fs::read(file.path()).unwrap();
        change(&name, &mut content);
        std::fs::write(copy.join(name), content).unwrap();
    }
    copy
}

#[test]
fn no_program_begins_anew_where_the_database_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let run = |command: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_fleet-server"));
        program
            .args([command, "--data"])
            .arg(&data)
            .args(["--tenant", "Region"]);
        program.env_remove("FLEET_DATABASE").output().unwrap()
    };
    assert!(run("init").status.success());
    assert!(run("tokens").status.success());
    for name in ["fleet.db", "fleet.db-wal", "fleet.db-shm"] {
        let _ = std::fs::remove_file(data.join(name));
    }
    let refused = run("tokens");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("restore it from a backup"),
        "{said}"
    );
    assert!(!data.join("fleet.db").exists(), "none was made");
}
