//! Tells when a named sound device is plugged in again while its stream plays elsewhere.
//!
//! A sound server moves the streams of an unplugged device to another one, so the meeting goes on with the tablet's own
//! loudspeaker; but it does not move them back. Looks each second in place of waiting for the server's word: an
//! announcement that comes while a device is being opened is lost at times. Neighbour: `device` opens the device anew.

use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;
use tokio::task::spawn_blocking;
use tokio::time::{Interval, interval};

/// How often is looked.
const EVERY: Duration = Duration::from_secs(1);

/// Watches for one device.
pub(super) struct Homecoming {
    wanted: String,
    /// The element that plays or records, with the property `current-device`.
    element: gst::Element,
    looks: Interval,
}

impl Homecoming {
    /// Watches for the device `wanted` on behalf of `element`. Call inside a tokio runtime.
    pub(super) fn watch(wanted: &str, element: gst::Element) -> Self {
        Self {
            wanted: wanted.into(),
            element,
            looks: interval(EVERY),
        }
    }

    /// Returns once the device is there and the stream is elsewhere. May be dropped and called again at any time.
    pub(super) async fn happens(&mut self) {
        loop {
            self.looks.tick().await;
            let (wanted, element) = (self.wanted.clone(), self.element.clone());
            // Both questions wait for the sound server's answer.
            let home = spawn_blocking(move || is_elsewhere(&element, &wanted) && is_there(&wanted));
            if home.await.unwrap_or(false) {
                return;
            }
        }
    }
}

fn is_elsewhere(element: &gst::Element, wanted: &str) -> bool {
    text(element, "current-device").is_some_and(|now| !now.is_empty() && now != wanted)
}

fn is_there(wanted: &str) -> bool {
    let monitor = gst::DeviceMonitor::new();
    monitor.add_filter(Some("Audio/Sink"), None);
    monitor.add_filter(Some("Audio/Source"), None);
    // Also the monitors of loudspeakers can be microphones.
    monitor.set_show_all_devices(true);
    let devices = monitor.devices();
    devices
        .iter()
        .any(|device| text(device, "internal-name").as_deref() == Some(wanted))
}

fn text(object: &impl IsA<gst::glib::Object>, property: &str) -> Option<String> {
    object.as_ref().find_property(property)?;
    object.as_ref().property::<Option<String>>(property)
}
