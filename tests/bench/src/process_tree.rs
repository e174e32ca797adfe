//! What a process and everything it started cost, from `/proc`: processor time and memory (proc(5)).

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context as _, Result};

/// `USER_HZ`, the same on every Linux that this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// `root` and all its descendants that live now.
pub(crate) fn tree(root: u32) -> Result<BTreeSet<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process may end while we look.
        if let Some(parent) = field(pid, 1) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        if found.insert(pid) {
            open.extend(children.remove(&pid).unwrap_or_default());
        }
    }
    Ok(found)
}

/// Processor seconds, user and system, that these have used so far.
pub(crate) fn processor_seconds(pids: &BTreeSet<u32>) -> f64 {
    let ticks = |pid: u32| Some(f64::from(field(pid, 11)?) + f64::from(field(pid, 12)?));
    pids.iter().filter_map(|pid| ticks(*pid)).sum::<f64>() / TICKS_PER_SECOND
}

/// Proportional set size of these together, in MiB.
pub(crate) fn pss_mib(pids: &BTreeSet<u32>) -> Result<f64> {
    let mut kib = 0.0;
    for pid in pids {
        let rollup =
            std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).context("smaps_rollup is needed")?;
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let pss = pss.and_then(|rest| rest.trim().strip_suffix("kB"));
        kib += pss.context("a Pss line")?.trim().parse::<f64>()?;
    }
    Ok(kib / 1024.0)
}

/// A number of `/proc/PID/stat`, counted from the field after the program's name.
fn field(pid: u32, index: usize) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_costs_something() {
        let mine = tree(std::process::id()).unwrap();
        assert!(mine.contains(&std::process::id()));
        assert!(pss_mib(&mine).unwrap() > 0.5);
        assert!(processor_seconds(&mine) >= 0.0);
    }
}
