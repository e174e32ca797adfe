//! Which devices this machine has, for programs that must choose before they open a studio.

use std::path::Path;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::config::{Camera, Microphone, Speaker, StudioConfig};

/// The machine's own devices where it has them, stand-ins where not; and which are stand-ins, in words.
#[must_use]
pub fn devices_or_stand_ins() -> (StudioConfig, Vec<&'static str>) {
    let mut config = StudioConfig::default();
    let mut stand_ins = Vec::new();
    if gst::init().is_err() {
        // Opening the studio says so.
        return (config, stand_ins);
    }
    if !has_camera() {
        config.camera = Camera::TestPicture;
        stand_ins.push("no camera: a test picture is sent");
    }
    if !opens("pulsesrc") {
        config.microphone = Microphone::TestTone;
        stand_ins.push("no microphone: a test tone is sent");
    }
    if !opens("pulsesink") {
        config.speaker = Speaker::Silent;
        stand_ins.push("no loudspeaker: sound is measured, not played");
    }
    (config, stand_ins)
}

fn has_camera() -> bool {
    (0..10).any(|number| Path::new(&format!("/dev/video{number}")).exists())
}

/// Whether the sound server is there: the element connects to it on its way to READY.
fn opens(element: &str) -> bool {
    let Ok(element) = gst::ElementFactory::make(element).build() else {
        return false;
    };
    let opened = element.set_state(gst::State::Ready).is_ok();
    // It never ran; going back to NULL cannot fail.
    let _ = element.set_state(gst::State::Null);
    opened
}
