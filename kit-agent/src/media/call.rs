//! The seam between a meeting service and the media of one call.
//!
//! `meeting::pexip` turns [`Call::offer`] into `calls` and `update` requests and feeds the answers back;
//! `media::transport` implements both traits on str0m. All waiting is cancel-safe: a future that is dropped loses
//! nothing but its own result.

use std::future::Future;

use secrecy::SecretString;

/// Starts calls. Devices, pipelines and what the screen shows outlive a single call, so that a new call with the
/// same token (protocols §1.8, `restartCall`) keeps camera and loudspeaker open.
pub trait Media: Send + Sync {
    /// The call that [`Media::start`] gives.
    type Call: Call;

    /// Opens sockets for one call. Nothing is sent before an answer was accepted.
    fn start(&self, setup: CallSetup) -> Result<Self::Call, MediaError>;
}

/// One WebRTC call: at most one pending offer at a time.
pub trait Call: Send {
    /// Makes the next offer. The text is ready to be sent (all edits that Pexip wants are done).
    fn offer(&mut self, kind: OfferKind) -> impl Future<Output = Result<String, MediaError>> + Send;

    /// Takes the answer to the last offer. Local candidates follow as [`CallEvent::LocalCandidate`].
    ///
    /// # Errors
    /// [`MediaError::BadAnswer`] for anything that is not an answer to the pending offer, and
    /// [`MediaError::RestartRefused`] where the far side answered an ICE restart with its old credentials: then only
    /// a new call helps.
    fn accept(&mut self, answer: &str) -> impl Future<Output = Result<(), MediaError>> + Send;

    /// Answers an offer of the server (`new_offer`, `update_sdp`); the answer goes back in `ack`.
    fn answer(&mut self, offer: &str) -> impl Future<Output = Result<String, MediaError>> + Send;

    /// A candidate that the far side trickled (`new_candidate`), as in an `a=candidate:` line without `a=`.
    fn add_remote_candidate(&mut self, candidate: &str);

    /// The next thing that happened. `None` once the call is over for good.
    fn next_event(&mut self) -> impl Future<Output = Option<CallEvent>> + Send;
}

/// What an offer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    /// The first offer of a call: sound and main picture both ways, slides inactive.
    Initial,
    /// New ICE credentials on fresh sockets; DTLS and decoders stay.
    IceRestart,
    /// Start (`true`) or stop receiving slides on their own m-line.
    Slides(bool),
}

/// What a [`Call`] tells its meeting service.
#[derive(Debug, Clone, PartialEq)]
pub enum CallEvent {
    /// Send as `new_candidate`; `None` in `candidate` is the end marker.
    LocalCandidate {
        /// The candidate without `a=`, or `None` when there are no more.
        candidate: Option<String>,
        /// The m-line's id.
        mid: String,
        /// ICE user fragment that the candidate belongs to.
        ufrag: String,
    },
    /// Media can flow (ICE and DTLS are up), also after a restart.
    Connected,
    /// The first decoded frame of the main picture, once per call.
    FirstFrame,
    /// No packet for 1.5 s while media should flow: time for an ICE restart.
    PathLost,
    /// Packets arrive again after [`CallEvent::PathLost`].
    PathBack,
    /// An address or route of this machine changed: time for an ICE restart.
    NetworkChanged,
    /// The call cannot go on; only a new one helps.
    Failed(String),
    /// Once a second.
    Stats(Box<CallStats>),
}

/// How a call is to be made.
#[derive(Debug, Clone, Default)]
pub struct CallSetup {
    /// TURN servers from the token's answer or the `calls` answer.
    pub turn: Vec<TurnServer>,
    /// Whether only relayed paths may be used (`use_relay_candidates_only`).
    pub relay_only: RelayOnly,
    /// Upper limit of what we send, in kbit/s (`bandwidth_out`); `None` = no limit given by the service.
    pub max_send_kbps: Option<u32>,
}

/// Whether only relayed paths may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RelayOnly {
    /// Host candidates are offered as well.
    #[default]
    No,
    /// Nothing but relay candidates.
    Yes,
}

/// One TURN server as the service names it.
#[derive(Debug, Clone)]
pub struct TurnServer {
    /// `turn:host:port?transport=udp|tcp` or `turns:host:port`.
    pub urls: Vec<String>,
    /// User name, often limited in time.
    pub username: SecretString,
    /// Password.
    pub credential: SecretString,
}

/// What went over the wire and what came out, since the last second unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct CallStats {
    /// kbit/s sent, all streams.
    pub send_kbps: f64,
    /// kbit/s received, all streams.
    pub recv_kbps: f64,
    /// The congestion controller's estimate of our uplink, kbit/s.
    pub estimate_kbps: Option<f64>,
    /// The far end's report on what it lost of ours, share 0..=1.
    pub send_loss: Option<f64>,
    /// What we lost of theirs, share 0..=1.
    pub recv_loss: Option<f64>,
    /// Round trip in milliseconds.
    pub rtt_ms: Option<f64>,
    /// Jitter of received sound in milliseconds.
    pub jitter_ms: Option<f64>,
    /// Frames of the main picture decoded since the call began.
    pub frames_decoded: u64,
    /// Frames of our own picture encoded since the call began.
    pub frames_encoded: u64,
    /// Level of received sound, dBFS (RMS), −100 = silence.
    pub recv_level_db: f64,
    /// Level of our own sound, dBFS (RMS), −100 = silence.
    pub send_level_db: f64,
    /// Audio packets received since the call began.
    pub audio_packets_received: u64,
    /// Audio packets sent since the call began.
    pub audio_packets_sent: u64,
}

/// Why the media of a call failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// No usable network address, or a socket could not be opened.
    #[error("no network path could be opened")]
    NoPath(#[source] std::io::Error),
    /// The answer could not be understood, or does not fit the offer.
    #[error("the meeting's answer could not be used: {0}")]
    BadAnswer(String),
    /// The far side ignored our ICE restart.
    #[error("the meeting refused to restart the path")]
    RestartRefused,
    /// Capture, encoding or playing failed.
    #[error("sound or picture could not be started: {0}")]
    Pipeline(String),
    /// The call is over.
    #[error("the call is closed")]
    Closed,
}
