//! The link against a real fleet server: enrolment, nudge, a server that goes away and comes back.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

use std::{
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use fleet_api::{EnrolmentCode, MeetingLink, NeutralTitle, ReservationId};
use fleet_server::{
    data_dir::DataDir,
    identity::secret,
    server::Server,
    store::{KitKey, NewCode, NewReservation, NewTenant, Settings},
};
use jiff::{SignedDuration, Timestamp};
use kit_agent::fleet::{
    ClientError, DesiredState, EnrolError, EnrolOptions, EventKind, FleetConfig, FleetLink, StartError, enrol,
};
use tokio::time::timeout;
use tracing_subscriber::fmt::MakeWriter;

/// Longest wait for something that should happen within seconds, or when a kit has let up to a minute pass so that not all
/// kits of a lost server come at once.
const SOON: Duration = Duration::from_mins(2);

struct Site {
    server: Server,
    key: KitKey,
    code: EnrolmentCode,
}

async fn serve(data: &Path, device: &str) -> Server {
    let directory = DataDir::open(data).unwrap();
    Server::start(
        &directory,
        device.parse().unwrap(),
        "127.0.0.1:0".parse().unwrap(),
    )
    .await
    .unwrap()
}

async fn site(data: &Path) -> Site {
    let now = Timestamp::now();
    DataDir::create(data, &["127.0.0.1".to_owned()], now).unwrap();
    let server = serve(data, "127.0.0.1:0").await;
    let store = &server.app().store;
    let new = NewTenant {
        name: "Region".to_owned(),
        settings: Settings::default(),
    };
    let tenant = store.add_tenant(&new, now).await.unwrap();
    let kit = store
        .kit_named(tenant, &"Kit 14".parse().unwrap(), now)
        .await
        .unwrap();
    let key = KitKey { tenant, kit };
    let code = secret::new_code();
    let new = NewCode {
        name: code.name().to_owned(),
        secret_hash: secret::hash(code.expose_secret_part().as_bytes()),
        expires_at: now + SignedDuration::from_hours(1),
    };
    store.add_code(key, &new, now).await.unwrap();
    Site { server, key, code }
}

async fn enrol_at(
    address: SocketAddr,
    data: &Path,
    code: EnrolmentCode,
    state: &Path,
) -> Result<(), EnrolError> {
    enrol_at_any(&[address], data, code, state).await
}

async fn enrol_at_any(
    addresses: &[SocketAddr],
    data: &Path,
    code: EnrolmentCode,
    state: &Path,
) -> Result<(), EnrolError> {
    let server_authority = std::fs::read(data.join("server-ca.pem")).unwrap();
    let url = |address: &SocketAddr| format!("https://{address}").parse().unwrap();
    enrol(EnrolOptions {
        server: url(&addresses[0]),
        other_servers: addresses[1..].iter().map(url).collect(),
        code,
        server_authority: &server_authority,
        state,
    })
    .await
    .map(|_| ())
}

fn start(state: &Path) -> Result<FleetLink, StartError> {
    FleetLink::start(FleetConfig {
        state: state.to_owned(),
        agent_version: "1.8".parse().unwrap(),
        wipe_owed: false,
    })
}

async fn until(link: &FleetLink, wanted: impl FnMut(&DesiredState) -> bool) -> DesiredState {
    let mut desired = link.desired();
    let reached = timeout(SOON, desired.wait_for(wanted))
        .await
        .expect("reached in time");
    reached.expect("the link runs").clone()
}

/// Asks until there is an answer.
async fn soon<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, asked).await.expect("reached in time")
}

async fn reserve(site: &Site) {
    reserve_at(&site.server, site.key).await;
}

async fn reserve_at(server: &Server, key: KitKey) -> ReservationId {
    let now = Timestamp::now();
    let new = NewReservation {
        kit: key.kit,
        title: NeutralTitle::CarePlanMeeting,
        starts_at: now,
        ends_at: now + SignedDuration::from_hours(1),
        link: MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap(),
    };
    let reservation = server.app().store.reserve(key.tenant, &new, now).await.unwrap();
    server.app().nudges.nudge(key);
    reservation
}

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

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn debug_logs_hold_neither_link_nor_code() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(captured.clone());
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

    let log = String::from_utf8_lossy(&captured.0.lock().unwrap()).into_owned();
    assert!(log.contains("even when the whole state is logged"));
    for line in log.lines() {
        assert!(!line.contains("sesame") && !line.contains(&secret), "{line}");
    }
}
