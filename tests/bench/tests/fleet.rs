//! `bench fleet` with few kits and little patience: that it measures the right thing, not how fast this machine is.

use std::process::Command;

use serde_json::Value;

#[test]
fn a_small_fleet_is_measured_without_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.json");
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["fleet", "--kits", "50", "--idle", "3", "--commands", "20"])
        .args(["--busy", "4", "--workers", "8"])
        .arg("--place")
        .arg(folder.path())
        .arg("--json")
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let figures = report["figures"].as_array().unwrap();
    let value = |name: &str| {
        let figure = figures.iter().find(|figure| figure["name"] == name);
        figure.unwrap_or_else(|| panic!("{name} is missing"))["value"]
            .as_f64()
            .unwrap()
    };
    assert!((value("kits connected") - 50.0).abs() < f64::EPSILON);
    for name in [
        "memory of the server with them",
        "command to kit, 99th percentile",
        "syncs, every event durable",
        "all kits back after kill -9 and restart",
    ] {
        assert!(value(name) > 0.0, "{name}");
    }
}
