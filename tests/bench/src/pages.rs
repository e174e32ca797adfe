//! `./dev bench pages`: how long each page of the console takes at thousands of kits, on a server of its own that is filled
//! with a month of visits. The browser is left out: time from the request to the last byte, over TLS.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use end_to_end::fleet::{Fleet, Reader};
use serde_json::{Value, json};

use crate::summary::{median, percentile, say};

/// The goal: no page is slower.
const GOAL_MS: f64 = 200.0;
/// Pages without an id in their address that a region's operator sees.
const PAGES: [&str; 21] = [
    "/",
    "/kits",
    "/kits?sort=battery&descending=true",
    "/kits?f-name=77",
    "/kits?page=60",
    "/calendar",
    "/calendar?sort=wed",
    "/book",
    "/tasks",
    "/tasks?sort=since",
    "/alerts/receivers",
    "/hygiene",
    "/training",
    "/follow-up",
    "/follow-up/settings",
    "/utilisation",
    "/audit",
    "/responsibility",
    "/responsibility?sort=item",
    "/kits/register",
    "/login",
];
/// Where the first link of its kind leads to one page more.
const ONE_OF: [(&str, &str); 3] = [
    ("/kits", "/kits/"),
    ("/tasks", "/tasks/"),
    ("/calendar", "/reservations/"),
];
const ID_LENGTH: usize = 36;

/// Fills a server, asks for every page `runs` times, prints a table and writes the figures.
pub(crate) async fn run(file: &Path, kits: u32, days: u32, runs: u32) -> Result<()> {
    let fleet = Fleet::start("video.example").await?;
    let begun = Instant::now();
    fleet.fill_with(kits, days).await?;
    say(&format!(
        "{kits} kits, {days} days of visits, filled in {} s",
        begun.elapsed().as_secs()
    ));
    let reader = fleet.log_in().await?;
    let mut pages: Vec<String> = PAGES.map(str::to_owned).into();
    for (list, of) in ONE_OF {
        pages.extend(first_link(&reader.page(list).await?, of));
    }
    say(&format!(
        "{:<44} {:>8} {:>8} {:>8} {:>9}",
        "page", "min ms", "median", "p99", "bytes"
    ));
    let mut measured = Vec::new();
    for page in &pages {
        measured.push(measure(&reader, page, runs).await.with_context(|| page.clone())?);
    }
    let slow = measured
        .iter()
        .filter(|page| page["p99_ms"].as_f64() > Some(GOAL_MS))
        .count();
    say(&format!(
        "{slow} of {} pages took longer than {GOAL_MS} ms at the 99th percentile",
        measured.len()
    ));
    let figures = json!({ "kits": kits, "days": days, "runs": runs, "goal_ms": GOAL_MS, "pages": measured });
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, serde_json::to_string_pretty(&figures)?)?;
    say(&format!("figures: {}", file.display()));
    Ok(())
}

async fn measure(reader: &Reader, page: &str, runs: u32) -> Result<Value> {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..runs {
        let asked = Instant::now();
        bytes = reader.page(page).await?.len();
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    let [least, middle, p99] =
        [percentile(&times, 0.0), median(&times), percentile(&times, 0.99)].map(Option::unwrap_or_default);
    say(&format!(
        "{page:<44} {least:>8.1} {middle:>8.1} {p99:>8.1} {bytes:>9}"
    ));
    Ok(json!({ "page": page, "min_ms": least, "median_ms": middle, "p99_ms": p99, "bytes": bytes }))
}

/// The first address in a page that leads to one of these.
fn first_link(page: &str, of: &str) -> Option<String> {
    let links = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let mut one = links.filter(|link| link.strip_prefix(of).is_some_and(|id| id.len() == ID_LENGTH));
    one.next().map(str::to_owned)
}
