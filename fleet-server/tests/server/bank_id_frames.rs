//! The frames of a patient's BankID login, as a kit gets them.

use std::{sync::Arc, time::Duration};

use fleet_api::{BankIdFrame, paths};
use futures_util::StreamExt;
use reqwest::StatusCode;
use rustls::pki_types::ServerName;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message},
};

use crate::common::TestKit;

/// Longest wait for a frame; there is one each second.
pub(crate) const SOON: Duration = Duration::from_secs(30);

pub(crate) type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// Begins a login for a meeting.
pub(crate) async fn open(kit: &TestKit, reservation: &str) -> Result<Socket, StatusCode> {
    let address = kit.site.device.strip_prefix("https://").unwrap();
    let tls = kit.site.tls(Some((kit.enrolled.certificate.as_str(), &kit.key)));
    let stream = TcpStream::connect(address).await.unwrap();
    let stream = TlsConnector::from(Arc::new(tls))
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap();
    let url = format!("wss://{address}{}/{reservation}", paths::BANK_ID);
    match client_async(url, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(response)) => Err(response.status()),
        Err(error) => panic!("{error}"),
    }
}

/// `None`: the server has ended it.
pub(crate) async fn next(socket: &mut Socket) -> Option<BankIdFrame> {
    loop {
        match timeout(SOON, socket.next()).await.expect("a frame each second") {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}
