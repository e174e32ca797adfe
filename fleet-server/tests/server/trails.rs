//! The audit trail against whoever owns the database but not the server's key: what they cut off, change or swap is found, and
//! every tenant's trail is told of, not the first broken one alone.

use fleet_api::TenantId;
use fleet_server::{
    audit::{Act, AuditEvent},
    data_dir::DataDir,
    operator::audit_trail,
    store::Store,
};
use jiff::Timestamp;

use crate::{cluster::Cluster, common::TestServer};

/// What an owner of the database does first.
const TRIGGERS_OFF: &str =
    "DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_deleted;
    DROP TRIGGER IF EXISTS audit_end_stays";

/// Changes the database past the store.
async fn tamper(server: &TestServer, statement: &'static str) {
    if let Some(cluster) = server.cluster() {
        let mut owner = cluster.look().await.acquire().await.unwrap();
        sqlx::raw_sql("SET session_replication_role = replica")
            .execute(&mut *owner)
            .await
            .unwrap();
        sqlx::raw_sql(statement).execute(&mut *owner).await.unwrap();
        return;
    }
    let file = server.data.path().join("data/fleet.db");
    let owner = sqlx::SqlitePool::connect(file.to_str().unwrap()).await.unwrap();
    sqlx::raw_sql(TRIGGERS_OFF).execute(&owner).await.unwrap();
    sqlx::raw_sql(statement).execute(&owner).await.unwrap();
    owner.close().await;
}

/// A region and a municipality, each with some entries.
async fn two_trails() -> (TestServer, TenantId) {
    let server = TestServer::start().await;
    let (grano, _) = server.municipality("Granö kommun").await;
    let region = server.tenant("Region").await;
    for _ in 0..3 {
        look(&server.server.app().store, grano).await;
        look(&server.server.app().store, region).await;
    }
    audit_trail::verify(&server.server.app().store).await.unwrap();
    (server, grano)
}

async fn look(store: &Store, tenant: TenantId) {
    let looked = AuditEvent::AuditRead { entries: 1 };
    store
        .record(tenant, &Act::from(Timestamp::now()), &looked)
        .await
        .unwrap();
}

async fn complaint(server: &TestServer) -> String {
    let broken = audit_trail::verify(&server.server.app().store).await.unwrap_err();
    format!("{broken:#}")
}

#[tokio::test]
async fn whatever_is_cut_off_changed_or_swapped_is_found_and_the_others_are_told_of_too() {
    let cases = [
        (
            "DELETE FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region')
                 AND sequence >= 4",
            "entry 4 is missing",
        ),
        (
            "DELETE FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region')",
            "entry 1 is missing",
        ),
        (
            "DELETE FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region')
                 AND sequence = 3",
            "entry 3 is missing",
        ),
        (
            "UPDATE audit SET actor = 'nobody' WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region')
                 AND sequence = 3",
            "entry 3 was changed",
        ),
        (
            "UPDATE audit SET on_behalf_of = tenant_id
             WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region') AND sequence = 3",
            "entry 3 was changed",
        ),
        (
            "DELETE FROM audit_ends WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region')",
            "its end is not sealed",
        ),
        (
            "UPDATE audit_ends SET sequence = 3, hash = (SELECT hash FROM audit a
                 WHERE a.tenant_id = audit_ends.tenant_id AND a.sequence = 3)
             WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region');
             DELETE FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region')
                 AND sequence > 3",
            "not made with this server's link.key",
        ),
        (
            "DELETE FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region');
             INSERT INTO audit SELECT (SELECT tenant_id FROM tenants WHERE name = 'Region'), sequence, at, actor,
                 on_behalf_of, event, previous_hash, hash
             FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Granö kommun')",
            "entry 1 was changed",
        ),
        (
            "DELETE FROM audit WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region');
             DELETE FROM audit_ends WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Region');
             INSERT INTO audit_ends SELECT (SELECT tenant_id FROM tenants WHERE name = 'Region'), sequence, hash, seal
             FROM audit_ends WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = 'Granö kommun')",
            "not made with this server's link.key",
        ),
    ];
    for (statement, expected) in cases {
        let (server, _) = two_trails().await;
        tamper(&server, statement).await;
        let said = complaint(&server).await;
        assert!(
            said.contains("Region: BROKEN") && said.contains(expected),
            "{statement}: {said}"
        );
        assert!(
            said.contains("Granö kommun: ") && said.contains("whole"),
            "{said}"
        );
        assert!(said.contains("broken: 1"), "{said}");
    }
}

#[tokio::test]
async fn what_was_cut_off_stays_missing_however_the_trail_goes_on() {
    let (server, grano) = two_trails().await;
    let store = &server.server.app().store;
    tamper(&server, "DELETE FROM audit WHERE sequence > 3").await;
    look(store, grano).await;
    look(store, server.tenant("Region").await).await;
    let said = complaint(&server).await;
    assert!(
        said.contains("broken: 2") && said.contains("entry 4 is missing"),
        "{said}"
    );
    let newest = store.audit_newest(grano, 2).await.unwrap();
    assert!(
        newest[1].event.contains("cut_off"),
        "the trail says so itself: {newest:?}"
    );
}

#[tokio::test]
async fn an_end_that_was_forged_is_told_of_after_it_was_sealed_anew_too() {
    let (server, grano) = two_trails().await;
    tamper(
        &server,
        "DELETE FROM audit WHERE sequence > 3;
         UPDATE audit_ends SET sequence = 3, hash = (SELECT hash FROM audit a
             WHERE a.tenant_id = audit_ends.tenant_id AND a.sequence = 3)",
    )
    .await;
    look(&server.server.app().store, grano).await;
    let said = complaint(&server).await;
    assert!(
        said.contains("before entry 4 its seal was not this server's"),
        "{said}"
    );
}

#[tokio::test]
async fn trails_that_are_older_than_seals_are_sealed_once_and_say_so() {
    let (server, grano) = two_trails().await;
    let store = &server.server.app().store;
    tamper(&server, "DELETE FROM audit_ends").await;
    assert!(complaint(&server).await.contains("broken: 2"));
    let before = store.newest_entry(grano).await.unwrap();
    for _ in 0..2 {
        store.seal_trails(Timestamp::now()).await.unwrap();
        assert_eq!(store.newest_entry(grano).await.unwrap(), before + 1);
    }
    let lines = audit_trail::verify(store).await.unwrap();
    let noted = format!("sealed anew by entry {} (no_seal)", before + 1);
    assert!(lines.iter().any(|line| line.contains(&noted)), "{lines:?}");
}

#[tokio::test]
async fn what_an_older_server_writes_meanwhile_is_taken_into_the_sealed_trail_and_named() {
    let (server, grano) = two_trails().await;
    let store = &server.server.app().store;
    tamper(&server, "CREATE TABLE older AS SELECT * FROM audit_ends").await;
    look(store, grano).await;
    tamper(
        &server,
        "UPDATE audit_ends SET sequence = (SELECT sequence FROM older o WHERE o.tenant_id = audit_ends.tenant_id),
             hash = (SELECT hash FROM older o WHERE o.tenant_id = audit_ends.tenant_id),
             seal = (SELECT seal FROM older o WHERE o.tenant_id = audit_ends.tenant_id)",
    )
    .await;
    let said = complaint(&server).await;
    assert!(said.contains("was written past the sealed end"), "{said}");
    look(store, grano).await;
    let lines = audit_trail::verify(store).await.unwrap();
    assert!(
        lines.iter().any(|line| line.contains("(written_past)")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn two_servers_that_write_at_once_make_one_sealed_trail() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (other, _) = one.another().await;
    let region = one.tenant("Region").await;
    let (here, there) = (&one.server.app().store, &other.app().store);
    let before = here.newest_entry(region).await.unwrap();
    for _ in 0..10 {
        tokio::join!(
            look(here, region),
            look(there, region),
            look(here, region),
            look(there, region)
        );
    }
    let lines = audit_trail::verify(there).await.unwrap();
    let entries = format!("Region: {} entries, whole", before + 40);
    assert!(lines[0].starts_with(&entries), "{lines:?}");
    assert!(!lines[0].contains("sealed anew"), "{lines:?}");
    other.stop().await;
}

#[tokio::test]
async fn a_database_that_is_missing_or_empty_is_refused_and_never_made_by_checking_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let directory = DataDir::create(&path, &["localhost".to_owned()], Timestamp::now()).unwrap();
    let file = path.join("fleet.db");
    for empty in [false, true] {
        if empty {
            std::fs::write(&file, []).unwrap();
        }
        let refused = directory.store_that_is_there().await.unwrap_err();
        assert!(refused.to_string().contains("is missing or empty"), "{refused:#}");
        assert_eq!(file.exists(), empty);
        assert!(!path.join("fleet.db-wal").exists());
    }
    // Tables alone are no trail either.
    let store = directory.store().await.unwrap();
    let refused = audit_trail::verify(&store).await.unwrap_err();
    assert!(refused.to_string().contains("no tenant"), "{refused:#}");
    store.close().await;
}

#[tokio::test]
async fn an_export_is_read_strictly_and_holds_what_was_noted() {
    let (server, _) = two_trails().await;
    let store = &server.server.app().store;
    let lines = audit_trail::verify(store).await.unwrap();
    let noted = |name: &str| {
        let line = lines.iter().find(|line| line.starts_with(name)).unwrap();
        Some(line.rsplit(' ').next().unwrap().parse().unwrap())
    };
    let export = audit_trail::export(store, "Region").await.unwrap();
    let file = server.data.path().join("trail.jsonl");
    let check = |lines: &[String], noted| {
        std::fs::write(&file, lines.join("\n")).unwrap();
        audit_trail::verify_file(&file, noted).map_err(|error| format!("{error:#}"))
    };
    check(&export, noted("Region")).unwrap();
    let cut_off = &export[..export.len() - 2];
    check(cut_off, None).unwrap();
    for (lines, expected) in [
        (cut_off, "is missing"),
        (&export[1..], "is missing"),
        (&[], "holds no entry"),
    ] {
        let refused = check(lines, noted("Region")).unwrap_err();
        assert!(refused.contains(expected), "{refused}");
    }
    let of_another = check(&export, noted("Granö")).unwrap_err();
    assert!(
        of_another.contains("is not the one that was expected"),
        "{of_another}"
    );
    for (from, to) in [
        ("{", "{\"approved\":true,"),
        ("Z\",\"actor\"", "0001Z\",\"actor\""),
        ("\"on_behalf_of\":null,", ""),
        ("\"on_behalf_of\":null", "\"on_behalf_of\":\"\""),
    ] {
        let mut changed = export.clone();
        changed[1] = changed[1].replacen(from, to, 1);
        assert_ne!(changed, export, "{from}");
        check(&changed, None).unwrap_err();
    }
}
