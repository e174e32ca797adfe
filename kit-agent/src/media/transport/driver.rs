//! The task that owns one call: sockets, relays, the studio's packets and the engine between them.
//!
//! One mutation of the engine, then drain, then wait for one input: what str0m demands. Nobody else touches the engine;
//! the meeting service speaks to it through [`Command`]s. Neighbours: `engine`, `sockets`, `relay`, `network`;
//! `paths` opens and closes what a call goes through.

mod paths;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::engine::{Engine, Output};
use super::network;
use super::offer::candidate_addresses;
use super::relay::RelayEvent;
use super::sockets::{Datagram, Sockets};
use crate::media::port::{OutgoingPacket, Reception, Studio, Wish};
use crate::media::{CallEvent, CallSetup, CallStats, MediaError, OfferKind};

/// What the meeting service asks of the call.
pub(super) enum Command {
    Offer(OfferKind, oneshot::Sender<Result<String, MediaError>>),
    Accept(String, oneshot::Sender<Result<(), MediaError>>),
    Answer(String, oneshot::Sender<Result<String, MediaError>>),
    RemoteCandidate(String),
}

/// The ends of the channels that the driver serves.
pub(super) struct Ends {
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) events: mpsc::Sender<CallEvent>,
    pub(super) packets: mpsc::Receiver<OutgoingPacket>,
    pub(super) wishes: mpsc::Receiver<Wish>,
}

pub(super) struct Driver<S: Studio> {
    engine: Engine,
    studio: Arc<S>,
    reception: S::Reception,
    setup: CallSetup,
    tls: Arc<ClientConfig>,
    ends: Ends,
    sockets: Sockets,
    datagrams: (mpsc::Sender<Datagram>, mpsc::Receiver<Datagram>),
    relay_events: (mpsc::Sender<RelayEvent>, mpsc::Receiver<RelayEvent>),
    network_changes: mpsc::Receiver<()>,
    relays: HashMap<SocketAddr, mpsc::Sender<(SocketAddr, Vec<u8>)>>,
    relays_awaited: usize,
    relay_tasks: JoinSet<()>,
    // Held for its drop.
    _watch: JoinSet<()>,
    loopback: bool,
    first_frame_told: bool,
}

impl<S: Studio> Driver<S> {
    pub(super) fn new(
        engine: Engine,
        studio: Arc<S>,
        reception: S::Reception,
        setup: CallSetup,
        tls: Arc<ClientConfig>,
        ends: Ends,
    ) -> Self {
        let (changes, network_changes) = mpsc::channel(1);
        let mut watch = JoinSet::new();
        watch.spawn(network::watch(changes));
        Self {
            engine,
            studio,
            reception,
            setup,
            tls,
            ends,
            sockets: Sockets::default(),
            datagrams: mpsc::channel(1024),
            relay_events: mpsc::channel(16),
            network_changes,
            relays: HashMap::new(),
            relays_awaited: 0,
            relay_tasks: JoinSet::new(),
            _watch: watch,
            loopback: false,
            first_frame_told: false,
        }
    }

    /// Serves the call until the meeting service lets go of it or it fails.
    pub(super) async fn run(mut self) {
        if let Err(e) = self.serve().await {
            tracing::debug!(error = %e, "the call ended");
            // The meeting service may have let go at the same moment.
            let _ = self.ends.events.send(CallEvent::Failed(e.to_string())).await;
        }
        self.engine.close();
        // Says goodbye as far as the sockets take it without waiting.
        let _ = self.drain().await;
        self.give_relays_back().await;
    }

    async fn serve(&mut self) -> Result<(), MediaError> {
        loop {
            let deadline = self.drain().await?;
            tokio::select! {
                command = self.ends.commands.recv() => match command {
                    Some(command) => self.on_command(command).await,
                    None => return Ok(()),
                },
                Some(datagram) = self.datagrams.1.recv() => {
                    let now = Instant::now();
                    self.engine.datagram(now, datagram.source, datagram.destination, &datagram.bytes)?;
                }
                Some(packet) = self.ends.packets.recv() => self.engine.write(&packet),
                Some(wish) = self.ends.wishes.recv() => self.on_wish(wish).await,
                Some(event) = self.relay_events.1.recv() => self.on_relay(event).await?,
                Some(()) = self.network_changes.recv() => self.tell(CallEvent::NetworkChanged).await,
                () = tokio::time::sleep_until(deadline.into()) => self.engine.tick(Instant::now())?,
            }
        }
    }

    /// Does everything that the engine has ready; gives the time at which it wants to be called again.
    async fn drain(&mut self) -> Result<Instant, MediaError> {
        loop {
            match self.engine.poll()? {
                Output::Wait(at) => return Ok(at),
                Output::Send {
                    source,
                    destination,
                    bytes,
                } => self.send(source, destination, bytes),
                Output::Packet(packet) => self.reception.packet(packet),
                Output::Report(report) => self.reception.report(report),
                Output::KeyframeWanted => self.studio.force_keyframe(),
                Output::Budget(kbps) => self.studio.set_budget(kbps),
                Output::Event(CallEvent::Stats(figures)) => {
                    let figures = Box::new(self.complete(&figures));
                    self.tell(CallEvent::Stats(figures)).await;
                }
                Output::Event(event) => self.tell(event).await,
            }
        }
    }

    fn send(&mut self, source: SocketAddr, destination: SocketAddr, bytes: Vec<u8>) {
        if self.sockets.send(source, destination, &bytes) {
            return;
        }
        if let Some(relay) = self.relays.get(&source) {
            // A full queue loses datagrams, as a network does.
            let _ = relay.try_send((destination, bytes));
        }
    }

    /// Adds the studio's part to the transport's figures.
    fn complete(&self, figures: &CallStats) -> CallStats {
        let (sent, received) = (self.studio.figures(), self.reception.figures());
        CallStats {
            frames_encoded: sent.frames,
            send_level_db: sent.level_db,
            frames_decoded: received.frames,
            recv_level_db: received.level_db,
            ..figures.clone()
        }
    }

    async fn on_command(&mut self, command: Command) {
        // A caller that stopped waiting gets no answer; the engine's state is right all the same.
        match command {
            Command::Offer(kind, reply) => {
                let _ = reply.send(self.engine.offer(kind));
            }
            Command::Accept(answer, reply) => {
                let accepted = self.accept(&answer).await;
                let _ = reply.send(accepted);
            }
            Command::Answer(offer, reply) => {
                let _ = reply.send(self.engine.answer(&offer));
            }
            Command::RemoteCandidate(text) => self.engine.add_remote_candidate(&text),
        }
    }

    async fn accept(&mut self, answer: &str) -> Result<(), MediaError> {
        let kind = self.engine.accept(Instant::now(), answer)?;
        if let Some(codec) = self.engine.picture_codec() {
            self.studio.send_codec(codec);
        }
        if matches!(kind, OfferKind::Slides(_)) {
            return Ok(());
        }
        self.loopback |= candidate_addresses(answer).any(|ip| ip.is_loopback());
        self.open_paths().await
    }

    async fn on_wish(&mut self, wish: Wish) {
        match wish {
            Wish::Keyframe(line) => self.engine.want_keyframe(Instant::now(), line),
            Wish::FirstFrame if !self.first_frame_told => {
                self.first_frame_told = true;
                self.tell(CallEvent::FirstFrame).await;
            }
            Wish::FirstFrame => {}
        }
    }

    /// A meeting service that does not listen for this long has hung; media goes on without it.
    async fn tell(&self, event: CallEvent) {
        const PATIENCE: Duration = Duration::from_millis(200);
        if self.ends.events.send_timeout(event, PATIENCE).await.is_err() {
            tracing::warn!("the meeting service does not take the call's events");
        }
    }
}
