//! The kit's own check: can it see, hear, speak and reach anybody?
//!
//! Runs off the main loop. Neighbours: `kit-hardware` reads the battery; the visit decides what follows from the facts, and
//! the fleet server is told how the kit is.

use std::collections::BTreeMap;
use std::path::Path;

use gstreamer as gst;
use jiff::Timestamp;
use kit_hardware::power;
use sysinfo::{DiskRefreshKind, Disks};

use crate::fleet::{Battery, ByteCount, Check, KitState, Network, NetworkKind, Outcome};
use crate::visit::readiness::{KitFacts, Passed};

/// What a meeting cannot do without.
const ELEMENTS: [&str; 8] = [
    "rtpbin",
    "opusenc",
    "opusdec",
    "vp8enc",
    "vp8dec",
    "rtpvp8pay",
    "pulsesrc",
    "pulsesink",
];

/// What the disk of the kit's folder must have free, bytes: a kit that cannot write down what happened holds no meeting.
const ROOM: u64 = 100 << 20;

/// Looks at the machine; `state` is the kit's folder. Blocking, some milliseconds. What the visit goes by, and what the
/// server is told.
pub(super) fn look(state: &Path) -> (KitFacts, KitState) {
    let (media, free, network) = (media_works(), free_space(state), network());
    let room = has_room(free);
    let battery = power::battery();
    let facts = KitFacts {
        self_test: passed(media && room),
        // A kit without a battery stands on mains.
        battery_percent: battery.map_or(100, |battery| battery.percent),
        network: passed(network.is_some()),
    };
    let told = KitState {
        looked_at: Timestamp::now(),
        self_test: BTreeMap::from([
            (Check::Media, outcome(media)),
            (Check::Storage, outcome(room)),
            (Check::Network, outcome(network.is_some())),
        ]),
        battery: battery.and_then(|battery| {
            Some(Battery {
                percent: battery.percent.try_into().ok()?,
                charging: battery.charging,
            })
        }),
        storage_free: free.map(ByteCount),
        network: network.map(|kind| Network { kind, signal: None }),
    };
    (facts, told)
}

fn media_works() -> bool {
    let missing = match gst::init() {
        Ok(()) => ELEMENTS
            .into_iter()
            .find(|name| gst::ElementFactory::find(name).is_none()),
        Err(_) => Some("gstreamer"),
    };
    if let Some(name) = missing {
        tracing::error!(
            part = name,
            "the kit cannot hold meetings: a part of GStreamer is not installed"
        );
    }
    missing.is_none()
}

/// What is free on the disk below `state`. None where it cannot be asked.
fn free_space(state: &Path) -> Option<u64> {
    let space = DiskRefreshKind::nothing().with_storage();
    let state = state.canonicalize().ok()?;
    let disks = Disks::new_with_refreshed_list_specifics(space).ok()?;
    let below = disks.iter().filter(|disk| state.starts_with(disk.mount_point()));
    below
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(sysinfo::Disk::available_space)
}

/// Whether there is room. A disk that cannot be asked counts as having it.
fn has_room(free: Option<u64>) -> bool {
    let enough = free.is_none_or(|free| free >= ROOM);
    if !enough {
        tracing::error!(free, "the kit cannot hold meetings: its disk is full");
    }
    enough
}

/// What the kit has an address by, told from the interface's name (systemd's predictable names, `wwan` of modems).
fn network() -> Option<NetworkKind> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    let used = interfaces.iter().filter(|interface| !interface.is_link_local());
    used.filter(|interface| !interface.is_loopback())
        .map(|interface| kind_of(&interface.name))
        .min()
        .or_else(|| {
            interfaces
                .iter()
                .any(|interface| !interface.is_link_local())
                .then_some(NetworkKind::Unknown)
        })
}

fn kind_of(interface: &str) -> NetworkKind {
    let named = |starts: &[&str]| starts.iter().any(|start| interface.starts_with(start));
    if named(&["ww", "ppp"]) {
        NetworkKind::Mobile
    } else if named(&["wl"]) {
        NetworkKind::Wifi
    } else if named(&["en", "eth"]) {
        NetworkKind::Wired
    } else {
        NetworkKind::Unknown
    }
}

fn outcome(works: bool) -> Outcome {
    if works { Outcome::Passed } else { Outcome::Failed }
}

fn passed(yes: bool) -> Passed {
    if yes { Passed::Yes } else { Passed::No }
}
