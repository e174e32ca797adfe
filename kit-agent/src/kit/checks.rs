//! The kit's own check: can it see, hear, speak and reach anybody?
//!
//! Runs off the main loop. Neighbours: `kit-hardware` reads the battery; the visit decides what follows from the facts.

use gstreamer as gst;
use kit_hardware::power;

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

/// Looks at the machine. Blocking, some milliseconds.
pub(super) fn look() -> KitFacts {
    KitFacts {
        self_test: passed(media_works()),
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

fn has_address() -> bool {
    if_addrs::get_if_addrs().is_ok_and(|all| all.iter().any(|interface| !interface.is_link_local()))
}

fn passed(yes: bool) -> Passed {
    if yes { Passed::Yes } else { Passed::No }
}
