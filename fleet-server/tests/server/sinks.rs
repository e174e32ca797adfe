//! Receivers of alerts: a mailbox that speaks just enough SMTP (RFC 5321), and a program that is called over HTTP.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

/// What a program does when it is called.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    Answer(StatusCode),
    Redirect(String),
    /// Takes the call and never answers.
    Hang,
}

/// A call as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Debug, Clone)]
struct Program {
    manner: Arc<Mutex<Manner>>,
    calls: watch::Sender<Vec<Call>>,
}

/// A program that is called over HTTP.
pub(crate) struct HttpSink {
    pub(crate) url: String,
    program: Program,
    _serving: JoinSet<()>,
}

impl HttpSink {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let program = Program {
            manner: Arc::new(Mutex::new(manner)),
            calls: watch::Sender::new(Vec::new()),
        };
        let router = Router::new()
            .route("/hook", post(called))
            .with_state(program.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            program,
            _serving: serving,
        }
    }

    pub(crate) fn behave(&self, manner: Manner) {
        *self.program.manner.lock().unwrap() = manner;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.program.calls.borrow().clone()
    }

    /// Waits until so many calls have come.
    pub(crate) async fn wait_for(&self, count: usize) {
        let mut calls = self.program.calls.subscribe();
        calls.wait_for(|calls| calls.len() >= count).await.unwrap();
    }
}

async fn called(State(program): State<Program>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    program
        .calls
        .send_modify(|calls| calls.push(Call { headers, body }));
    let manner = program.manner.lock().unwrap().clone();
    match manner {
        Manner::Answer(status) => status.into_response(),
        Manner::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response(),
        Manner::Hang => std::future::pending().await,
    }
}

/// A mailbox.
pub(crate) struct SmtpSink {
    pub(crate) port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

impl SmtpSink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        let taken = mails.clone();
        serving.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // A sender that hangs up in the middle is its own test's matter.
                let _ = converse(stream, &taken).await;
            }
        });
        Self {
            port,
            mails,
            _serving: serving,
        }
    }

    /// The mails as they arrived, envelope lines first.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

async fn converse(stream: TcpStream, mails: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 sink\r\n").await?;
    let mut mail = String::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" | "HELO" => b"250 sink\r\n",
            "MAIL" | "RCPT" => {
                mail.push_str(&line);
                mail.push('\n');
                b"250 ok\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                mails.lock().unwrap().push(std::mem::take(&mut mail));
                b"250 taken\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        writer.write_all(answer).await?;
    }
    Ok(())
}
