//! Sound and picture of the node.
//!
//! `engine` is one call as a sans-IO machine on str0m (RTP mode); `driver` gives it a socket behind the emulated link;
//! [`Call`] is the handle that the Client API holds. `mixer` decodes, composes and encodes with GStreamer: each
//! participant gets one picture and one sound of all the others. `figures` counts what passes.

mod call;
mod driver;
mod engine;
mod figures;
mod lines;
mod mixer;
mod packets;
mod redundancy;
mod transit;

pub(super) use call::{Call, CallError, CallSetup};
pub(super) use mixer::Mixer;

use anyhow::Context;

/// Sets up what the process needs; harmless when done before.
pub(super) fn prepare() -> anyhow::Result<()> {
    gstreamer::init().context("GStreamer cannot be started; run `./dev setup`")
}
