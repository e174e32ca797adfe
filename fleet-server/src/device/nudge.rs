//! Nudges: a WebSocket per kit that says nothing but "sync now".
//!
//! It carries no state, so a lost nudge costs at most a polling interval. There is one per kit: a new connection
//! replaces the old, so the number of them is bounded by the number of enrolled kits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
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
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep, timeout},
};

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    store::{KitKey, Presence, Signal},
};

/// How often the kit is asked whether it is there. Mobile networks forget silent connections after some minutes; each
/// question costs a kit some 200 bytes.
const PING_EVERY: Duration = Duration::from_secs(75);
/// A kit that says nothing for so long after it was asked is gone. With [`PING_EVERY`] a kit is shown as connected for less
/// than 90 s after its last word.
const ANSWER_TIME: Duration = Duration::from_secs(12);
/// Longest wait for the kit to take a frame.
const SEND_TIME: Duration = Duration::from_secs(10);
/// Buffer for what is read, in bytes: there are as many of them as connected kits, and kits say next to nothing.
const READ_BUFFER: usize = 128;

/// Most signals that wait to be told to other servers; those beyond are left to the kits' own asking.
const UNTOLD: usize = 10_000;

/// The kits that are connected here, and word to the servers that others are connected to.
#[derive(Clone, Debug, Default)]
pub struct Nudges {
    here: Arc<Mutex<Kits>>,
    others: Option<mpsc::Sender<Signal>>,
}

#[derive(Debug, Default)]
struct Kits {
    connected: HashMap<KitKey, watch::Sender<()>>,
    /// Coming and going that has not been written yet; the last of each kit counts, so there are never more than kits.
    changes: HashMap<KitKey, Presence>,
}

impl Nudges {
    /// With what is to be told to other servers.
    #[must_use]
    pub fn telling_others() -> (Self, mpsc::Receiver<Signal>) {
        let (others, told) = mpsc::channel(UNTOLD);
        let nudges = Self {
            here: Arc::default(),
            others: Some(others),
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
                if let Some(kit) = self.kits().connected.get(&key) {
                    kit.send_replace(());
                }
            }
            Signal::Disconnect(key) => {
                let mut kits = self.kits();
                if kits.connected.remove(&key).is_some() {
                    kits.changes.insert(key, Presence::Left(Timestamp::now()));
                }
            }
        }
    }

    /// Tells all kits that are connected here to sync now.
    pub fn nudge_all_here(&self) {
        for kit in self.kits().connected.values() {
            kit.send_replace(());
        }
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
        self.kits().connected.contains_key(&key)
    }

    /// Who has come and gone since this was last called.
    #[must_use]
    pub fn take_changes(&self) -> Vec<(KitKey, Presence)> {
        std::mem::take(&mut self.kits().changes).into_iter().collect()
    }

    /// What could not be written; what happened since then counts more.
    pub fn put_back(&self, changes: &[(KitKey, Presence)]) {
        let mut kits = self.kits();
        for (key, presence) in changes {
            kits.changes.entry(*key).or_insert(*presence);
        }
    }

    /// All who are here count as having come just now.
    pub fn note_all_again(&self) {
        let Kits { connected, changes } = &mut *self.kits();
        let now = Timestamp::now();
        changes.extend(connected.keys().map(|key| (*key, Presence::Came(now))));
    }

    fn connect(&self, key: KitKey) -> watch::Receiver<()> {
        let (sender, receiver) = watch::channel(());
        let mut kits = self.kits();
        kits.connected.insert(key, sender);
        kits.changes.insert(key, Presence::Came(Timestamp::now()));
        receiver
    }

    /// Forgets a connection that has ended, unless another has taken its place.
    fn forget(&self, key: KitKey, ended: &watch::Receiver<()>, heard_at: Timestamp) {
        let mut kits = self.kits();
        if kits
            .connected
            .get(&key)
            .is_some_and(|current| current.subscribe().same_channel(ended))
        {
            kits.connected.remove(&key);
            kits.changes.insert(key, Presence::Left(heard_at));
        }
    }

    fn kits(&self) -> MutexGuard<'_, Kits> {
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
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * NUDGE_BYTES)
        .on_upgrade(move |socket| async move {
            let mut nudges = app.nudges.connect(kit.key);
            let mut heard_at = Timestamp::now();
            let conversation = converse(socket, &mut nudges, &mut heard_at);
            app.stop.run_until_cancelled(conversation).await;
            app.nudges.forget(kit.key, &nudges, heard_at);
        })
}

/// Ends when either side has left, or when another connection has taken this one's place.
async fn converse(mut socket: WebSocket, nudges: &mut watch::Receiver<()>, heard_at: &mut Timestamp) {
    // One clock for both: when to ask, and while an answer is awaited, when to give up.
    let clock = sleep(Duration::ZERO);
    tokio::pin!(clock);
    let mut asked = false;
    loop {
        let outgoing = tokio::select! {
            changed = nudges.changed() => match changed {
                Ok(()) => sync_now(),
                Err(_) => break,
            },
            () = &mut clock => {
                if asked {
                    break;
                }
                asked = true;
                clock.as_mut().reset(Instant::now() + ANSWER_TIME);
                Message::Ping(Vec::new().into())
            }
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                // Whatever it says, it is there.
                Some(Ok(_)) => {
                    asked = false;
                    *heard_at = Timestamp::now();
                    clock.as_mut().reset(Instant::now() + PING_EVERY);
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
        let heard_at = Timestamp::UNIX_EPOCH;
        nudges.forget(key, &old, heard_at);
        assert!(
            nudges.is_connected(key),
            "the end of the old does not end the new"
        );
        let changes = nudges.take_changes();
        assert!(matches!(changes[..], [(_, Presence::Came(_))]), "{changes:?}");
        nudges.nudge(key);
        assert_eq!(new.has_changed().ok(), Some(true));
        nudges.forget(key, &new, heard_at);
        assert!(!nudges.is_connected(key));
        assert_eq!(nudges.take_changes(), [(key, Presence::Left(heard_at))]);
        nudges.put_back(&[(key, Presence::Came(heard_at))]);
        assert_eq!(nudges.take_changes(), [(key, Presence::Came(heard_at))]);
    }
}
