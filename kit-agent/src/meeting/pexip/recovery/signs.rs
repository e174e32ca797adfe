//! What recovery is told, and what it says to do.

use crate::meeting::Loss;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::meeting::pexip) enum Sign {
    /// No packet for 1.5 s.
    PathLost,
    /// An address or route of this machine changed.
    NetworkChanged,
    /// Packets flow.
    MediaUp,
    /// The restart was answered with "no", or with its old credentials.
    RestartRefused,
    /// The restart got no answer at all.
    RestartUnanswered,
    /// The node says that the call is gone, or it is of no use any more.
    CallGone,
    /// The media of the call ended, and the node has not said why yet.
    MediaEnded,
    /// The new call could not be made, was answered with "no", or got no answer.
    CallFailed(Loss),
    /// A token was given.
    TokenGiven,
    /// The token is gone, and the node's reason is known or no reason will come.
    TokenGone,
    /// A request was refused for its token; the node's reason may be on its way.
    TokenRefused,
    /// No token, for a reason that may pass.
    NoToken(Loss),
    /// A person must type a PIN first.
    PinAwaited,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::meeting::pexip) enum Step {
    /// Ask for a token.
    AskToken,
    /// Make a new call with the token that we have.
    NewCall,
    /// Restart ICE in place.
    RestartIce,
    /// Tell the visit that we are calling again.
    TellReconnecting,
    /// Tell the visit that we are back.
    TellRecovered,
    /// Stop trying.
    GiveUp(Loss),
}
