//! Logins through the server: the care worker's for the shift, and the patient's by `BankID`.
//!
//! The kit shows what it is given and asks how far it is; it never learns a name, a personal number or a token of the
//! login service. Each request is bounded in time and size by `client`; closing the frames' connection ends the order.

use std::time::Duration;

use fleet_api::{
    BankIdFrame, JoinGrant, JoinGrantAccepted, JoinGrantUse, ReservationId, StaffLoginAnswer, StaffLoginId,
    StaffLoginStarted, limits::BANK_ID_FRAME_BYTES, paths,
};
use futures_util::StreamExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use super::client::ClientError;
use super::driver::Connection;
use super::nudge;

/// Longest time to open the frames' connection.
const CONNECT_TIME: Duration = Duration::from_secs(15);
/// The server sends a frame each second while there is a code, and pings otherwise.
const SILENCE: Duration = Duration::from_mins(1);

/// The server, as far as logins go.
pub struct Logins {
    connection: Connection,
}

impl Logins {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Asks for a code that the care worker's telephone can scan.
    pub async fn start_staff(&self) -> Result<StaffLoginStarted, ClientError> {
        let nothing = serde_json::json!({});
        self.connection.client.post(paths::STAFF_LOGIN, &nothing).await
    }

    /// How far the care worker is.
    pub async fn ask_staff(&self, id: StaffLoginId) -> Result<StaffLoginAnswer, ClientError> {
        let path = format!("{}/{id}", paths::STAFF_LOGIN);
        self.connection.client.post(&path, &serde_json::json!({})).await
    }

    /// Nobody waits for the care worker any more.
    pub async fn cancel_staff(&self, id: StaffLoginId) -> Result<(), ClientError> {
        let path = format!("{}/{id}", paths::STAFF_LOGIN);
        self.connection.client.delete(&path).await
    }

    /// Begins the patient's login for this meeting. Dropping what comes back ends it.
    pub async fn bank_id(&self, reservation: ReservationId) -> Option<BankIdFrames> {
        let path = format!("{}/{reservation}", paths::BANK_ID);
        let tls = self.connection.tls.clone();
        let server = self.connection.servers.current();
        let opening = nudge::connect(server, tls, &path, BANK_ID_FRAME_BYTES);
        match timeout(CONNECT_TIME, opening).await {
            Ok(Ok(socket)) => Some(BankIdFrames { socket }),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the login by BankID could not be opened");
                None
            }
            Err(_) => None,
        }
    }

    /// Uses the grant of a login, once. Which meeting it is good for.
    pub async fn use_grant(&self, grant: JoinGrant) -> Result<ReservationId, ClientError> {
        let body = JoinGrantUse { grant };
        let accepted: JoinGrantAccepted = self.connection.client.post(paths::JOIN_GRANTS, &body).await?;
        Ok(accepted.reservation)
    }
}

/// What the server sends while a patient logs in.
pub struct BankIdFrames {
    socket: WebSocketStream<TlsStream<TcpStream>>,
}

impl BankIdFrames {
    /// The next frame; none once the server has ended, is silent, or sends what is no frame.
    pub async fn next(&mut self) -> Option<BankIdFrame> {
        loop {
            match timeout(SILENCE, self.socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => return serde_json::from_str(&text).ok(),
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return None,
                Ok(Some(Ok(_))) => {}
            }
        }
    }
}
