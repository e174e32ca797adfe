//! Syncs as fast as the server answers them: each with one event, each answered when that event is on disk.
//!
//! Some of the kits do it over a connection that they keep, one sync after the other, until the server is killed under them.
//! What was acknowledged is then looked for in the database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fleet_api::{EventKind, Sequence, SpoolId};
use sqlx::sqlite::SqlitePool;
use tokio::task::JoinSet;

use super::crowd::Crowd;
use super::wire::{Line, event, request};
use crate::summary::{median, percentile};

/// The rate is counted in windows of this length.
const WINDOW: Duration = Duration::from_secs(1);
/// Not counted, while the load grows.
const WARMING: Duration = Duration::from_secs(2);

/// Kits at work.
pub(super) struct Busy {
    workers: JoinSet<Result<Worked>>,
    begun: Instant,
}

/// What a kit did: its spool, what was acknowledged last, and when and how fast each answer came.
struct Worked {
    spool: SpoolId,
    acknowledged: Sequence,
    answers: Vec<(Instant, Duration)>,
}

/// What all of them did.
pub(super) struct Work {
    pub(super) workers: usize,
    pub(super) syncs: usize,
    /// Median over windows of a second.
    pub(super) per_second: f64,
    pub(super) median_ms: f64,
    pub(super) p99_ms: f64,
    acknowledged: Vec<(SpoolId, Sequence)>,
}

impl Busy {
    pub(super) fn begin(lines: impl Iterator<Item = Line>, crowd: &Arc<Crowd>) -> Self {
        let workers = lines.map(|line| work(line, crowd.clone())).collect();
        Self {
            workers,
            begun: Instant::now(),
        }
    }

    /// To be called when the server has been killed: the kits stop by themselves.
    pub(super) async fn end(mut self, killed: Instant) -> Result<Work> {
        let (mut answers, mut acknowledged) = (Vec::new(), Vec::new());
        while let Some(worked) = self.workers.join_next().await {
            let worked = worked??;
            answers.extend(worked.answers);
            acknowledged.push((worked.spool, worked.acknowledged));
        }
        let from = self.begun + WARMING;
        let windows = killed.duration_since(from).as_secs();
        let mut counts = vec![0.0; usize::try_from(windows)?];
        let mut times = Vec::new();
        for (at, took) in &answers {
            let window = at
                .checked_duration_since(from)
                .map(|since| since.as_secs() / WINDOW.as_secs());
            if let Some(count) = window.and_then(|window| counts.get_mut(usize::try_from(window).ok()?)) {
                *count += 1.0;
                times.push(took.as_secs_f64() * 1000.0);
            }
        }
        Ok(Work {
            workers: acknowledged.len(),
            syncs: answers.len(),
            per_second: median(&counts).context("the load ran too shortly")?,
            median_ms: median(&times).context("no syncs")?,
            p99_ms: percentile(&times, 0.99).context("no syncs")?,
            acknowledged,
        })
    }
}

async fn work(line: Line, crowd: Arc<Crowd>) -> Result<Worked> {
    let mut worked = Worked {
        spool: SpoolId::generate(),
        acknowledged: Sequence(0),
        answers: Vec::new(),
    };
    let servers_life = crowd.life();
    let mut http = line.http().await?;
    loop {
        let next = worked.acknowledged.next();
        let ask = request(worked.spool, vec![event(next, EventKind::HelpRequested)])?;
        let begun = Instant::now();
        match line.sync(&mut http, &ask).await {
            Ok(_) => {
                worked.acknowledged = next;
                worked.answers.push((Instant::now(), begun.elapsed()));
            }
            Err(error) => {
                crowd.failed(servers_life, &error);
                return Ok(worked);
            }
        }
    }
}

impl Work {
    /// Everything that was acknowledged is in the database, once; beyond that at most what was under way.
    pub(super) async fn is_kept(&self, database: &SqlitePool) -> Result<()> {
        for (spool, acknowledged) in &self.acknowledged {
            let (count, last): (i64, Option<i64>) =
                sqlx::query_as("SELECT count(*), max(sequence) FROM events WHERE spool_id = $1")
                    .bind(spool.0)
                    .fetch_one(database)
                    .await?;
            let acknowledged = i64::from(acknowledged.0);
            ensure!(
                count == last.unwrap_or(0) && (acknowledged..=acknowledged + 1).contains(&count),
                "{acknowledged} events were acknowledged, {count} are in the database"
            );
        }
        Ok(())
    }
}
