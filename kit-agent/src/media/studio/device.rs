//! Keeps the pipeline of one device running: a speakerphone that is unplugged and plugged in again just works.
//!
//! The pipeline is built anew a second after it failed, for as long as the [`Device`] lives. Neighbours: `camera`,
//! `microphone`, `speaker` say how to build; the screen learns by [`DeviceState`] what is missing.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use gstreamer as gst;
use gstreamer::prelude::*;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::homecoming::Homecoming;
use super::pieces::named;

/// How long a device rests before it is tried again.
const REST: Duration = Duration::from_secs(1);

/// Whether a device gives or takes what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    /// Not tried yet.
    Opening,
    /// It runs.
    Works,
    /// It is not there, or it failed; it is tried again every second.
    Missing,
    /// Nothing is connected on purpose (`--headless` and no device): a test source stands in.
    StandIn,
}

/// A device that is kept running. Dropping it closes the device.
pub(super) struct Device {
    state: watch::Receiver<DeviceState>,
    again: Arc<Notify>,
    keeper: JoinHandle<()>,
}

impl Device {
    /// Keeps what `build` makes running. `stand_in` is told as [`DeviceState::StandIn`] in place of `Works`.
    pub(super) fn keep(
        name: &'static str,
        stand_in: bool,
        build: impl Fn() -> Result<Built, gst::glib::Error> + Send + Sync + 'static,
    ) -> Self {
        let (told, state) = watch::channel(DeviceState::Opening);
        let again = Arc::new(Notify::new());
        let asked = again.clone();
        #[expect(clippy::disallowed_methods, reason = "the handle is kept and aborted on drop")]
        let keeper = tokio::spawn(async move {
            loop {
                match build() {
                    Ok(opened) => {
                        let works = if stand_in {
                            DeviceState::StandIn
                        } else {
                            DeviceState::Works
                        };
                        let reason = run(opened, &told, works, &asked).await;
                        tracing::warn!(device = name, reason, "a device stopped; it is tried again");
                    }
                    Err(e) => tracing::debug!(device = name, error = %e, "a device cannot be opened"),
                }
                told.send_replace(DeviceState::Missing);
                tokio::time::sleep(REST).await;
            }
        });
        Self { state, again, keeper }
    }

    /// Closes the device and opens it again: the repair for "it was there a moment ago".
    pub(super) fn reopen(&self) {
        self.again.notify_one();
    }

    pub(super) fn state(&self) -> watch::Receiver<DeviceState> {
        self.state.clone()
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// What a device is made of.
pub(super) struct Built {
    pipeline: Running,
    home: Option<Homecoming>,
}

impl Built {
    /// A pipeline for whichever device there is.
    pub(super) fn new(pipeline: gst::Pipeline) -> Self {
        Self {
            pipeline: Running(pipeline),
            home: None,
        }
    }

    /// A pipeline whose `element` is to use the sound server's device `wanted`, if one is named.
    pub(super) fn at(pipeline: gst::Pipeline, element: &str, wanted: Option<&str>) -> Self {
        let home = wanted.map(|wanted| {
            let element: gst::Element = named(&pipeline, element);
            element.set_property("device", wanted);
            Homecoming::watch(wanted, element)
        });
        Self {
            home,
            ..Self::new(pipeline)
        }
    }
}

/// A pipeline that stops when it is dropped, whichever way its task ends.
pub(super) struct Running(pub(super) gst::Pipeline);

impl Drop for Running {
    fn drop(&mut self) {
        // GStreamer demands NULL before the last reference goes; it cannot fail for pipelines that we built.
        let _ = self.0.set_state(gst::State::Null);
    }
}

/// Runs until the device fails; gives the reason in GStreamer's words.
async fn run(built: Built, told: &watch::Sender<DeviceState>, works: DeviceState, again: &Notify) -> String {
    let Built { pipeline, mut home } = built;
    let Some(bus) = pipeline.0.bus() else {
        return "no bus".into();
    };
    let mut messages = bus.stream();
    if pipeline.0.set_state(gst::State::Playing).is_err() {
        return "it does not start".into();
    }
    loop {
        let message = tokio::select! {
            message = messages.next() => message,
            () = again.notified() => return "a person asked for it".into(),
            () = comes_home(home.as_mut()) => return "it is plugged in again".into(),
        };
        let Some(message) = message else {
            return "its bus closed".into();
        };
        match message.view() {
            gst::MessageView::Error(e) => return e.error().to_string(),
            gst::MessageView::Eos(_) => return "it ended".into(),
            gst::MessageView::StateChanged(change)
                if change.current() == gst::State::Playing
                    && message.src() == Some(pipeline.0.upcast_ref()) =>
            {
                told.send_replace(works);
            }
            _ => {}
        }
    }
}

async fn comes_home(home: Option<&mut Homecoming>) {
    match home {
        Some(home) => home.happens().await,
        None => std::future::pending().await,
    }
}
