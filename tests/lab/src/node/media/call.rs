//! The handle on one call that the Client API holds. Dropping it ends the call.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::driver::{Command, Driver};
use super::engine::Engine;
use super::figures::Figures;
use super::mixer::Mixer;
use crate::link::SharedLink;
use crate::node::status::MediaFigures;

/// Commands that may wait; a client that sends more candidates than this at once loses the rest.
const COMMANDS: usize = 128;

/// What a call needs.
pub(crate) struct CallSetup {
    pub(crate) media_ip: IpAddr,
    pub(crate) link: Arc<SharedLink>,
    pub(crate) mixer: Arc<Mixer>,
    pub(crate) participant: String,
    pub(crate) tasks: TaskTracker,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// Not an offer or answer that fits.
    #[error("the session description cannot be used: {0}")]
    BadSdp(String),
    /// It is over.
    #[error("the call has ended")]
    Ended,
    /// No socket.
    #[error("no media socket could be opened")]
    NoSocket(#[source] std::io::Error),
    /// GStreamer.
    #[error("sound or picture could not be mixed: {0}")]
    Mixer(String),
}

/// One call.
pub(crate) struct Call {
    uuid: String,
    commands: mpsc::Sender<Command>,
    figures: Figures,
}

impl Call {
    /// Answers an offer and starts the call. Media to the client waits for [`Call::acknowledge`].
    pub(crate) async fn start(setup: CallSetup, offer: &str) -> Result<(Self, String), CallError> {
        let socket = UdpSocket::bind((setup.media_ip, 0))
            .await
            .map_err(CallError::NoSocket)?;
        let local = socket.local_addr().map_err(CallError::NoSocket)?;
        let limit = setup.mixer.video().max_kbps;
        let mut engine = Engine::new(Instant::now(), local, limit)?;
        let answer = engine.answer(offer)?;
        let uuid = uuid::Uuid::new_v4().to_string();
        let figures = Figures::new(&uuid);
        let (commands, receiver) = mpsc::channel(COMMANDS);
        let driver = Driver::open(
            engine,
            socket,
            setup.link,
            &setup.mixer,
            &setup.participant,
            figures.clone(),
            offer,
        )?;
        setup.tasks.spawn(driver.run(receiver));
        Ok((
            Self {
                uuid,
                commands,
                figures,
            },
            answer,
        ))
    }

    pub(crate) fn uuid(&self) -> &str {
        &self.uuid
    }

    pub(crate) fn figures(&self) -> MediaFigures {
        self.figures.read()
    }

    /// `ack`: the node may send; `answer` is the client's to an offer of the node.
    pub(crate) async fn acknowledge(&self, answer: Option<String>) -> Result<(), CallError> {
        match answer {
            Some(answer) => self.ask(|reply| Command::Accept(answer, reply)).await??,
            None => self
                .commands
                .send(Command::Acknowledge)
                .await
                .map_err(|_| CallError::Ended)?,
        }
        Ok(())
    }

    /// A trickled candidate.
    pub(crate) fn add_candidate(&self, candidate: String) {
        // A full queue means a client that floods; a path less is its own loss.
        let _ = self.commands.try_send(Command::Candidate(candidate));
    }

    /// Answers a further offer.
    pub(crate) async fn update(&self, offer: String) -> Result<String, CallError> {
        self.ask(|reply| Command::Answer(offer, reply)).await?
    }

    /// Makes an offer of the node's that restarts ICE.
    pub(crate) async fn offer_restart(&self) -> Result<String, CallError> {
        self.ask(Command::OfferRestart).await?
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, CallError> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(command(reply))
            .await
            .map_err(|_| CallError::Ended)?;
        answer.await.map_err(|_| CallError::Ended)
    }
}
