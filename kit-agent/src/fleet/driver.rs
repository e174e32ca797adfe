//! The task behind the link: asks `policy` what to do and does it.

use std::{sync::Arc, time::Duration};

use fleet_api::AgentVersion;
use jiff::Timestamp;
use rustls::ClientConfig;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};

use super::{
    client::{Client, tls_config},
    link::StartError,
    nudge::{self, NudgeError, NudgeEvent},
    policy::SyncPolicy,
    renewal,
    round::{self, RoundError, Shared},
    servers::Servers,
    state_dir::{self, StateDir},
};

/// How long a running sync may still take when the agent stops.
const FAREWELL_TIME: Duration = Duration::from_secs(3);
/// The policy is asked at least this often.
const LONGEST_NAP: Duration = Duration::from_hours(1);

/// What the handle tells the task.
pub(super) enum Order {
    Recorded { cannot_wait: bool },
    Quiet(bool),
}

/// The certificate that is used now.
pub(super) struct Connection {
    pub(super) servers: Servers,
    pub(super) client: Client,
    pub(super) tls: Arc<ClientConfig>,
    certificate: Vec<u8>,
}

impl Connection {
    pub(super) fn open(state: &StateDir, servers: Servers) -> Result<Self, StartError> {
        let certificate = state.read(state_dir::DEVICE_CERTIFICATE)?;
        let key = state.read(state_dir::DEVICE_KEY)?;
        let tls = tls_config(
            &state.read(state_dir::SERVER_AUTHORITY)?,
            Some((&certificate, &key)),
        )?;
        Ok(Self {
            client: Client::new(servers.clone(), &tls)?,
            servers,
            tls,
            certificate,
        })
    }
}

/// The task's own state.
pub(super) struct Driver {
    state: StateDir,
    agent_version: AgentVersion,
    shared: Arc<Shared>,
    connection: Connection,
    policy: SyncPolicy,
    started: Instant,
}

/// What a task of the driver came to.
enum Done {
    Synced {
        result: Result<bool, RoundError>,
        renewed: bool,
    },
    Disconnected(NudgeError),
}

impl Driver {
    pub(super) fn new(
        state: StateDir,
        agent_version: AgentVersion,
        shared: Arc<Shared>,
        connection: Connection,
        quiet: bool,
    ) -> Self {
        let (mut policy, started) = (SyncPolicy::new(), Instant::now());
        policy.set_quiet(Duration::ZERO, quiet, rand::random());
        Self {
            state,
            agent_version,
            shared,
            connection,
            policy,
            started,
        }
    }

    /// Runs until the handle is gone.
    pub(super) async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut tasks = JoinSet::new();
        let (nudge_sender, mut nudges) = mpsc::channel(8);
        loop {
            let decision = self.policy.decide(self.now());
            if decision.sync {
                tasks.spawn(self.sync());
            }
            if decision.connect {
                tasks.spawn(self.connect(nudge_sender.clone()));
            }
            let wake_at = self.started + decision.wake_at.unwrap_or(LONGEST_NAP);
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(&order),
                    None => break,
                },
                Some(event) = nudges.recv() => self.hear(event),
                Some(done) = tasks.join_next() => match done {
                    Ok(done) => {
                        // What a connection said before it ended comes before its end.
                        while let Ok(event) = nudges.try_recv() {
                            self.hear(event);
                        }
                        self.conclude(done);
                    }
                    Err(error) => return tracing::error!(%error, "the fleet link failed"),
                },
                () = tokio::time::sleep_until(wake_at) => {}
            }
        }
        // A sync under way may finish; the nudge connection ends with the task set.
        let finish = async {
            while self.policy.is_syncing()
                && let Some(Ok(done)) = tasks.join_next().await
            {
                self.conclude(done);
            }
        };
        let _ = tokio::time::timeout(FAREWELL_TIME, finish).await;
    }

    fn obey(&mut self, order: &Order) {
        let now = self.now();
        match *order {
            Order::Recorded { cannot_wait } => self.policy.recorded(now, cannot_wait),
            Order::Quiet(quiet) => self.policy.set_quiet(now, quiet, rand::random()),
        }
    }

    fn hear(&mut self, event: NudgeEvent) {
        let now = self.now();
        match event {
            NudgeEvent::Connected => self.policy.connected(now),
            NudgeEvent::SyncNow => self.policy.nudged(now),
        }
    }

    fn conclude(&mut self, done: Done) {
        let now = self.now();
        match done {
            Done::Synced { result, renewed } => {
                if renewed {
                    self.reopen();
                }
                match result {
                    Ok(more) => self.policy.synced(now, more, rand::random()),
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "sync failed");
                        self.policy.sync_failed(now, rand::random());
                    }
                }
            }
            Done::Disconnected(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "nudge connection ended");
                self.policy.disconnected(now, rand::random());
            }
        }
    }

    fn reopen(&mut self) {
        match Connection::open(&self.state, self.connection.servers.clone()) {
            Ok(connection) => self.connection = connection,
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "new certificate unusable"
            ),
        }
    }

    /// Syncs, and renews the certificate where that is due. A failed renewal does not hold up the sync.
    fn sync(&self) -> impl Future<Output = Done> + use<> {
        let (shared, client) = (self.shared.clone(), self.connection.client.clone());
        let (state, agent_version) = (self.state.clone(), self.agent_version.clone());
        let renewal_due =
            !self.policy.is_quiet() && renewal::is_due(&self.connection.certificate, Timestamp::now());
        async move {
            let result = round::sync(&shared, &client, &agent_version).await;
            let renewed = renewal_due && result.is_ok() && {
                let renewed = renewal::renew(&state, &client).await;
                if let Err(error) = &renewed {
                    tracing::warn!(
                        error = error as &dyn std::error::Error,
                        "certificate not renewed yet"
                    );
                }
                renewed.is_ok()
            };
            Done::Synced { result, renewed }
        }
    }

    fn connect(&self, events: mpsc::Sender<NudgeEvent>) -> impl Future<Output = Done> + use<> {
        let (servers, tls) = (self.connection.servers.clone(), self.connection.tls.clone());
        async move { Done::Disconnected(nudge::run(&servers, tls, &events).await) }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}
