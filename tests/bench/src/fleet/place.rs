//! Where the bench runs: a network namespace of its own, so that everything on its loopback is the kits' and the server's,
//! cut into packets as a mobile network would; and enough open files.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Set in the namespace.
const INSIDE: &str = "BENCH_FLEET_INSIDE";
/// What fits into a packet of a mobile network, in bytes.
pub(super) const LARGEST_PACKET: &str = "1400";
/// The kernel puts as much in front of each packet that crosses a loopback, in bytes; no network does.
const LOOPBACK_HEADER: u64 = 14;
/// Open files beside one per kit: what the server keeps for people and its database, and a sync's connection for one kit in
/// `SYNCING`, as when all come back after a restart.
const SPARE_FILES: u64 = 1_600;
const SYNCING: u64 = 10;

/// Starts this program anew in a network namespace, unless it is in one already. Needs no root where the kernel lets users
/// make namespaces, as Debian's does.
pub(super) fn enter() -> Result<()> {
    if std::env::var_os(INSIDE).is_some() {
        let up = ["link", "set", "lo", "up", "mtu", LARGEST_PACKET];
        let status = Command::new("ip")
            .args(up)
            .status()
            .context("iproute2 is needed")?;
        ensure!(status.success(), "ip {up:?}: {status}");
        std::fs::write("/proc/sys/net/ipv4/ip_local_port_range", "1024 65535")
            .context("the namespace's ports")?;
        return Ok(());
    }
    let error = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net"])
        .arg(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        .exec();
    bail!("could not start \"unshare\" of util-linux: {error}");
}

/// How many files one program may have open here.
pub(super) fn open_files_allowed() -> u64 {
    getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX)
}

/// How many kits can be connected to one server here, by the open files that a program may have.
pub(super) fn most_kits() -> u32 {
    let kits = open_files_allowed().saturating_sub(SPARE_FILES) / (SYNCING + 1) * SYNCING;
    u32::try_from(kits).unwrap_or(u32::MAX)
}

/// Allows as many open files as the kits need; the server that is started from here inherits it.
pub(super) fn allow_open_files(kits: u32) -> Result<()> {
    let needed = u64::from(kits) + u64::from(kits) / SYNCING + SPARE_FILES;
    let most = open_files_allowed();
    ensure!(
        most >= needed,
        "{kits} kits need {needed} open files and {most} are allowed here; raise \"ulimit -Hn\" or give at most --kits {}",
        most_kits()
    );
    let limit = getrlimit(Resource::Nofile);
    let current = Some(needed.max(limit.current.unwrap_or(u64::MAX)));
    setrlimit(Resource::Nofile, Rlimit { current, ..limit })
        .context("could not raise the number of open files")
}

/// What has crossed the loopback.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traffic {
    pub(super) packets: u64,
    /// With the headers of IP and TCP, without those of whatever is below.
    pub(super) bytes: u64,
}

impl Traffic {
    /// From the beginning until now. Each packet counts once.
    pub(super) fn until_now() -> Result<Self> {
        let table = std::fs::read_to_string("/proc/self/net/dev")?;
        let line = table.lines().find_map(|line| line.trim().strip_prefix("lo:"));
        let mut numbers = line
            .context("a loopback")?
            .split_whitespace()
            .map(str::parse::<u64>);
        let (bytes, packets) = (
            numbers.next().context("bytes")??,
            numbers.next().context("packets")??,
        );
        Ok(Self {
            packets,
            bytes: bytes - LOOPBACK_HEADER * packets,
        })
    }

    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            packets: self.packets - earlier.packets,
            bytes: self.bytes - earlier.bytes,
        }
    }
}

/// How long the disk takes to make 4 KiB last, in milliseconds, some times over.
pub(super) fn disk(place: &Path) -> Result<Vec<f64>> {
    let mut file = tempfile::tempfile_in(place)?;
    let once = |_| -> Result<f64> {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    };
    (0..200).map(once).collect()
}

/// The processor's name.
pub(super) fn processor() -> Result<String> {
    let table = std::fs::read_to_string("/proc/cpuinfo")?;
    let line = table.lines().find_map(|line| line.strip_prefix("model name"));
    Ok(line
        .map_or("unknown", |rest| rest.trim_start_matches([':', '\t', ' ']))
        .to_owned())
}
