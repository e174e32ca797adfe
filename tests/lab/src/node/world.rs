//! Everything that runs: rooms with their sessions, and the delivery of what rooms send out.
//!
//! One lock guards all rooms; it is never held across an `await`. Room state is pure (`room`); what belongs to the wire
//! (event streams, links, calls) is kept beside it and follows it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use super::answer_fault::AnswerFaults;
use super::logins::Providers;
use super::media::{Call, Mixer};
use super::room::{Moment, Outgoing, Room, RoomSettings};
use crate::link::SharedLink;

/// Events that may wait for a slow reader before its stream is cut.
const EVENT_QUEUE: usize = 1_024;
/// Rooms that one node holds.
const MAX_ROOMS: usize = 1_000;

/// One node's state.
pub(crate) struct World {
    pub(crate) base_url: String,
    pub(crate) ca_pem: String,
    pub(crate) media_ip: std::net::IpAddr,
    pub(crate) tasks: TaskTracker,
    started: Instant,
    rooms: Mutex<BTreeMap<String, Entry>>,
    pub(super) providers: Providers,
    changes: watch::Sender<u64>,
}

/// One room and what hangs on it.
pub(crate) struct Entry {
    pub(crate) room: Room,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) answer_faults: AnswerFaults,
    pub(crate) mixer: Arc<Mixer>,
    links: HashMap<String, Arc<SharedLink>>,
}

/// What one participant has open.
pub(crate) struct Session {
    pub(crate) events: Option<mpsc::Sender<QueuedEvent>>,
    pub(crate) events_refused_until: Instant,
    pub(crate) link: Arc<SharedLink>,
    pub(crate) call: Option<Arc<Call>>,
}

/// Bytes for an event stream and when they set out.
#[derive(Debug, Clone)]
pub(crate) struct QueuedEvent {
    pub(crate) sent: Instant,
    pub(crate) bytes: Bytes,
}

impl World {
    pub(crate) fn new(base_url: String, ca_pem: String, media_ip: std::net::IpAddr) -> Arc<Self> {
        Arc::new(Self {
            base_url,
            ca_pem,
            media_ip,
            tasks: TaskTracker::new(),
            started: Instant::now(),
            rooms: Mutex::default(),
            providers: Providers::default(),
            changes: watch::Sender::new(0),
        })
    }

    /// Creates a room or changes its settings; false if there are too many.
    pub(crate) fn put_room(&self, alias: &str, mut settings: RoomSettings) -> bool {
        settings.video = settings.video.bounded();
        let mut rooms = self.lock();
        if let Some(entry) = rooms.get_mut(alias) {
            if entry.room.participants().is_empty() {
                entry.mixer = Arc::new(Mixer::new(settings.video));
            }
            entry.room.set_settings(settings);
            entry.deliver();
        } else if rooms.len() < MAX_ROOMS {
            let mixer = Arc::new(Mixer::new(settings.video));
            let room = Room::new(alias, settings, &self.base_url);
            rooms.insert(alias.into(), Entry::new(room, mixer));
        } else {
            return false;
        }
        drop(rooms);
        self.changed();
        true
    }

    /// Ends and forgets a room.
    pub(crate) fn remove_room(&self, alias: &str, reason: &str) -> bool {
        let found = self.with_room(alias, |entry, _| entry.room.end(reason)).is_some();
        self.lock().remove(alias);
        self.changed();
        found
    }

    /// Ends all calls and streams, as when the power goes: nobody is told.
    pub(crate) fn remove_all_rooms(&self) {
        self.lock().clear();
    }

    /// Does something with a room and delivers what it sends out. `None` if there is no such room.
    pub(crate) fn with_room<T>(&self, alias: &str, work: impl FnOnce(&mut Entry, Moment) -> T) -> Option<T> {
        let now = self.now();
        let mut rooms = self.lock();
        let entry = rooms.get_mut(alias)?;
        let result = work(entry, now);
        let news = entry.deliver();
        drop(rooms);
        if news {
            self.changed();
        }
        Some(result)
    }

    /// Lets time pass in every room.
    pub(crate) fn tick(&self) {
        let now = self.now();
        let mut news = false;
        for entry in self.lock().values_mut() {
            entry.room.tick(now);
            news |= entry.deliver();
        }
        if news {
            self.changed();
        }
    }

    /// Wakes those who wait for a state.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn now(&self) -> Moment {
        let unix = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Moment {
            uptime: self.started.elapsed(),
            unix: unix.as_secs_f64(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        // The node must survive whatever a client sends: a panic in one request does not stop the others.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(room: Room, mixer: Arc<Mixer>) -> Self {
        Self {
            room,
            sessions: HashMap::new(),
            answer_faults: AnswerFaults::default(),
            mixer,
            links: HashMap::new(),
        }
    }

    /// The link of whoever has this name. It outlives a session: a tablet that joins anew is on the same network.
    pub(crate) fn link_of(&mut self, display_name: &str) -> Arc<SharedLink> {
        let settings = self.room.settings();
        let (link, seed) = (&settings.link, settings.seed);
        let index = self.links.len() as u64;
        self.links
            .entry(display_name.chars().take(256).collect())
            .or_insert_with(|| Arc::new(SharedLink::new(link, seed.wrapping_add(index))))
            .clone()
    }

    pub(crate) fn open_session(&mut self, uuid: &str, link: Arc<SharedLink>) {
        let session = Session {
            events: None,
            events_refused_until: Instant::now(),
            link,
            call: None,
        };
        self.sessions.insert(uuid.into(), session);
    }

    /// Opens the event stream of a participant in place of the one before, starting with who is here.
    pub(crate) fn open_events(&mut self, uuid: &str) -> Option<mpsc::Receiver<QueuedEvent>> {
        let opening = self.room.opening_events(uuid);
        let session = self.sessions.get_mut(uuid)?;
        let (sender, receiver) = mpsc::channel(EVENT_QUEUE);
        session.events = Some(sender);
        for event in opening {
            session.send(event.encode().into());
        }
        Some(receiver)
    }

    /// The participant hung up its media leg.
    pub(crate) fn end_call(&mut self, uuid: &str) {
        if let Some(session) = self.sessions.get_mut(uuid) {
            session.call = None;
        }
        self.room.set_call(uuid, false, false);
    }

    /// Carries out what the room wants done outside. True if there was anything.
    fn deliver(&mut self) -> bool {
        let outbox = self.room.take_outbox();
        let news = !outbox.is_empty();
        for outgoing in outbox {
            match outgoing {
                Outgoing::Event { to, event } => {
                    if let Some(session) = self.sessions.get_mut(&to) {
                        session.send(event.encode().into());
                    }
                }
                Outgoing::EndCall { who } => self.end_call(&who),
                Outgoing::Left { who } => {
                    self.sessions.remove(&who);
                }
            }
        }
        if news {
            self.mixer.follow(&self.room);
        }
        news
    }
}

impl Session {
    pub(crate) fn events_open(&self) -> bool {
        self.events.as_ref().is_some_and(|events| !events.is_closed())
    }

    /// Queues bytes for the event stream. A reader that does not keep up loses its stream and starts over in sync.
    pub(crate) fn send(&mut self, bytes: Bytes) {
        let queued = QueuedEvent {
            sent: Instant::now(),
            bytes,
        };
        let kept = self
            .events
            .as_ref()
            .is_some_and(|events| events.try_send(queued).is_ok());
        if !kept {
            self.events = None;
        }
    }
}
