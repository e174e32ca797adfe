//! A node and a media stand-in that do what a test scripts, without sockets, so that time can be paused.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::media::call::{Call, CallEvent, CallSetup, Media, MediaError, OfferKind};
use crate::meeting::pexip::wire::{Auth, Bearer, EventBytes, Post, Reply, Wire, WireError};

/// What a scripted answer may be.
pub(super) enum Answer {
    Ok(Value),
    No(u16, Value),
    Error(WireError),
    Never,
}

type Script = dyn FnMut(&str, &Value) -> Option<Answer> + Send;

/// A node that answers well unless its script says otherwise, and remembers what it was asked.
#[derive(Clone)]
pub(super) struct FakeNode(Arc<Mutex<NodeState>>);

struct NodeState {
    script: Box<Script>,
    asked: Vec<String>,
    streams: Vec<mpsc::UnboundedSender<Bytes>>,
    tokens: u32,
    calls: u32,
}

impl FakeNode {
    pub(super) fn new(script: impl FnMut(&str, &Value) -> Option<Answer> + Send + 'static) -> Self {
        let state = NodeState {
            script: Box::new(script),
            asked: vec![],
            streams: vec![],
            tokens: 0,
            calls: 0,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Every request so far: `path auth`, where `auth` is the token, or the PIN of a `request_token`.
    pub(super) fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked.clone()
    }

    /// How many requests began with this.
    pub(super) fn count(&self, prefix: &str) -> usize {
        self.asked()
            .iter()
            .filter(|asked| asked.starts_with(prefix))
            .count()
    }

    /// Sends an event on the latest stream.
    pub(super) fn event(&self, name: &str, data: &Value) {
        self.raw(format!("event: {name}\ndata: {data}\n\n").into_bytes());
    }

    /// Sends bytes on the latest stream.
    pub(super) fn raw(&self, bytes: Vec<u8>) {
        let state = self.0.lock().unwrap();
        let stream = state.streams.last().expect("the event stream is open");
        stream.send(bytes.into()).expect("the event stream is being read");
    }

    /// Breaks all streams.
    pub(super) fn drop_streams(&self) {
        self.0.lock().unwrap().streams.clear();
    }

    pub(super) fn has_stream(&self) -> bool {
        self.0
            .lock()
            .unwrap()
            .streams
            .last()
            .is_some_and(|stream| !stream.is_closed())
    }
}

/// The ordinary answer to a request.
fn good(state: &mut NodeState, path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "request_token" => {
            state.tokens += 1;
            json!({
                "token": format!("T{}", state.tokens), "expires": "120", "participant_uuid": "me", "version": {},
                "role": "GUEST", "display_name": "x", "current_service_type": "conference",
            })
        }
        "refresh_token" => {
            state.tokens += 1;
            json!({"token": format!("T{}", state.tokens), "expires": "120"})
        }
        "calls" => {
            state.calls += 1;
            json!({"call_uuid": format!("c{}", state.calls), "sdp": "answer"})
        }
        "update" => json!({"call_uuid": "c", "sdp": "answer"}),
        "new_candidate" | "disconnect" => Value::Null,
        _ => json!(true),
    }
}

impl Wire for FakeNode {
    type Events = FakeStream;

    fn forget_connections(&mut self) {}

    async fn post(&self, post: &Post) -> Result<Reply, WireError> {
        let path = post.path.join("/");
        let auth = match &post.auth {
            Auth::Pin(pin) => pin.as_ref().map_or("-", |pin| pin.expose_secret()).to_owned(),
            Auth::Token(token) => token.borrow().expose_secret().to_owned(),
        };
        let answer = {
            let mut state = self.0.lock().unwrap();
            let asked = format!("{path} {auth}");
            state.asked.push(asked.clone());
            let scripted = (state.script)(&asked, &post.body);
            scripted.unwrap_or_else(|| Answer::Ok(good(&mut state, &path)))
        };
        match answer {
            Answer::Ok(result) => Ok(Reply { status: 200, result }),
            Answer::No(status, result) => Ok(Reply { status, result }),
            Answer::Error(error) => Err(error),
            Answer::Never => {
                tokio::time::sleep(post.patience).await;
                Err(WireError::TimedOut)
            }
        }
    }

    async fn events(&self, bearer: Bearer) -> Result<FakeStream, WireError> {
        let mut state = self.0.lock().unwrap();
        let asked = format!("events {}", bearer.token.expose_secret());
        state.asked.push(asked.clone());
        match (state.script)(&asked, &Value::Null) {
            Some(Answer::Error(error)) => Err(error),
            Some(Answer::No(status, _)) => Err(WireError::Status(status)),
            _ => {
                let (sender, receiver) = mpsc::unbounded_channel();
                state.streams.push(sender);
                Ok(FakeStream(receiver))
            }
        }
    }
}

pub(super) struct FakeStream(mpsc::UnboundedReceiver<Bytes>);

impl EventBytes for FakeStream {
    async fn next(&mut self) -> Result<Option<Bytes>, WireError> {
        Ok(self.0.recv().await)
    }
}

/// Media whose calls connect as soon as an answer was accepted, unless told otherwise.
#[derive(Clone, Default)]
pub(super) struct FakeMedia(Arc<Mutex<MediaState>>);

#[derive(Default)]
struct MediaState {
    /// Every call so far.
    calls: Vec<mpsc::UnboundedSender<CallEvent>>,
    setups: Vec<CallSetup>,
    offers: Vec<OfferKind>,
    accepted: Vec<String>,
    dead: bool,
    refuses_restart: bool,
}

impl FakeMedia {
    /// Something happens to the latest call.
    pub(super) fn event(&self, event: CallEvent) {
        let state = self.0.lock().unwrap();
        let call = state.calls.last().expect("a call was started");
        call.send(event).expect("the call is being listened to");
    }

    /// From now on nothing connects.
    pub(super) fn set_dead(&self, dead: bool) {
        self.0.lock().unwrap().dead = dead;
    }

    pub(super) fn refuse_restart(&self) {
        self.0.lock().unwrap().refuses_restart = true;
    }

    pub(super) fn offers(&self) -> Vec<OfferKind> {
        self.0.lock().unwrap().offers.clone()
    }

    pub(super) fn setups(&self) -> Vec<CallSetup> {
        self.0.lock().unwrap().setups.clone()
    }
}

impl Media for FakeMedia {
    type Call = FakeCall;

    fn start(&self, setup: CallSetup) -> Result<FakeCall, MediaError> {
        let (sender, events) = mpsc::unbounded_channel();
        let mut state = self.0.lock().unwrap();
        state.calls.push(sender.clone());
        state.setups.push(setup);
        Ok(FakeCall {
            media: self.clone(),
            events,
            sender,
        })
    }
}

pub(super) struct FakeCall {
    media: FakeMedia,
    events: mpsc::UnboundedReceiver<CallEvent>,
    sender: mpsc::UnboundedSender<CallEvent>,
}

impl Call for FakeCall {
    async fn offer(&mut self, kind: OfferKind) -> Result<String, MediaError> {
        self.media.0.lock().unwrap().offers.push(kind);
        Ok(format!("offer {kind:?}"))
    }

    async fn accept(&mut self, answer: &str) -> Result<(), MediaError> {
        let mut state = self.media.0.lock().unwrap();
        state.accepted.push(answer.to_owned());
        if state.refuses_restart && state.offers.last() == Some(&OfferKind::IceRestart) {
            return Err(MediaError::RestartRefused);
        }
        if !state.dead {
            let _ = self.sender.send(CallEvent::Connected);
        }
        Ok(())
    }

    async fn answer(&mut self, offer: &str) -> Result<String, MediaError> {
        match offer {
            "garbage" => Err(MediaError::BadAnswer(String::new())),
            _ => Ok(format!("answer to {offer}")),
        }
    }

    fn add_remote_candidate(&mut self, _candidate: &str) {}

    async fn next_event(&mut self) -> Option<CallEvent> {
        self.events.recv().await
    }
}
