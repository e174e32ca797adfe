//! A kit is killed at random moments of a visit, as when the battery is pulled: nothing of the visit is found afterwards, and
//! the server has its receipt.
//!
//! `KIT_CRASHES` says how many (`./dev soak` sets 200), `KIT_SEED` repeats the moments, ways and words of a run. Lab, server,
//! display and sound server stand for the whole run; only the kit is started and killed. `lane` is one such place with its kit,
//! `visit` one visit in it. Some lanes run side by side, because a visit mostly waits for fingers.

#![expect(
    clippy::print_stderr,
    reason = "whoever runs hundreds looks on, and repeats a run by its seed"
)]

mod lane;
mod visit;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime};

use anyhow::{Context as _, Result};
use end_to_end::remains::{self, Words};
use tokio::task::JoinSet;

use crate::lane::Lane;
use crate::visit::Plan;

/// Places with a kit, side by side.
const LANES: usize = 3;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_of_a_visit_nothing_of_it_is_found() -> Result<()> {
    let crashes = usize::try_from(number("KIT_CRASHES").unwrap_or(5))?;
    let seed = number("KIT_SEED").unwrap_or_else(|| u64::from(rand::random::<u32>()));
    eprintln!("{crashes} crashes; KIT_SEED={seed} repeats them");
    let next = Arc::new(AtomicUsize::new(0));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES.min(crashes) {
        let next = next.clone();
        lanes.spawn(async move {
            let mut lane = Lane::open().await?;
            loop {
                let crash = next.fetch_add(1, Ordering::Relaxed);
                if crash >= crashes {
                    return lane.finish();
                }
                let plan = Plan::of(seed, crash);
                let begun = Instant::now();
                let at = lane.crash(&plan).await;
                let at = at.with_context(|| format!("KIT_SEED={seed}: crash {crash}, {plan:?}"))?;
                let took = begun.elapsed().as_secs_f64();
                eprintln!(
                    "crash {crash}: {:?}, {:?}, on {at}, {took:.1} s",
                    plan.way, plan.part
                );
            }
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane??;
    }
    Ok(())
}

#[test]
fn the_search_finds_what_is_there() {
    let planted = format!("planterad-{}", std::process::id());
    let wide: Vec<u16> = format!("vidare-{}", std::process::id()).encode_utf16().collect();
    let since = SystemTime::now();
    for word in [planted.clone(), String::from_utf16(&wide).unwrap()] {
        let words = Words::new([word.as_str()]);
        assert!(remains::in_memory(std::process::id(), &words).is_err());
    }
    let words = Words::new([planted.as_str()]);
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    std::fs::write(folder.path().join("file"), &planted).unwrap();
    assert!(remains::in_folders(&[folder.path()], &words).is_err());
    assert!(remains::in_shared_folders(&words, since, &[]).is_err());
    assert!(remains::in_shared_folders(&words, since, &[folder.path()]).is_ok());
}
