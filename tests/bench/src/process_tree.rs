//! What a process and everything it started cost: processor time by `sysinfo`, memory as PSS from `/proc` (proc(5)),
//! which counts pages that several processes share once.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// A process and all its descendants.
pub(crate) struct ProcessTree {
    root: Pid,
    system: System,
}

impl ProcessTree {
    /// The tree below and with `root`.
    pub(crate) fn of(root: u32) -> Result<Self> {
        let mut tree = Self {
            root: Pid::from_u32(root),
            system: System::new()?,
        };
        tree.look();
        Ok(tree)
    }

    /// Reads the processes anew.
    pub(crate) fn look(&mut self) {
        let cost = ProcessRefreshKind::nothing().with_cpu().without_tasks();
        self.system
            .refresh_processes_specifics(ProcessesToUpdate::All, true, cost);
    }

    /// Those that lived at the last look.
    pub(crate) fn members(&self) -> BTreeSet<Pid> {
        let mut found = BTreeSet::from([self.root]);
        loop {
            let known = found.len();
            for (pid, process) in self.system.processes() {
                if process.parent().is_some_and(|parent| found.contains(&parent)) {
                    found.insert(*pid);
                }
            }
            if found.len() == known {
                return found;
            }
        }
    }

    /// Processor time, user and system, that they had used at the last look.
    pub(crate) fn processor_time(&self) -> Duration {
        let used = |pid: &Pid| Some(self.system.process(*pid)?.accumulated_cpu_time());
        Duration::from_millis(self.members().iter().filter_map(used).sum())
    }

    /// Their proportional set size together, in MiB.
    pub(crate) fn pss_mib(&self) -> Result<f64> {
        let sizes: Result<Vec<f64>> = self.members().into_iter().map(pss_kib).collect();
        Ok(sizes?.iter().sum::<f64>() / 1024.0)
    }
}

fn pss_kib(pid: Pid) -> Result<f64> {
    let rollup =
        std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).context("smaps_rollup is needed")?;
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let pss = pss.and_then(|rest| rest.trim().strip_suffix("kB"));
    Ok(pss.context("a Pss line")?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_in_its_tree_and_costs_something() {
        let tree = ProcessTree::of(std::process::id()).unwrap();
        assert!(tree.members().contains(&Pid::from_u32(std::process::id())));
        assert!(tree.pss_mib().unwrap() > 0.5);
    }
}
