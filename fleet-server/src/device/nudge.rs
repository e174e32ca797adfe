//! Nudges: a WebSocket per kit that says nothing but "sync now".
//!
//! It carries no state, so a lost nudge costs at most a polling interval. There is one per kit: a new connection
//! replaces the old, so the number of them is bounded by the number of enrolled kits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use fleet_api::{Nudge, limits::NUDGE_BYTES};
use prometheus_client::metrics::counter::Counter;
use tokio::{
    sync::{mpsc, watch},
    time::{interval, timeout},
};

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    store::{KitKey, Signal},
};

/// How often the kit is asked whether it is there. Mobile networks forget silent connections after some minutes.
const PING_EVERY: Duration = Duration::from_secs(45);
/// A kit that has said nothing for so long is gone. Looked at with every ping, so that a kit is shown as connected for at
/// most 90 s after its last word.
const SILENCE: Duration = Duration::from_mins(1);
/// Longest wait for the kit to take a frame.
const SEND_TIME: Duration = Duration::from_secs(10);

/// Most signals that wait to be told to other servers; those beyond are left to the kits' own asking.
const UNTOLD: usize = 10_000;

/// The kits that are connected here, and word to the servers that others are connected to.
#[derive(Clone, Debug, Default)]
pub struct Nudges {
    here: Arc<Mutex<HashMap<KitKey, watch::Sender<()>>>>,
    others: Option<mpsc::Sender<Signal>>,
    told: Counter,
}

impl Nudges {
    /// With what is to be told to other servers.
    #[must_use]
    pub fn telling_others() -> (Self, mpsc::Receiver<Signal>) {
        let (others, told) = mpsc::channel(UNTOLD);
        let nudges = Self {
            here: Arc::default(),
            others: Some(others),
            told: Counter::default(),
        };
        (nudges, told)
    }

    /// Tells a kit to sync now, if it is connected. Several in a row may reach it as one.
    pub fn nudge(&self, key: KitKey) {
        self.everywhere(Signal::SyncNow(key));
    }

    /// Ends a kit's connection, if it has one.
    pub fn disconnect(&self, key: KitKey) {
        self.everywhere(Signal::Disconnect(key));
    }

    /// Does what another server said.
    pub fn pass_on(&self, signal: Signal) {
        match signal {
            Signal::SyncNow(key) => {
                if let Some(kit) = self.kits().get(&key) {
                    kit.send_replace(());
                    self.told.inc();
                }
            }
            Signal::Disconnect(key) => {
                self.kits().remove(&key);
            }
        }
    }

    /// Tells all kits that are connected here to sync now.
    pub fn nudge_all_here(&self) {
        for kit in self.kits().values() {
            kit.send_replace(());
            self.told.inc();
        }
    }

    /// How many kits are connected to this server now.
    #[must_use]
    pub fn count_here(&self) -> usize {
        self.kits().len()
    }

    /// Counts the kits that were told to sync.
    #[must_use]
    pub fn told(&self) -> Counter {
        self.told.clone()
    }

    fn everywhere(&self, signal: Signal) {
        self.pass_on(signal);
        if let Some(others) = &self.others {
            // Full: the database has not answered for a while.
            let _ = others.try_send(signal);
        }
    }

    /// Whether the kit is connected to this server now.
    #[must_use]
    pub fn is_connected(&self, key: KitKey) -> bool {
        self.kits().contains_key(&key)
    }

    fn connect(&self, key: KitKey) -> watch::Receiver<()> {
        let (sender, receiver) = watch::channel(());
        self.kits().insert(key, sender);
        receiver
    }

    /// Forgets a connection that has ended, unless another has taken its place.
    fn forget(&self, key: KitKey, ended: &watch::Receiver<()>) {
        let mut kits = self.kits();
        if kits
            .get(&key)
            .is_some_and(|current| current.subscribe().same_channel(ended))
        {
            kits.remove(&key);
        }
    }

    fn kits(&self) -> MutexGuard<'_, HashMap<KitKey, watch::Sender<()>>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `GET /device/v1/nudge`, upgraded to a WebSocket (RFC 6455).
pub(super) async fn nudge(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(NUDGE_BYTES)
        .max_frame_size(NUDGE_BYTES)
        .on_upgrade(move |socket| async move {
            let mut nudges = app.nudges.connect(kit.key);
            app.stop.run_until_cancelled(converse(socket, &mut nudges)).await;
            app.nudges.forget(kit.key, &nudges);
        })
}

/// Ends when either side has left, or when another connection has taken this one's place.
async fn converse(mut socket: WebSocket, nudges: &mut watch::Receiver<()>) {
    let mut ping = interval(PING_EVERY);
    let mut heard = Instant::now();
    loop {
        let outgoing = tokio::select! {
            changed = nudges.changed() => match changed {
                Ok(()) => sync_now(),
                Err(_) => break,
            },
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    break;
                }
                Message::Ping(Vec::new().into())
            }
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                // Whatever it says, it is there.
                Some(Ok(_)) => {
                    heard = Instant::now();
                    continue;
                }
            },
        };
        if !matches!(timeout(SEND_TIME, socket.send(outgoing)).await, Ok(Ok(()))) {
            return;
        }
    }
    let _ = timeout(SEND_TIME, socket.send(Message::Close(None))).await;
}

fn sync_now() -> Message {
    let frame = serde_json::to_string(&Nudge::SyncNow).expect("a nudge is plain data");
    Message::Text(frame.into())
}

#[cfg(test)]
mod tests {
    use fleet_api::{KitId, TenantId};

    use super::*;

    #[test]
    fn a_new_connection_takes_the_place_of_the_old() {
        let key = KitKey {
            tenant: TenantId::generate(),
            kit: KitId::generate(),
        };
        let nudges = Nudges::default();
        let old = nudges.connect(key);
        let new = nudges.connect(key);
        assert!(old.has_changed().is_err(), "the old connection is told to end");
        nudges.forget(key, &old);
        assert!(
            nudges.is_connected(key),
            "the end of the old does not end the new"
        );
        nudges.nudge(key);
        assert_eq!(new.has_changed().ok(), Some(true));
        nudges.forget(key, &new);
        assert!(!nudges.is_connected(key));
    }
}
