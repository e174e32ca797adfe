//! The seam between transport and studio: packets and wishes, no sockets and no GStreamer.
//!
//! `transport` owns the network and speaks to a [`Studio`]; `studio` owns devices, codecs and clocks. A test puts a
//! scripted studio here and runs a whole call under virtual time.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use tokio::sync::mpsc;

use super::MediaError;

/// One of the three m-lines of a call, in the order that Pexip expects them (protocols §1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// Opus, both ways.
    Sound,
    /// The main picture, both ways.
    Picture,
    /// What somebody presents; only received.
    Slides,
}

/// Codec of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// RFC 7587, 48 kHz.
    Opus,
    /// RFC 7741, 90 kHz.
    Vp8,
    /// RFC 6184, constrained baseline, packetization mode 1, 90 kHz.
    H264,
}

/// A payload of ours on its way out.
#[derive(Debug, Clone)]
pub struct OutgoingPacket {
    /// Sound or picture.
    pub line: Line,
    /// Counts the packets of this line, those included that the call could not take in time: the far end must see that
    /// they are missing, or it waits for a keyframe that nobody asks for.
    pub number: u64,
    /// RTP timestamp in the codec's clock.
    pub rtp_time: u32,
    /// RTP marker bit.
    pub marker: bool,
    /// When it was captured: sender reports tie `rtp_time` to this, and lip-sync follows.
    pub captured: Instant,
    /// Payload without RTP header.
    pub payload: Arc<[u8]>,
}

/// A packet of theirs; retransmission and redundancy are already undone.
#[derive(Debug, Clone)]
pub struct IncomingPacket {
    /// Which m-line it belongs to.
    pub line: Line,
    /// What the payload is.
    pub codec: Codec,
    /// Payload type on the wire.
    pub payload_type: u8,
    /// Synchronisation source.
    pub ssrc: u32,
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp in the codec's clock.
    pub rtp_time: u32,
    /// RTP marker bit.
    pub marker: bool,
    /// When it came from the network.
    pub arrived: Instant,
    /// Payload without RTP header.
    pub payload: Arc<[u8]>,
}

/// What a sender report says about a stream: this RTP time was that wall-clock time (RFC 3550 §6.4.1).
#[derive(Debug, Clone, Copy)]
pub struct SenderReport {
    /// Which m-line.
    pub line: Line,
    /// Synchronisation source.
    pub ssrc: u32,
    /// The sender's wall clock.
    pub wall_clock: SystemTime,
    /// The RTP time at that moment.
    pub rtp_time: u32,
}

/// Captures, encodes, decodes and plays. Outlives single calls.
pub trait Studio: Send + Sync + 'static {
    /// The receiving side of one call.
    type Reception: Reception;

    /// From now on our packets go into `out`; packets that do not fit are dropped, as on a network.
    fn send_into(&self, out: mpsc::Sender<OutgoingPacket>);

    /// The next picture that we send is a keyframe.
    fn force_keyframe(&self);

    /// The codec of our picture; the answer decides it.
    fn send_codec(&self, picture: Codec);

    /// What the network carries of ours right now, in kbit/s: the quality ladder follows it.
    fn set_budget(&self, kbps: u32);

    /// Opens the receiving side of a call.
    fn receive(&self, wishes: mpsc::Sender<Wish>) -> Result<Self::Reception, MediaError>;

    /// Counters and levels of our own side.
    fn figures(&self) -> SentFigures;
}

/// The receiving side of one call: jitter buffers, decoders, loudspeaker and picture.
pub trait Reception: Send + Sync + 'static {
    /// Takes one packet. Never blocks.
    fn packet(&mut self, packet: IncomingPacket);

    /// Takes a sender report for lip-sync.
    fn report(&mut self, report: SenderReport);

    /// Counters and levels of what was received.
    fn figures(&self) -> ReceivedFigures;
}

/// What the studio wants of the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A decoder cannot go on without a keyframe.
    Keyframe(Line),
    /// The first frame of the main picture was shown.
    FirstFrame,
}

/// Counters and levels of what we send.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SentFigures {
    /// Frames encoded since the studio opened.
    pub frames: u64,
    /// RMS level of our sound in dBFS, −100 = silence.
    pub level_db: f64,
}

/// Counters and levels of what we receive.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReceivedFigures {
    /// Frames of the main picture decoded in this call.
    pub frames: u64,
    /// RMS level of their sound in dBFS, −100 = silence.
    pub level_db: f64,
}
