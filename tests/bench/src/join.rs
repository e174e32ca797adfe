//! `bench join`: the kit and the official client in Chromium join the same room at the same node, one after the other.
//!
//! The kit's runs are whole visits: from the care worker's first tap to the patient's one tap, in a window of its own;
//! the time counts from that tap to the first decoded frame of the far side. Chromium's page is open already, with its
//! camera running; its time counts from the click to the first frame that it shows. The node runs in this process and
//! costs both the same. Both draw in software, and both send the same picture at the same rate and read it from files.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use end_to_end::repository;
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::link::{DirectionSettings, LinkSettings};
use lab::node::{Node, NodeConfig, RoomSettings, VideoSettings};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::camera::{FPS, LINES, Recording};
use crate::process_tree::ProcessTree;
use crate::summary::{median, ratio, say};

/// Round trips in milliseconds.
const ROUND_TRIPS: [u32; 2] = [0, 60];
/// A held call is measured in this many parts, and the median counts.
const WINDOWS: u32 = 10;
/// Before a held call is measured, the estimate and the picture's size settle.
const SETTLE: Duration = Duration::from_secs(15);

/// Measures, prints, and writes `file`.
pub(crate) async fn run(file: &Path, runs: u32, hold: u32) -> Result<()> {
    let mut rounds = Vec::new();
    let camera = Recording::make().await?;
    for round_trip in ROUND_TRIPS {
        let node = node(round_trip).await?;
        let seconds = if round_trip == 0 { hold } else { 0 };
        let chromium = chromium(&node, &camera, runs, seconds)
            .await
            .context("Chromium's runs")?;
        let mut kit = Vec::new();
        for run in 1..=runs {
            let ms = kit_joins(&node, &camera)
                .await
                .with_context(|| format!("the kit's run {run}"))?;
            say(&format!("{round_trip} ms round trip, kit, run {run}: {ms} ms"));
            kit.push(ms);
        }
        let call = if seconds > 0 {
            kit_holds(&node, &camera, seconds).await?
        } else {
            Value::Null
        };
        rounds.push(round(round_trip, &kit, &call, &chromium)?);
    }
    let report = json!({
        "what": "kit-agent and the official client in Chromium on the lab's node, a stand-in for Pexip",
        "processors": std::thread::available_parallelism()?.get(),
        "build": if cfg!(debug_assertions) { "debug: the figures mean nothing" } else { "release" },
        "client": rounds[0]["chromium"]["client"],
        "round_trips": rounds,
    });
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    say(&format!("{report:#}"));
    Ok(())
}

fn round(round_trip: u32, kit: &[f64], call: &Value, chromium: &Value) -> Result<Value> {
    let ours = median(kit).context("no run of the kit")?;
    let theirs = chromium["median_ms"].as_f64().context("Chromium's median")?;
    let compare = |figure: &str| Some(ratio(call[figure].as_f64()?, chromium["call"][figure].as_f64()?));
    Ok(json!({
        "round_trip_ms": round_trip,
        "kit": { "first_frame_ms": kit, "median_ms": ours, "call": call },
        "chromium": chromium,
        "ratio": {
            "first_frame": ratio(ours, theirs),
            "cpu": compare("cpu_s_per_minute"),
            "pss": compare("pss_mib"),
        },
    }))
}

/// A node with a 720p room and somebody in it, `round_trip` milliseconds away for media and for signalling.
async fn node(round_trip: u32) -> Result<Arc<Node>> {
    let node = Node::start(NodeConfig::default()).await?;
    let direction = DirectionSettings {
        delay_ms: (round_trip > 0).then(|| f64::from(round_trip) / 2.0),
        ..DirectionSettings::default()
    };
    let room = RoomSettings {
        video: VideoSettings {
            width: 1280,
            height: LINES,
            fps: 20,
            max_kbps: 3_000,
        },
        link: LinkSettings {
            up: direction,
            down: direction,
            signalling_delay_ms: (round_trip > 0).then(|| u64::from(round_trip) / 2),
            ..LinkSettings::default()
        },
        ..RoomSettings::default()
    };
    node.control().put_room(ALIAS, room)?;
    node.control().add_robot(ALIAS, "Robot", 440.0)?;
    Ok(Arc::new(node))
}

/// What `bench-join.mjs` reports of the official client.
async fn chromium(node: &Node, camera: &Recording, runs: u32, hold: u32) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let [authority, report] = ["node-ca.pem", "chromium.json"].map(|name| folder.path().join(name));
    std::fs::write(&authority, node.ca_pem())?;
    let status = Command::new("node")
        .arg(repository("tests/browser").join("bench-join.mjs"))
        .args(["--node", node.url(), "--alias", ALIAS])
        .args(["--runs", &runs.to_string(), "--hold", &hold.to_string()])
        .args(["--settle", &SETTLE.as_secs().to_string()])
        .args(["--fps", &FPS.to_string()])
        .arg("--camera")
        .arg(camera.for_chromium())
        .arg("--ca")
        .arg(&authority)
        .arg("--json")
        .arg(&report)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .context("node is needed for the far end")?;
    ensure!(status.success(), "bench-join.mjs: {status}");
    Ok(serde_json::from_slice(&std::fs::read(report)?)?)
}

async fn in_meeting(node: &Arc<Node>, camera: &Recording) -> Result<Place> {
    let mut place = Place::open_at(node.clone(), &camera.for_the_kit(), LINES).await?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;
    Ok(place)
}

/// One visit; milliseconds from the tap to the first frame.
async fn kit_joins(node: &Arc<Node>, camera: &Recording) -> Result<f64> {
    let place = in_meeting(node, camera).await?;
    // Whoever is only killed stays in the room for a while, and the node goes on mixing for him.
    place.leave().await?;
    let journal = place.kit.journal()?;
    let at = |accept: &dyn Fn(&Value) -> bool| journal.iter().find(|line| accept(line))?["ms"].as_f64();
    let tap = at(&|line| line["event"] == "tap" && line["data"] == "Join").context("no tap")?;
    let frame = at(&|line| line["event"] == "first_frame").context("no frame")?;
    Ok(frame - tap)
}

/// What the kit uses while a call goes on for `seconds`.
async fn kit_holds(node: &Arc<Node>, camera: &Recording, seconds: u32) -> Result<Value> {
    let place = in_meeting(node, camera).await?;
    tokio::time::sleep(SETTLE).await;
    let mut kit = ProcessTree::of(place.kit.pid().context("the kit runs")?)?;
    let (mut cpu, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..WINDOWS {
        kit.look();
        let (before, started) = (kit.processor_time(), Instant::now());
        tokio::time::sleep(Duration::from_secs(seconds.into()) / WINDOWS).await;
        kit.look();
        let used = kit.processor_time().saturating_sub(before);
        cpu.push(60.0 * used.as_secs_f64() / started.elapsed().as_secs_f64());
        memory.push(kit.pss_mib()?);
    }
    let seen = place.kit_at_node()?.call.context("the kit's call")?;
    let figures = place.kit.journal()?;
    let figures = figures.iter().rfind(|line| line["event"] == "figures");
    Ok(json!({
        "seconds": seconds,
        "processes": kit.members().len(),
        "cpu_s_per_minute": median(&cpu),
        "pss_mib": median(&memory),
        "received": figures.map(|line| &line["data"]),
        "sent": seen.video_in,
    }))
}
