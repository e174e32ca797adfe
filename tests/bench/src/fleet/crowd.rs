//! What the kits have in common: how many are connected, what went wrong, and which commands have reached them.
//!
//! The server's lives are counted. What fails while it is away, or because it went, is no error; anything else is, and a
//! bench with one error reports nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Error, Result, ensure};
use end_to_end::processes::until;
use fleet_api::CommandId;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[derive(Default)]
pub(super) struct Crowd {
    /// Ends all kits.
    pub(super) over: CancellationToken,
    /// Everything that the kits do.
    pub(super) tasks: TaskTracker,
    /// Odd while the server is there, even while it is not.
    life: AtomicU64,
    connected: AtomicU32,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    errors: BTreeMap<String, u64>,
    heard: HashMap<CommandId, Instant>,
    /// When kits were back, by the server's life.
    settled: HashMap<u64, Vec<Instant>>,
}

impl Crowd {
    /// The server's life now.
    pub(super) fn life(&self) -> u64 {
        self.life.load(SeqCst)
    }

    /// The server is there from now on.
    pub(super) fn server_begins(&self) {
        self.life.fetch_add(1, SeqCst);
    }

    /// The server is about to be killed.
    pub(super) fn server_ends(&self) {
        self.life.fetch_add(1, SeqCst);
    }

    pub(super) fn connected(&self) {
        self.connected.fetch_add(1, SeqCst);
    }

    /// A connection that was made in `life` has ended.
    pub(super) fn disconnected(&self, life: u64, error: &Error) {
        self.connected.fetch_sub(1, SeqCst);
        self.failed(life, error);
    }

    /// Something that began in `life` has failed.
    pub(super) fn failed(&self, life: u64, error: &Error) {
        let is_there = life % 2 == 1 && life == self.life();
        if is_there {
            *self.seen().errors.entry(format!("{error:#}")).or_default() += 1;
        }
    }

    /// A command has reached its kit.
    pub(super) fn heard(&self, command: CommandId) {
        self.seen().heard.entry(command).or_insert_with(Instant::now);
    }

    /// A kit is connected and has synced since.
    pub(super) fn settled(&self, life: u64) {
        self.seen().settled.entry(life).or_default().push(Instant::now());
    }

    /// When a command reached its kit.
    pub(super) async fn when_heard(&self, command: CommandId, limit: Duration) -> Result<Instant> {
        let ask = || async { self.seen().heard.get(&command).copied() };
        until("a command reaches its kit", limit, ask).await
    }

    /// Waits until all `kits` are connected and have synced in this life; when the last did.
    pub(super) async fn all_settled(&self, kits: u32, limit: Duration) -> Result<Instant> {
        let life = self.life();
        let ask = || async {
            let seen = self.seen();
            let settled = seen.settled.get(&life)?;
            (settled.len() >= kits as usize)
                .then(|| settled.iter().max().copied())
                .flatten()
        };
        let last = until("all kits are back", limit, ask).await;
        if last.is_err() {
            self.no_errors()?;
        }
        last
    }

    /// All kits are connected and nothing has gone wrong.
    pub(super) fn all_is_well(&self, kits: u32) -> Result<()> {
        self.no_errors()?;
        let connected = self.connected.load(SeqCst);
        ensure!(connected == kits, "{connected} of {kits} kits are connected");
        Ok(())
    }

    fn no_errors(&self) -> Result<()> {
        let errors = &self.seen().errors;
        ensure!(errors.is_empty(), "no report, as there were errors: {errors:#?}");
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
