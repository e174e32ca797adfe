//! A kit that is on for days: it decides by the agent's own rules (`kit_agent::fleet::policy`) when to connect, to sync, to
//! wait, and does so over the real protocol.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use fleet_api::{EventKind, Nudge, NumberedEvent, Sequence, SpoolId};
use futures_util::StreamExt as _;
use kit_agent::fleet::policy::SyncPolicy;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{self, Message};

use super::crowd::Crowd;
use super::wire::{Http, Line, Nudges, event, request};

/// As long as the agent keeps a connection after a sync.
const IDLE_TIME: Duration = Duration::from_secs(3);
/// The mean interval of an idle kit's syncs.
const POLL: Duration = Duration::from_hours(1);
/// The kits' clock begins late enough that what is made to lie before their start does not lie before its zero.
const BEFORE: Duration = Duration::from_hours(2);

pub(super) struct Kit {
    line: Line,
    crowd: Arc<Crowd>,
    policy: SyncPolicy,
    started: Instant,
    /// And the server's life in which it was made.
    nudges: Option<(Nudges, u64)>,
    http: Option<(Http, Instant)>,
    spool: SpoolId,
    last: Sequence,
    waiting: Vec<NumberedEvent>,
    /// How long ago its last sync shall have been at first: kits that have been on for days do not sync in step.
    phase: Option<Duration>,
    /// The server's life in which it last was connected and synced.
    settled_in: Option<u64>,
}

impl Kit {
    pub(super) fn new(line: Line, crowd: Arc<Crowd>) -> Self {
        Self {
            line,
            crowd,
            policy: SyncPolicy::new(),
            started: Instant::now(),
            nudges: None,
            http: None,
            spool: SpoolId::generate(),
            last: Sequence(0),
            waiting: Vec::new(),
            phase: Some(POLL.mul_f64(rand::random())),
            settled_in: None,
        }
    }

    /// Lives until the bench is over.
    pub(super) async fn live(mut self) {
        let over = self.crowd.over.clone();
        // Thousands of them wait at a time; on the heap each takes only what it needs.
        Box::pin(over.run_until_cancelled(async {
            loop {
                let decision = self.policy.decide(self.now());
                if decision.sync {
                    self.sync().await;
                }
                if decision.connect {
                    self.connect().await;
                }
                if !decision.sync && !decision.connect {
                    self.wait(decision.wake_at).await;
                }
            }
        }))
        .await;
    }

    fn now(&self) -> Duration {
        BEFORE + self.started.elapsed()
    }

    async fn connect(&mut self) {
        let life = self.crowd.life();
        match self.line.nudges().await {
            Ok(nudges) => {
                self.nudges = Some((nudges, life));
                self.crowd.connected();
                self.policy.connected(self.now());
            }
            Err(error) => {
                self.crowd.failed(life, &error);
                self.policy.disconnected(self.now(), rand::random());
            }
        }
    }

    async fn sync(&mut self) {
        let life = self.crowd.life();
        match self.exchange_and_listen().await {
            Ok(()) => {
                let mut at = self.now();
                if self.nudges.is_some() {
                    at -= self.phase.take().unwrap_or_default();
                    if self.settled_in.replace(life) != Some(life) {
                        self.crowd.settled(life);
                    }
                }
                self.policy.synced(at, !self.waiting.is_empty(), rand::random());
            }
            Err(error) => {
                self.http = None;
                self.crowd.failed(life, &error);
                self.policy.sync_failed(self.now(), rand::random());
            }
        }
    }

    /// The server's questions are answered meanwhile, as the agent's own tasks do.
    async fn exchange_and_listen(&mut self) -> Result<()> {
        let mut nudges = self.nudges.take();
        let (mut told, mut ended) = (false, None);
        let result = {
            let exchange = self.exchange();
            tokio::pin!(exchange);
            loop {
                tokio::select! {
                    result = &mut exchange => break result,
                    frame = next_frame(&mut nudges) => match frame {
                        Some(Ok(Message::Text(_))) => told = true,
                        Some(Ok(Message::Ping(_))) => {}
                        other => ended = nudges.take().map(|(_, life)| (life, other)),
                    },
                }
            }
        };
        self.nudges = nudges;
        if told {
            self.policy.nudged(self.now());
        }
        if let Some((life, said)) = ended {
            self.lost(life, said.as_ref());
        }
        result
    }

    async fn exchange(&mut self) -> Result<()> {
        let mut http = match self.http.take() {
            Some((http, _)) if http.is_ready() => http,
            _ => self.line.http().await?,
        };
        let ask = request(self.spool, self.waiting.clone())?;
        let answer = self.line.sync(&mut http, &ask).await?;
        self.http = Some((http, Instant::now()));
        self.waiting.clear();
        for command in answer.desired.commands {
            self.crowd.heard(command.id);
            self.last = self.last.next();
            let done = EventKind::CommandDone { command: command.id };
            self.waiting.push(event(self.last, done));
        }
        Ok(())
    }

    /// Until something happens, or it is time.
    async fn wait(&mut self, wake_at: Option<Duration>) {
        let nap = wake_at.map_or(POLL, |at| at.saturating_sub(self.now()));
        let mut until = Instant::now() + nap;
        if let Some((_, used)) = self.http {
            until = until.min(used + IDLE_TIME);
        }
        tokio::select! {
            frame = next_frame(&mut self.nudges) => match frame {
                Some(Ok(Message::Text(text))) if serde_json::from_str::<Nudge>(&text).is_ok() => {
                    self.policy.nudged(self.now());
                }
                // Reading has answered a ping.
                Some(Ok(Message::Ping(_))) => {}
                other => {
                    if let Some((_, life)) = self.nudges.take() {
                        self.lost(life, other.as_ref());
                    }
                }
            },
            () = sleep_until(until) => {}
        }
        if self
            .http
            .as_ref()
            .is_some_and(|(_, used)| used.elapsed() >= IDLE_TIME)
        {
            self.http = None;
        }
    }

    /// The connection that was made in `life` has ended.
    fn lost(&mut self, life: u64, said: Option<&Frame>) {
        let error = anyhow::anyhow!("nudge connection ended: {said:?}");
        self.crowd.disconnected(life, &error);
        self.policy.disconnected(self.now(), rand::random());
    }
}

type Frame = Result<Message, tungstenite::Error>;

/// What comes next on the nudge connection; nothing ever where there is none.
async fn next_frame(nudges: &mut Option<(Nudges, u64)>) -> Option<Frame> {
    match nudges {
        Some((nudges, _)) => nudges.next().await,
        None => std::future::pending().await,
    }
}
