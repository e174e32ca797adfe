//! Tells when a named sound device is plugged in again while its stream plays elsewhere.
//!
//! A sound server moves the streams of an unplugged device to another one, so the meeting goes on with the tablet's own
//! loudspeaker; but it does not move them back. Neighbour: `device` opens the device anew when it is told.

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use gstreamer as gst;
use gstreamer::prelude::*;

/// Watches for one device.
pub(super) struct Homecoming {
    wanted: String,
    /// The element that plays or records, with the property `current-device`.
    element: gst::Element,
    arrivals: BoxStream<'static, gst::Message>,
    monitor: gst::DeviceMonitor,
}

impl Homecoming {
    /// Watches for the device `wanted` on behalf of `element`. `None` if the sound server tells nobody about devices:
    /// then a person's "try again" is the way.
    pub(super) fn watch(wanted: &str, element: gst::Element) -> Option<Self> {
        let monitor = gst::DeviceMonitor::new();
        monitor.add_filter(Some("Audio/Sink"), None);
        monitor.add_filter(Some("Audio/Source"), None);
        // Also the monitors of loudspeakers can be microphones.
        monitor.set_show_all_devices(true);
        monitor.start().ok()?;
        Some(Self {
            wanted: wanted.into(),
            element,
            arrivals: monitor.bus().stream().boxed(),
            monitor,
        })
    }

    /// Returns once the device is there and the stream is elsewhere.
    pub(super) async fn happens(&mut self) {
        // Right after an arrival the stream's place is not always known; that the device had left is enough.
        let mut left = false;
        while let Some(message) = self.arrivals.next().await {
            let is_wanted =
                |device: &gst::Device| text(device, "internal-name").as_ref() == Some(&self.wanted);
            match message.view() {
                gst::MessageView::DeviceRemoved(removed) if is_wanted(&removed.device()) => left = true,
                gst::MessageView::DeviceAdded(added)
                    if is_wanted(&added.device()) && (left || self.is_elsewhere()) =>
                {
                    return;
                }
                _ => {}
            }
        }
        std::future::pending::<()>().await;
    }

    fn is_elsewhere(&self) -> bool {
        text(&self.element, "current-device").is_some_and(|now| !now.is_empty() && now != self.wanted)
    }
}

impl Drop for Homecoming {
    fn drop(&mut self) {
        self.monitor.stop();
    }
}

fn text(object: &impl IsA<gst::glib::Object>, property: &str) -> Option<String> {
    object.as_ref().find_property(property)?;
    object.as_ref().property::<Option<String>>(property)
}
