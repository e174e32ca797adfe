//! Each connection is an open file, and a program may have only so many. The ports share what there is, with a reserve for
//! the database, the log and what else is opened while everybody is here: whoever comes beyond that is refused at the
//! port, instead of the database's being refused its file.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::web::Limits;

/// Most kits' connections, however many files there are: one each for nudges and one for syncs that is kept for a while;
/// each idle one costs some 20 kB.
const KITS: usize = 50_000;
/// Most connections of people and programs.
const PEOPLE: usize = 1_000;
/// Programs that watch the server.
const WATCHERS: usize = 20;
/// Files for everything else.
const RESERVE: usize = 256;
/// Where files are few, people and the reserve have this share each, and kits the rest.
const SHARE: usize = 4;

/// Allows this program as many open files as it may have; systems give some thousand to whoever does not ask.
pub fn allow_as_many_as_possible() {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, most) {
        tracing::warn!(%error, "could not raise the number of open files");
    }
    tracing::info!(most = limit.maximum, "open files allowed");
}

/// What each port grants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    pub(crate) kits: Limits,
    pub(crate) people: Limits,
    pub(crate) watchers: Limits,
}

impl Shares {
    /// By how many files this program may have open now.
    pub(crate) fn now() -> Self {
        let files = getrlimit(Resource::Nofile).current;
        Self::of(files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX)))
    }

    fn of(files: usize) -> Self {
        let people = PEOPLE.min(files / SHARE);
        let reserve = RESERVE.min(files / SHARE);
        let kits = files.saturating_sub(people + reserve + WATCHERS);
        Self {
            kits: Limits::at_most(kits.clamp(1, KITS)),
            people: Limits::at_most(people.max(1)),
            watchers: Limits::at_most(WATCHERS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ports_together_leave_a_reserve_of_files() {
        for files in [256, 1_024, 20_000, 40_000, 1_000_000] {
            let shares = Shares::of(files);
            let most = [shares.kits, shares.people, shares.watchers].map(|port| port.most_connections);
            let reserve = files - most.iter().sum::<usize>();
            assert!(reserve >= RESERVE.min(files / SHARE), "{most:?} of {files}");
        }
        assert_eq!(Shares::of(20_000).kits.most_connections, 18_724);
        assert_eq!(Shares::of(usize::MAX).kits.most_connections, KITS);
    }
}
