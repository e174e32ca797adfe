//! The kit's own check: can it see, hear, speak and reach anybody?
//!
//! Runs off the main loop. Neighbours: `kit-hardware` reads the battery; the visit decides what follows from the facts.

use std::path::Path;

use gstreamer as gst;
use kit_hardware::power;
use sysinfo::{DiskRefreshKind, Disks};

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

/// Looks at the machine; `state` is the kit's folder. Blocking, some milliseconds.
pub(super) fn look(state: &Path) -> KitFacts {
    KitFacts {
        self_test: passed(media_works() && has_room(state)),
        // A kit without a battery stands on mains.
        battery_percent: power::battery().map_or(100, |battery| battery.percent),
        network: passed(has_address()),
    }
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

/// Whether the disk below `state` has room. A disk that cannot be asked counts as having it.
fn has_room(state: &Path) -> bool {
    let space = DiskRefreshKind::nothing().with_storage();
    let (Ok(disks), Ok(state)) = (
        Disks::new_with_refreshed_list_specifics(space),
        state.canonicalize(),
    ) else {
        return true;
    };
    let below = disks.iter().filter(|disk| state.starts_with(disk.mount_point()));
    let free = below
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(sysinfo::Disk::available_space);
    let enough = free.is_none_or(|free| free >= ROOM);
    if !enough {
        tracing::error!(free, "the kit cannot hold meetings: its disk is full");
    }
    enough
}

fn has_address() -> bool {
    if_addrs::get_if_addrs().is_ok_and(|all| all.iter().any(|interface| !interface.is_link_local()))
}

fn passed(yes: bool) -> Passed {
    if yes { Passed::Yes } else { Passed::No }
}
