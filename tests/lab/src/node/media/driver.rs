//! The task that owns one call: its socket behind the emulated link, its engine, its place in the mixer.
//!
//! One mutation of the engine, then drain, then wait for one input: what str0m demands. Each datagram passes `transit`,
//! the emulated link, on its way in and out.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

use super::call::CallError;
use super::engine::{Engine, Output};
use super::figures::{Figures, Flow};
use super::lines::Line;
use super::mixer::{Inlet, Mixer, Reception, Seat};
use super::packets::{Incoming, Outgoing};
use super::transit::{Datagram, Transit};
use crate::link::{SharedLink, Way};
use crate::node::room::VideoSettings;

/// Largest datagram that is looked at.
const MAX_DATAGRAM: usize = 2_048;

/// What the Client API asks of a call.
pub(super) enum Command {
    Answer(String, oneshot::Sender<Result<String, CallError>>),
    Accept(String, oneshot::Sender<Result<(), CallError>>),
    OfferRestart(oneshot::Sender<Result<String, CallError>>),
    Candidate(String),
    Acknowledge,
}

pub(super) struct Driver {
    engine: Engine,
    socket: UdpSocket,
    transit: Transit,
    mixer: Arc<Mixer>,
    participant: String,
    seat: Arc<Seat>,
    receptions: HashMap<Line, Reception>,
    from_mixer: (mpsc::Receiver<Outgoing>, mpsc::Receiver<Line>),
    inlet: Inlet,
    figures: Figures,
    remote_ufrag: Option<String>,
    connected: bool,
    acknowledged: bool,
}

impl Driver {
    pub(super) fn open(
        engine: Engine,
        socket: UdpSocket,
        link: Arc<SharedLink>,
        mixer: &Arc<Mixer>,
        participant: &str,
        figures: Figures,
        offer: &str,
    ) -> Result<Self, CallError> {
        let (packets, packets_out) = mpsc::channel(512);
        let (keyframes, keyframes_out) = mpsc::channel(16);
        let inlet = Inlet { packets, keyframes };
        let seat = mixer.open_seat(participant, figures.clone(), inlet.clone())?;
        Ok(Self {
            engine,
            socket,
            transit: Transit::new(link),
            mixer: mixer.clone(),
            participant: participant.into(),
            seat,
            receptions: HashMap::new(),
            from_mixer: (packets_out, keyframes_out),
            inlet,
            figures,
            remote_ufrag: ice_ufrag(offer),
            connected: false,
            acknowledged: false,
        })
    }

    /// Serves the call until its handle is dropped or the client closes it.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        if let Err(error) = self.serve(&mut commands).await {
            tracing::debug!(%error, "a call ended");
        }
        self.engine.close();
        // The goodbye goes out as far as the socket takes it without waiting.
        let _ = self.drain();
    }

    async fn serve(&mut self, commands: &mut mpsc::Receiver<Command>) -> Result<(), CallError> {
        let mut buffer = [0; MAX_DATAGRAM];
        loop {
            let engine_wants = self.drain()?;
            let until = self
                .transit
                .next_arrival()
                .map_or(engine_wants, |at| at.min(engine_wants));
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => return Ok(()),
                },
                // An error on a UDP socket is an ICMP message about an earlier datagram: that path will be noticed dead.
                Ok((length, peer)) = self.socket.recv_from(&mut buffer) => self.on_datagram(peer, &buffer[..length])?,
                Some(packet) = self.from_mixer.0.recv() => self.write(&packet),
                Some(line) = self.from_mixer.1.recv() => self.engine.want_keyframe(Instant::now(), line),
                () = tokio::time::sleep_until(until.into()) => self.on_time()?,
            }
        }
    }

    /// Does all that the engine has ready; gives the time at which it wants to be called again.
    fn drain(&mut self) -> Result<Instant, CallError> {
        loop {
            match self.engine.poll()? {
                Output::Wait(at) => return Ok(at),
                Output::Send(peer, bytes) => {
                    if let Some(datagram) = self.transit.enter(Datagram {
                        way: Way::Down,
                        peer,
                        bytes,
                    }) {
                        self.leave_link(&datagram)?;
                    }
                }
                Output::Packet(packet) => self.on_packet(&packet),
                Output::KeyframeWanted(line) => self.on_keyframe_wanted(line),
                Output::Estimate(kbps) => {
                    self.figures.change(|media| media.estimate_kbps = Some(kbps));
                    self.seat.set_estimate(kbps);
                }
                Output::Connected => {
                    self.connected = true;
                    self.figures.change(|media| media.connected = true);
                    self.seat.force_keyframe();
                }
                Output::Nothing => {}
            }
        }
    }

    fn on_command(&mut self, command: Command) {
        // A caller that stopped waiting gets no answer; the engine is right all the same.
        match command {
            Command::Answer(offer, reply) => {
                self.note_restart(&offer);
                let _ = reply.send(self.engine.answer(&offer));
                if self.engine.sends(Line::Slides) {
                    self.mixer.want_slides_keyframe();
                }
            }
            Command::Accept(answer, reply) => {
                self.note_restart(&answer);
                let _ = reply.send(self.engine.accept(&answer));
            }
            Command::OfferRestart(reply) => {
                let _ = reply.send(self.engine.offer_restart());
            }
            Command::Candidate(candidate) => self.engine.add_candidate(&candidate),
            Command::Acknowledge => {
                self.acknowledged = true;
                self.figures.change(|media| media.acknowledged = true);
                self.seat.force_keyframe();
            }
        }
    }

    /// Counts ICE restarts: the client's credentials changed.
    fn note_restart(&mut self, sdp: &str) {
        let ufrag = ice_ufrag(sdp);
        if self.remote_ufrag != ufrag {
            self.figures.change(|media| media.ice_restarts += 1);
        }
        self.remote_ufrag = ufrag;
    }

    fn write(&mut self, packet: &Outgoing) {
        if self.connected && self.acknowledged && self.engine.write(packet) {
            self.figures.packet(Flow::Out, packet.line, packet.payload.len());
            if packet.marker && packet.line != Line::Sound {
                let size = if packet.line == Line::Picture {
                    self.mixer.video()
                } else {
                    VideoSettings::default()
                };
                self.figures
                    .picture(Flow::Out, packet.line, size.width, size.height);
            }
        }
    }

    fn on_packet(&mut self, packet: &Incoming) {
        if !packet.redundant {
            self.figures.packet(Flow::In, packet.line, packet.payload.len());
        }
        if packet.line == Line::Slides {
            if packet.marker {
                self.figures.picture(Flow::In, Line::Slides, 0, 0);
            }
            self.mixer.forward_slides(&self.participant, packet);
            return;
        }
        let known = self
            .receptions
            .get(&packet.line)
            .is_some_and(|reception| reception.ssrc() == packet.ssrc);
        if !known {
            let opened = Reception::open(&self.mixer, &self.participant, packet, &self.figures, &self.inlet);
            match opened {
                Ok(reception) => self.receptions.insert(packet.line, reception),
                Err(error) => return tracing::error!(%error, "a stream cannot be decoded"),
            };
        }
        if let Some(reception) = self.receptions.get(&packet.line) {
            reception.push(packet);
        }
    }

    fn on_keyframe_wanted(&mut self, line: Line) {
        self.figures.change(|media| media.keyframe_requests += 1);
        match line {
            Line::Picture => self.seat.force_keyframe(),
            Line::Slides => self.mixer.want_slides_keyframe(),
            Line::Sound => {}
        }
    }

    fn on_datagram(&mut self, peer: SocketAddr, bytes: &[u8]) -> Result<(), CallError> {
        let datagram = Datagram {
            way: Way::Up,
            peer,
            bytes: bytes.into(),
        };
        self.transit
            .enter(datagram)
            .map_or(Ok(()), |datagram| self.leave_link(&datagram))
    }

    /// A datagram is through.
    fn leave_link(&mut self, datagram: &Datagram) -> Result<(), CallError> {
        match datagram.way {
            Way::Up => self
                .engine
                .datagram(Instant::now(), datagram.peer, &datagram.bytes),
            Way::Down => {
                // What the socket does not take is lost, as on any network.
                let _ = self.socket.try_send_to(&datagram.bytes, datagram.peer);
                Ok(())
            }
        }
    }

    /// Lets one datagram off the link, or lets the engine's time go on.
    fn on_time(&mut self) -> Result<(), CallError> {
        let now = Instant::now();
        match self.transit.arrived(now) {
            Some(datagram) => self.leave_link(&datagram),
            None => self.engine.tick(now),
        }
    }
}

fn ice_ufrag(sdp: &str) -> Option<String> {
    sdp.lines()
        .find_map(|line| line.strip_prefix("a=ice-ufrag:"))
        .map(str::to_owned)
}

impl Drop for Driver {
    /// The place at the mixer goes with the call, also where garbage from a client made the engine panic.
    fn drop(&mut self) {
        self.mixer.close_seat(&self.participant, &self.seat);
    }
}
