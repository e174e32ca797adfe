//! A fleet server of the test's own making, at the kits' port only: it wants what the test wants, plays the care worker's and
//! the patient's telephone, and keeps what the kit tells.
//!
//! The real server stands in every other test; here logins go as the test says, without a login service behind them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use fleet_api::{
    BankIdFrame, BankIdMessage, BankIdState, DesiredState, EventKind, JoinGrant, JoinGrantAccepted,
    JoinGrantUse, QrData, ReservationId, StaffLoginAnswer, StaffLoginId, StaffLoginStarted, StaffOnShift,
    SyncRequest, SyncResponse, UserCode, paths,
};
use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;

use crate::kit::Kit;
use crate::processes::until;

/// What the care worker's telephone would open.
pub const LOGIN_PAGE: &str = "https://login.example/device?user_code=WDJB-MJHT";

/// A running server. Dropping it ends it.
pub struct Office {
    address: SocketAddr,
    authority: String,
    desk: Desk,
    server: axum_server::Handle<SocketAddr>,
}

type Desk = Arc<Mutex<Papers>>;

#[derive(Default)]
struct Papers {
    desired: DesiredState,
    told: Vec<EventKind>,
    on_shift: Option<StaffOnShift>,
    /// How far the patient is: no code yet, a code, scanned, done.
    patient: u8,
    granted: Option<ReservationId>,
}

impl Office {
    /// Starts a server that wants this of its kit.
    pub fn start(desired: DesiredState) -> Result<Self> {
        let (authority, tls) = identity()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let papers = Papers {
            desired,
            ..Papers::default()
        };
        let desk = Arc::new(Mutex::new(papers));
        let server = axum_server::Handle::new();
        let running = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls))?
            .handle(server.clone())
            .serve(routes(desk.clone()).into_make_service());
        tokio_util::task::TaskTracker::new().spawn(running);
        Ok(Self {
            address,
            authority,
            desk,
            server,
        })
    }

    /// Makes this the server of a kit that is enrolled elsewhere and does not run.
    pub fn take_over(&self, kit: &Kit) -> Result<()> {
        let file = kit.state.path().join("enrolment.json");
        let mut enrolment: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
        enrolment["server"] = format!("https://{}", self.address).into();
        std::fs::write(&file, enrolment.to_string())?;
        std::fs::write(kit.state.path().join("server-ca.pem"), &self.authority)?;
        Ok(())
    }

    /// The care worker logs in, in their own telephone.
    pub fn care_worker_logs_in(&self, staff: StaffOnShift) {
        lock(&self.desk).on_shift = Some(staff);
    }

    /// The shift ends at the office: the kit was returned there, or is reported lost.
    pub fn ends_the_shift(&self) {
        lock(&self.desk).on_shift = None;
    }

    /// The patient scans the code, and then types their own in the telephone.
    pub fn patient(&self, step: u8) {
        lock(&self.desk).patient = step;
    }

    /// What the kit has told so far.
    #[must_use]
    pub fn told(&self) -> Vec<EventKind> {
        lock(&self.desk).told.clone()
    }

    /// Waits until the kit has told such an event.
    pub async fn until_told(&self, what: &str, accept: impl Fn(&EventKind) -> bool) -> Result<()> {
        let told = until(what, Duration::from_secs(30), || async {
            self.told().iter().any(&accept).then_some(())
        });
        told.await.with_context(|| format!("told: {:#?}", self.told()))
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.server.shutdown();
    }
}

fn routes(desk: Desk) -> Router {
    let staff_login = format!("{}/{{id}}", paths::STAFF_LOGIN);
    let bank_id = format!("{}/{{reservation}}", paths::BANK_ID);
    Router::new()
        .route(paths::SYNC, post(sync))
        .route(paths::STAFF_LOGIN, post(begin))
        .route(&staff_login, post(ask).delete(cancel))
        .route(&bank_id, get(frames))
        .route(paths::JOIN_GRANTS, post(grant))
        .with_state(desk)
}

async fn sync(State(desk): State<Desk>, Json(request): Json<SyncRequest>) -> Json<SyncResponse> {
    let mut papers = lock(&desk);
    let last = request.events.last().map(|event| event.sequence);
    for event in request.events {
        if let EventKind::Wiped { reservation, .. } = &event.event.kind {
            papers
                .desired
                .reservations
                .retain(|booked| booked.id != *reservation);
        }
        papers.told.push(event.event.kind);
    }
    Json(SyncResponse {
        acknowledged_up_to: last.unwrap_or_default(),
        desired: DesiredState {
            on_shift: papers.on_shift,
            ..papers.desired.clone()
        },
        server_time: Timestamp::now(),
    })
}

async fn begin() -> Json<StaffLoginStarted> {
    Json(StaffLoginStarted {
        id: StaffLoginId::generate(),
        verification_uri: LOGIN_PAGE.parse().expect("an address"),
        user_code: UserCode::parse("WDJB-MJHT").expect("a code"),
        expires_in_s: 600,
        poll_every_s: 1,
    })
}

async fn ask(State(desk): State<Desk>, Path(_): Path<StaffLoginId>) -> Json<StaffLoginAnswer> {
    Json(match lock(&desk).on_shift {
        Some(staff) => StaffLoginAnswer::Done { staff },
        None => StaffLoginAnswer::Pending,
    })
}

async fn cancel(Path(_): Path<StaffLoginId>) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn frames(
    State(desk): State<Desk>,
    Path(reservation): Path<ReservationId>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |socket| push(desk, reservation, socket))
}

/// A frame each tenth of a second, so that a test does not wait for whole ones.
async fn push(desk: Desk, reservation: ReservationId, mut socket: WebSocket) {
    loop {
        let step = lock(&desk).patient;
        let frame = frame(step);
        if step == 2 {
            lock(&desk).granted = Some(reservation);
        }
        let text = serde_json::to_string(&frame).expect("a frame can be written");
        if socket.send(Message::Text(text.into())).await.is_err() || step == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn frame(step: u8) -> BankIdFrame {
    let code = QrData::parse("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69358e").expect("a code");
    let state = match step {
        0 => BankIdState::Waiting,
        1 => BankIdState::Scanned,
        _ => BankIdState::Done {
            grant: JoinGrant::parse(&"g".repeat(43)).expect("a grant"),
        },
    };
    BankIdFrame {
        qr: (step == 0).then_some(code),
        seconds_left: None,
        message: BankIdMessage {
            code: "RFA9".parse().expect("a code"),
            swedish: "Skriv in din säkerhetskod i BankID-appen."
                .parse()
                .expect("a text"),
            english: "Enter your security code in the BankID app."
                .parse()
                .expect("a text"),
        },
        state,
    }
}

async fn grant(
    State(desk): State<Desk>,
    Json(JoinGrantUse { .. }): Json<JoinGrantUse>,
) -> Result<Json<JoinGrantAccepted>, StatusCode> {
    let granted = lock(&desk).granted.take();
    granted
        .map(|reservation| Json(JoinGrantAccepted { reservation }))
        .ok_or(StatusCode::CONFLICT)
}

fn lock(desk: &Desk) -> MutexGuard<'_, Papers> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An authority, and a server that it vouches for.
fn identity() -> Result<(String, Arc<ServerConfig>)> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let certificate_of_authority = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = server.signed_by(&key, &issuer)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )?;
    // A WebSocket is an upgrade of HTTP/1.1.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((certificate_of_authority.pem(), Arc::new(config)))
}
