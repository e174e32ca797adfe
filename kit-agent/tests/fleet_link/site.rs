//! A real fleet server with one kit, and a link that is started and waited for.

use std::{net::SocketAddr, path::Path, time::Duration};

use fleet_api::{EnrolmentCode, MeetingLink, NeutralTitle, ReservationId};
use fleet_server::{
    data_dir::DataDir,
    identity::secret,
    server::Server,
    store::{KitKey, NewCode, NewReservation, NewTenant, Settings},
};
use jiff::{SignedDuration, Timestamp};
use kit_agent::fleet::{DesiredState, EnrolError, EnrolOptions, FleetConfig, FleetLink, StartError, enrol};
use tokio::time::timeout;

/// Longest wait for something that should happen within seconds, or when a kit has let up to a minute pass so that not all
/// kits of a lost server come at once.
const SOON: Duration = Duration::from_mins(2);

/// A server with a kit that may be enrolled.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) key: KitKey,
    pub(crate) code: EnrolmentCode,
}

pub(crate) async fn serve(data: &Path, device: &str) -> Server {
    let directory = DataDir::open(data).unwrap();
    Server::start(
        &directory,
        device.parse().unwrap(),
        "127.0.0.1:0".parse().unwrap(),
    )
    .await
    .unwrap()
}

pub(crate) async fn site(data: &Path) -> Site {
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

pub(crate) async fn enrol_at(
    address: SocketAddr,
    data: &Path,
    code: EnrolmentCode,
    state: &Path,
) -> Result<(), EnrolError> {
    enrol_at_any(&[address], data, code, state).await
}

pub(crate) async fn enrol_at_any(
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

pub(crate) fn start(state: &Path) -> Result<FleetLink, StartError> {
    FleetLink::start(FleetConfig {
        state: state.to_owned(),
        agent_version: "1.8".parse().unwrap(),
        wipe_owed: false,
    })
}

pub(crate) async fn until(link: &FleetLink, wanted: impl FnMut(&DesiredState) -> bool) -> DesiredState {
    let mut desired = link.desired();
    let reached = timeout(SOON, desired.wait_for(wanted))
        .await
        .expect("reached in time");
    reached.expect("the link runs").clone()
}

/// Asks until there is an answer.
pub(crate) async fn soon<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
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

pub(crate) async fn reserve(site: &Site) {
    reserve_at(&site.server, site.key).await;
}

pub(crate) async fn reserve_at(server: &Server, key: KitKey) -> ReservationId {
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
