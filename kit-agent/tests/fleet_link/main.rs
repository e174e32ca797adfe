//! The link against a real fleet server: enrolment, nudge, a server that goes away and comes back.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod site;

use std::sync::Arc;

use fleet_server::data_dir::DataDir;
use jiff::Timestamp;
use kit_agent::fleet::{ClientError, EnrolError, EventKind, StartError};

use site::{Site, enrol_at, enrol_at_any, reserve, reserve_at, serve, site, soon, start, until};

#[tokio::test]
async fn a_meeting_reaches_the_kit_and_can_be_joined_after_a_restart_without_a_server() {
    let directory = tempfile::tempdir().unwrap();
    let (data, state) = (directory.path().join("data"), directory.path().join("state"));
    let site = site(&data).await;
    assert!(matches!(start(&state), Err(StartError::NotEnrolled)));
    let device = site.server.device_address;
    enrol_at(device, &data, site.code.clone(), &state).await.unwrap();
    let link = start(&state).unwrap();
    assert_eq!(link.enrolment().kit_name.as_str(), "Kit 14");
    until(&link, |desired| desired.configuration_version.0 > 0).await;
    reserve(&site).await;
    let desired = until(&link, |desired| !desired.reservations.is_empty()).await;

    let Site { server, key, .. } = site;
    server.stop().await;
    link.shutdown().await;
    let link = start(&state).unwrap();
    assert_eq!(*link.desired().borrow(), desired, "joined without a server");
    let reservation = desired.reservations[0].id;
    link.record(EventKind::Wiped {
        reservation,
        confirmed: true,
    })
    .await
    .unwrap();

    let server = serve(&data, &device.to_string()).await;
    // Once the server has the receipt it no longer names the meeting.
    until(&link, |desired| desired.reservations.is_empty()).await;
    assert!(
        server
            .app()
            .store
            .reservation(key.tenant, reservation)
            .await
            .unwrap()
            .wiped
    );
    link.shutdown().await;
    server.stop().await;
}

#[tokio::test]
async fn a_kit_goes_on_with_its_other_server_when_one_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let (data, state) = (directory.path().join("data"), directory.path().join("state"));
    let Site { server, key, code } = site(&data).await;
    let other = serve(&data, "127.0.0.1:0").await;
    let addresses = [server.device_address, other.device_address];
    enrol_at_any(&addresses, &data, code, &state).await.unwrap();
    let link = start(&state).unwrap();
    until(&link, |desired| desired.configuration_version.0 > 0).await;

    // Whichever it is connected to goes, and takes what it would have told.
    let by_one = || async { server.app().nudges.is_connected(key).then_some(true) };
    let by_other = || async { other.app().nudges.is_connected(key).then_some(false) };
    let at_first = soon(|| async { by_one().await.or(by_other().await) }).await;
    let (gone, left) = if at_first {
        (server, other)
    } else {
        (other, server)
    };
    gone.stop().await;
    let reservation = reserve_at(&left, key).await;
    link.record(EventKind::HelpRequested).await.unwrap();
    until(&link, |desired| !desired.reservations.is_empty()).await;
    link.record(EventKind::Wiped {
        reservation,
        confirmed: true,
    })
    .await
    .unwrap();
    until(&link, |desired| desired.reservations.is_empty()).await;
    // And it is nudged from there.
    soon(|| async { left.app().nudges.is_connected(key).then_some(()) }).await;
    link.shutdown().await;
    left.stop().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_costs_no_code_but_another_tablet_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let site = site(&data).await;
    let (mine, another) = (directory.path().join("mine"), directory.path().join("another"));
    for _ in 0..2 {
        enrol_at(site.server.device_address, &data, site.code.clone(), &mine)
            .await
            .unwrap();
    }
    let refused = enrol_at(site.server.device_address, &data, site.code.clone(), &another).await;
    let Err(EnrolError::Server(ClientError::Refused { status: 403, detail })) = refused else {
        panic!("{refused:?}");
    };
    assert!(detail.contains("make a new code"), "{detail}");
    assert!(matches!(start(&another), Err(StartError::NotEnrolled)));
    for file in std::fs::read_dir(&mine).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else may read the kit's state");
    }
}

#[tokio::test]
async fn a_server_that_is_not_ours_learns_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (data, state) = (directory.path().join("data"), directory.path().join("state"));
    let site = site(&data).await;
    let elsewhere = directory.path().join("elsewhere");
    DataDir::create(&elsewhere, &["127.0.0.1".to_owned()], Timestamp::now()).unwrap();
    let refused = enrol_at(site.server.device_address, &elsewhere, site.code.clone(), &state).await;
    assert!(
        matches!(refused, Err(EnrolError::Server(ClientError::Unreachable(_)))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn in_a_meeting_what_cannot_wait_is_sent_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let (data, state) = (directory.path().join("data"), directory.path().join("state"));
    let site = site(&data).await;
    enrol_at(site.server.device_address, &data, site.code.clone(), &state)
        .await
        .unwrap();
    let link = start(&state).unwrap();
    until(&link, |desired| desired.configuration_version.0 > 0).await;
    link.set_quiet(true);
    reserve(&site).await;
    link.record(EventKind::HelpRequested).await.unwrap();
    until(&link, |desired| !desired.reservations.is_empty()).await;
    link.shutdown().await;
    site.server.stop().await;
}

#[tokio::test]
async fn debug_logs_hold_neither_link_nor_code() {
    let captured = tempfile::NamedTempFile::new().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(Arc::new(captured.reopen().unwrap()));
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let directory = tempfile::tempdir().unwrap();
    let (data, state) = (directory.path().join("data"), directory.path().join("state"));
    let site = site(&data).await;
    let secret = site.code.expose_secret_part().to_owned();
    enrol_at(site.server.device_address, &data, site.code.clone(), &state)
        .await
        .unwrap();
    enrol_at(
        site.server.device_address,
        &data,
        site.code.clone(),
        &directory.path().join("another"),
    )
    .await
    .unwrap_err();
    let link = start(&state).unwrap();
    until(&link, |desired| desired.configuration_version.0 > 0).await;
    reserve(&site).await;
    let desired = until(&link, |desired| !desired.reservations.is_empty()).await;
    tracing::debug!(?desired, "even when the whole state is logged");
    site.server.stop().await;
    link.shutdown().await;

    let log = std::fs::read(captured.path()).unwrap();
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("even when the whole state is logged"));
    for line in log.lines() {
        assert!(!line.contains("sesame") && !line.contains(&secret), "{line}");
    }
}
