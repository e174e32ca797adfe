//! The network side of a call: str0m between a meeting service and a studio.
//!
//! `engine` is the call without I/O, `driver` the task around it; `sockets`, `relay` and `network` touch the machine.
//! Implements the seam of `media::call`. Invariant: one task owns a call, and dropping [`RtcCall`] ends it.

mod driver;
mod engine;
mod lines;
mod network;
mod numbering;
mod offer;
mod red;
mod relay;
mod relay_pipe;
mod relay_url;
mod sockets;
mod tally;
pub mod trust;
mod uplink;
mod watchdog;

use std::sync::Arc;
use std::sync::Once;
use std::time::Instant;

use rustls::ClientConfig;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use self::driver::{Command, Driver, Ends};
use self::engine::Engine;
use super::port::Studio;
use super::{Call, CallEvent, CallSetup, Media, MediaError, OfferKind};

/// Calls by str0m, with the sound and picture of one studio.
pub struct RtcMedia<S> {
    studio: Arc<S>,
    tls: Arc<ClientConfig>,
    tasks: TaskTracker,
    h264: bool,
}

impl<S: Studio> RtcMedia<S> {
    /// `tls` holds the trust anchors for TURN over TLS; `h264` offers H.264 first, where hardware encodes it.
    #[must_use]
    pub fn new(studio: Arc<S>, tls: Arc<ClientConfig>, h264: bool) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| str0m::crypto::from_feature_flags().install_process_default());
        Self {
            studio,
            tls,
            tasks: TaskTracker::new(),
            h264,
        }
    }
}

impl<S: Studio> Media for RtcMedia<S> {
    type Call = RtcCall;

    fn start(&self, setup: CallSetup) -> Result<RtcCall, MediaError> {
        // Sound comes 50 times and picture some 200 times a second: a second fits, and a keyframe of any size.
        let (packet_sink, packets) = mpsc::channel(256);
        let (wish_sink, wishes) = mpsc::channel(64);
        let (command_sink, commands) = mpsc::channel(16);
        let (event_sink, events) = mpsc::channel(64);
        let reception = self.studio.receive(wish_sink)?;
        self.studio.send_into(packet_sink);
        let engine = Engine::new(Instant::now(), rand::random(), setup.max_send_kbps, self.h264);
        let ends = Ends {
            commands,
            events: event_sink,
            packets,
            wishes,
        };
        let driver = Driver::new(
            engine,
            self.studio.clone(),
            reception,
            setup,
            self.tls.clone(),
            ends,
        );
        self.tasks.spawn(driver.run());
        Ok(RtcCall {
            commands: command_sink,
            events,
        })
    }
}

/// A call in the hands of its meeting service. Dropping it ends the call.
pub struct RtcCall {
    commands: mpsc::Sender<Command>,
    events: mpsc::Receiver<CallEvent>,
}

impl RtcCall {
    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, MediaError>>) -> Command,
    ) -> Result<T, MediaError> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(command(reply))
            .await
            .map_err(|_| MediaError::Closed)?;
        answer.await.map_err(|_| MediaError::Closed)?
    }
}

impl Call for RtcCall {
    async fn offer(&mut self, kind: OfferKind) -> Result<String, MediaError> {
        self.ask(|reply| Command::Offer(kind, reply)).await
    }

    async fn accept(&mut self, answer: &str) -> Result<(), MediaError> {
        self.ask(|reply| Command::Accept(answer.to_owned(), reply)).await
    }

    async fn answer(&mut self, offer: &str) -> Result<String, MediaError> {
        self.ask(|reply| Command::Answer(offer.to_owned(), reply)).await
    }

    fn add_remote_candidate(&mut self, candidate: &str) {
        // A full queue means that the call is stuck; the watchdog ends that.
        let _ = self
            .commands
            .try_send(Command::RemoteCandidate(candidate.to_owned()));
    }

    async fn next_event(&mut self) -> Option<CallEvent> {
        self.events.recv().await
    }
}
