//! The handle to the running link. What it does by itself is in `driver`.

use std::{io, path::PathBuf, sync::Arc};

use fleet_api::{AgentVersion, DesiredState, Event, EventKind, KitState, ReservationId, Sequence};
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::Instant,
};

use super::{
    client::ClientError,
    desired::Desired,
    driver::{Connection, Driver, Order},
    logins::Logins,
    round::{Kept, Shared},
    servers::Servers,
    spool::{Spool, SpoolError, SpoolPlace},
    state_dir::{self, Enrolment, StateDir},
};

/// What the link needs.
#[derive(Debug, Clone)]
pub struct FleetConfig {
    /// Where [`super::enrol()`] left what it made.
    pub state: PathBuf,
    /// The running agent.
    pub agent_version: AgentVersion,
    /// A visit was under way when the last run ended: stored meetings are removed before they are read, and the link is
    /// quiet until it is told otherwise.
    pub wipe_owed: bool,
}

/// Why the link could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No `enrolment.json`.
    #[error("this tablet is not enrolled; run \"kit-agent enrol\" with a code from the console")]
    NotEnrolled,
    /// The state directory.
    #[error("could not use the state directory; check that it may be written to")]
    State(#[from] io::Error),
    /// The enrolment's files.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Handle to the running link.
pub struct FleetLink {
    shared: Arc<Shared>,
    state: StateDir,
    enrolment: Enrolment,
    servers: Servers,
    desired: watch::Receiver<DesiredState>,
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<()>,
}

impl FleetLink {
    /// Opens what is on disk and begins to sync. Needs a running tokio runtime, but no server.
    pub fn start(config: FleetConfig) -> Result<Self, StartError> {
        let state = StateDir::open(&config.state)?;
        let enrolment = state
            .read_if_there(state_dir::ENROLMENT)?
            .ok_or(StartError::NotEnrolled)?;
        let enrolment: Enrolment = serde_json::from_slice(&enrolment).map_err(io::Error::from)?;
        if config.wipe_owed {
            state.remove(state_dir::DESIRED)?;
        }
        let spool = Spool::open(state.clone())?;
        let desired = Desired::open(state.clone(), Timestamp::now())?;
        let watched = desired.watch();
        let shared = Arc::new(Shared::new(Kept {
            spool,
            desired,
            state: None,
            last_news: None,
            asked_at: watch::Sender::new(None),
        }));
        let servers = Servers::new(enrolment.server.clone(), enrolment.other_servers.clone());
        let connection = Connection::open(&state, servers.clone())?;
        let (orders, ordered) = mpsc::unbounded_channel();
        let driver = Driver::new(
            state.clone(),
            config.agent_version,
            shared.clone(),
            connection,
            config.wipe_owed,
        );
        #[expect(clippy::disallowed_methods, reason = "its handle is awaited by `shutdown`")]
        let task = tokio::spawn(driver.run(ordered));
        Ok(Self {
            shared,
            state,
            enrolment,
            servers,
            desired: watched,
            orders,
            task,
        })
    }

    /// The server for logins, with the certificate that is in force now.
    pub fn logins(&self) -> Result<Logins, StartError> {
        Ok(Logins::new(Connection::open(&self.state, self.servers.clone())?))
    }

    /// Which kit this is.
    #[must_use]
    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolment
    }

    /// What the kit should be: what was synced last, also before the first sync after a restart.
    #[must_use]
    pub fn desired(&self) -> watch::Receiver<DesiredState> {
        self.desired.clone()
    }

    /// Records what happened now. It is on disk when this returns, and reaches the server whatever happens in between.
    pub async fn record(&self, kind: EventKind) -> Result<Sequence, SpoolError> {
        let cannot_wait = kind.cannot_wait();
        let event = Event {
            at: Timestamp::now(),
            kind,
        };
        let sequence = self.on_disk(move |kept| kept.spool.append(event)).await?;
        // Nobody listens only while the link shuts down; the event goes with the next start.
        let _ = self.orders.send(Order::Recorded { cannot_wait });
        Ok(sequence)
    }

    /// As [`Self::record`], after `note` was told at which place the event will stand: whoever keeps that over a crash knows
    /// afterwards by [`Self::has_recorded`] whether it came so far.
    pub async fn record_noted(
        &self,
        kind: EventKind,
        note: impl FnOnce(SpoolPlace) -> io::Result<()> + Send + 'static,
    ) -> Result<SpoolPlace, SpoolError> {
        let cannot_wait = kind.cannot_wait();
        let at = Timestamp::now();
        let place = self
            .on_disk(move |kept| {
                let place = kept.spool.next_place();
                if let Err(error) = note(place) {
                    // Rather told of twice after a crash than not at all.
                    tracing::error!(%error, "the place of an event could not be noted; check the kit's disk");
                }
                kept.spool.append(Event { at, kind }).map(|_| place)
            })
            .await?;
        let _ = self.orders.send(Order::Recorded { cannot_wait });
        Ok(place)
    }

    /// Whether an event was recorded at this place, be it sent already or not.
    #[must_use]
    pub fn has_recorded(&self, place: &SpoolPlace) -> bool {
        self.shared.lock().spool.has(place)
    }

    /// When the newest of what the server wants was asked for: what happened before that, the server has taken into account.
    #[must_use]
    pub fn asked_at(&self) -> watch::Receiver<Option<Instant>> {
        self.shared.lock().asked_at.subscribe()
    }

    /// Notes how the kit is; the next sync tells it, and where it is news, that sync is now.
    pub fn tell_state(&self, state: KitState) {
        if self.shared.lock().note_state(state) {
            let _ = self.orders.send(Order::Recorded { cannot_wait: false });
        }
    }

    /// Forgets a meeting and its link, in memory and on disk. Part of the wipe; the receipt is recorded after it.
    pub async fn forget(&self, reservation: ReservationId) -> io::Result<()> {
        self.on_disk(move |kept| kept.desired.forget(reservation)).await
    }

    /// During a meeting nothing but what cannot wait uses the network.
    pub fn set_quiet(&self, quiet: bool) {
        let _ = self.orders.send(Order::Quiet(quiet));
    }

    /// Stops. What was recorded and not sent is sent after the next start.
    pub async fn shutdown(self) {
        drop(self.orders);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the fleet link failed while it stopped");
        }
    }

    async fn on_disk<T: Send + 'static>(&self, work: impl FnOnce(&mut Kept) -> T + Send + 'static) -> T {
        let shared = self.shared.clone();
        let done = tokio::task::spawn_blocking(move || work(&mut shared.lock()));
        done.await.expect("disk work does not panic")
    }
}
