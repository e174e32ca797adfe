//! `bench fleet`: what one server carries, measured on this machine together with the load.
//!
//! The real program on SQLite, with as many kits as asked for; the kits decide by the agent's own rules and speak the real
//! protocol (`kit`, `wire`). In this order: all connect and are left alone (memory, bytes on the wire), commands are given
//! (nudge to sync), some sync as fast as they can, the server is killed in the middle of that and started anew (are all back,
//! is everything there). One error anywhere, and there is no report.

mod busy;
mod crowd;
mod figures;
mod kit;
mod orders;
mod place;
mod site;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use self::busy::{Busy, Work};
use self::crowd::Crowd;
use self::figures::{Figures, Goal};
use self::kit::Kit;
use self::place::Traffic;
use self::site::{Enrolled, Server, Site};
use self::wire::{Line, Trust};
use crate::process_tree::ProcessTree;
use crate::summary::{median, percentile};

/// How many kits come each second at first.
const RAMP: u32 = 400;
/// Longest wait for all kits to be connected, beside the ramp.
const PATIENCE: Duration = Duration::from_mins(5);
/// After the ramp: what is kept after a sync is let go.
const SETTLE: Duration = Duration::from_secs(5);
const DAY: f64 = 86_400.0;
/// Kits, unless said otherwise.
const GOAL: u32 = 20_000;

/// How large, and how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where the figures go.
    #[arg(long, default_value = "out/bench-fleet.json")]
    json: PathBuf,
    /// Kits that are connected all the time; 20,000, or as many as one program may have open files for here.
    #[arg(long)]
    kits: Option<u32>,
    /// How long they are left alone, in seconds.
    #[arg(long, default_value_t = 300)]
    idle: u32,
    /// Commands given to them.
    #[arg(long, default_value_t = 1_000)]
    commands: usize,
    /// How long some of them sync as fast as they can, in seconds.
    #[arg(long, default_value_t = 30)]
    busy: u32,
    /// How many do.
    #[arg(long, default_value_t = 128)]
    workers: usize,
    /// Where the database lies while this runs: its disk is measured too.
    #[arg(long, default_value = ".")]
    place: PathBuf,
}

/// One run.
struct Bench<'o> {
    options: &'o Options,
    kits: u32,
    site: Site,
    crowd: Arc<Crowd>,
    lines: Vec<Line>,
    figures: Figures,
}

/// Measures, prints, and writes the file.
pub(crate) async fn run(options: &Options) -> Result<()> {
    place::enter()?;
    let kits = options.kits.unwrap_or_else(|| GOAL.min(place::most_kits()));
    place::allow_open_files(kits)?;
    let load_before = std::fs::read_to_string("/proc/loadavg")?;
    say(&format!("making {kits} kits with keys and certificates"));
    let site = Site::make(&options.place, kits).await?;
    let any = "127.0.0.1:0".parse()?;
    let server = site.serve(any, any).await?;
    let crowd = Arc::new(Crowd::default());
    let trust = Trust::new(&site.authority()?)?;
    let line = |kit: &Enrolled| Line::new(&trust, kit, server.device, crowd.tasks.clone());
    let mut bench = Bench {
        options,
        kits,
        crowd: crowd.clone(),
        lines: site.kits.iter().map(line).collect::<Result<_>>()?,
        figures: Figures::default(),
        site,
    };
    bench.all_come(&server).await?;
    bench.left_alone(&server).await?;
    bench.told(&server).await?;
    let (work, server) = bench.killed_at_work(server).await?;
    bench.crowd.over.cancel();
    server.kill().await?;
    work.is_kept(&bench.site.database().await?).await?;
    bench.figures.write(&options.json, &bench.setup(&load_before)?)?;
    say(&format!("written to {}", options.json.display()));
    Ok(())
}

impl Bench<'_> {
    /// Every kit comes, a few hundred each second.
    async fn all_come(&mut self, server: &Server) -> Result<()> {
        let empty = server.memory_mib()?;
        self.crowd.server_begins();
        let (begun, mut turn) = (
            Instant::now(),
            tokio::time::interval(Duration::from_secs(1) / RAMP),
        );
        for line in &self.lines {
            turn.tick().await;
            self.crowd
                .tasks
                .spawn(Kit::new(line.clone(), self.crowd.clone()).live());
        }
        self.crowd.all_settled(self.kits, PATIENCE).await?;
        say(&format!(
            "all have come after {:.0} s",
            begun.elapsed().as_secs_f64()
        ));
        tokio::time::sleep(SETTLE).await;
        self.crowd.all_is_well(self.kits)?;
        self.figures.add(
            "memory of the server without kits",
            (empty, "MiB"),
            None,
            "resident set (VmRSS) right after its start",
        );
        Ok(())
    }

    /// Memory, and what goes over the wire while nothing happens.
    async fn left_alone(&mut self, server: &Server) -> Result<()> {
        let mut tree = ProcessTree::of(server.pid()?)?;
        let (used, traffic, begun) = (tree.processor_time(), Traffic::until_now()?, Instant::now());
        tokio::time::sleep(Duration::from_secs(self.options.idle.into())).await;
        let (traffic, took) = (
            Traffic::until_now()?.since(traffic),
            begun.elapsed().as_secs_f64(),
        );
        tree.look();
        let used = tree.processor_time().saturating_sub(used).as_secs_f64();
        self.crowd.all_is_well(self.kits)?;
        let kits = self.count();
        let interval = format!("{kits} kits during {took:.0} s in which nothing happened");
        self.figures.add(
            "kits connected",
            (kits, "kits"),
            Some(Goal::AtLeast(GOAL.into())),
            "each with its WebSocket over mutual TLS, its certificate and its answers to pings",
        );
        self.figures.add(
            "memory of the server with them",
            (server.memory_mib()?, "MiB"),
            Some(Goal::AtMost(1536.0)),
            "resident set (VmRSS) after that interval; the kernel's socket buffers are not in it",
        );
        self.figures.add(
            "the same, shared pages by share",
            (tree.pss_mib()?, "MiB"),
            None,
            "PSS",
        );
        self.figures.add(
            "bytes per idle kit and day",
            (bytes(traffic.bytes) / kits / took * DAY / 1000.0, "kB"),
            Some(Goal::AtMost(300.0)),
            format!("all that crossed the loopback both ways, headers of IP and TCP and TLS included; {interval}, times the intervals of a day; the kits' hourly syncs are spread evenly, as in a fleet that has run for days"),
        );
        self.figures.add(
            "packets per idle kit and day",
            (bytes(traffic.packets) / kits / took * DAY, "packets"),
            None,
            "the same",
        );
        self.figures.add(
            "processor of the idle server",
            (100.0 * used / took, "% of one"),
            None,
            interval,
        );
        Ok(())
    }

    /// Commands reach their kits.
    async fn told(&mut self, server: &Server) -> Result<()> {
        let took = orders::give(&self.site, server, &self.crowd, self.options.commands).await?;
        self.crowd.all_is_well(self.kits)?;
        let how = format!(
            "{} commands at 20 each second, from the REST request to the kit's having the command by the sync that the nudge began",
            took.len()
        );
        for (name, share, goal) in [
            ("command to kit, median", 0.5, None),
            (
                "command to kit, 99th percentile",
                0.99,
                Some(Goal::AtMost(2000.0)),
            ),
            ("command to kit, slowest", 1.0, None),
        ] {
            let value = percentile(&took, share).context("no commands")?;
            self.figures.add(name, (value, "ms"), goal, how.clone());
        }
        Ok(())
    }

    /// Some kits sync as fast as they can, the server is killed under them and started anew, and all kits come back.
    async fn killed_at_work(&mut self, server: Server) -> Result<(Work, Server)> {
        let lines = self.lines.iter().take(self.options.workers).cloned();
        let busy = Busy::begin(lines, &self.crowd);
        tokio::time::sleep(Duration::from_secs(self.options.busy.into())).await;
        self.crowd.all_is_well(self.kits)?;
        let (device, console) = (server.device, server.console);
        self.crowd.server_ends();
        let killed = Instant::now();
        server.kill().await?;
        let work = busy.end(killed).await?;
        let server = self.site.serve(device, console).await?;
        let ready = Instant::now();
        self.crowd.server_begins();
        let last = self.crowd.all_settled(self.kits, PATIENCE).await?;
        self.crowd.all_is_well(self.kits)?;
        self.report_work(&work);
        self.figures.add(
            "all kits back after kill -9 and restart",
            (last.duration_since(ready).as_secs_f64(), "s"),
            Some(Goal::AtMost(120.0)),
            "from the moment when the server has its port again until the last kit is connected and has synced, with no error from then on",
        );
        let peak = server.most_memory_mib()?;
        self.figures.add(
            "memory at the most, while they came back",
            (peak, "MiB"),
            None,
            "VmHWM",
        );
        Ok((work, server))
    }

    fn report_work(&mut self, work: &Work) {
        let how = format!(
            "{} syncs with one event each, all found in the database after kill -9; {} kits, one sync after the other each, the others connected; SQLite in WAL mode with synchronous = FULL",
            work.syncs, work.workers
        );
        self.figures.add(
            "syncs, every event durable",
            (work.per_second, "per second"),
            Some(Goal::AtLeast(2000.0)),
            how.clone(),
        );
        self.figures
            .add("such a sync, median", (work.median_ms, "ms"), None, how.clone());
        self.figures
            .add("such a sync, 99th percentile", (work.p99_ms, "ms"), None, how);
    }

    fn count(&self) -> f64 {
        f64::from(self.kits)
    }

    fn setup(&self, load_before: &str) -> Result<Value> {
        let commits: Vec<f64> = place::disk(&self.options.place)?;
        Ok(json!({
            "kits": self.kits,
            "open_files_allowed": place::open_files_allowed(),
            "processors": std::thread::available_parallelism()?.get(),
            "processor": place::processor()?,
            "load_generator": "on the same processors, in a process of its own",
            "load_average_before": load_before.trim(),
            "disk_fsync_median_ms": median(&commits),
            "largest_packet": place::LARGEST_PACKET,
            "build": if cfg!(debug_assertions) { "debug: the figures mean nothing" } else { "release" },
            "published_by_a_peer": "MeshCentral.com: 14,000 devices permanently connected on 2 vCPU and 4 GB",
        }))
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn bytes(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::print_stdout, reason = "a bench speaks to the person who started it")]
fn say(line: &str) {
    println!("{line}");
}
