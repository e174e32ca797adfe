//! The media side of a session: calls and their candidates. `updates` changes a call that is up.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::Driver;
use super::requests::{self, Done, Purpose};
use crate::media::call::{Call, CallEvent, CallSetup, Media, MediaError, OfferKind};
use crate::meeting::Loss;
use crate::meeting::pexip::recovery::Sign;
use crate::meeting::pexip::wire::{self, Reply, Wire, WireError};

/// Most candidates that wait to be sent.
const MAX_CANDIDATES: usize = 64;

/// The present call.
pub(super) struct ActiveCall<C> {
    pub(super) number: u64,
    pub(super) call: C,
    /// The node's id of it, once the node has answered.
    pub(super) uuid: Option<String>,
    /// Candidates wait here until the node has answered, then go one by one.
    candidates: VecDeque<Value>,
    sending: bool,
    /// Number and purpose of the `update` whose answer is awaited; a newer offer takes its place.
    pub(super) update: Option<(u64, Purpose)>,
    /// Whether packets ever flowed.
    pub(super) up: bool,
    /// Whether the slides' line is on.
    pub(super) slides: bool,
}

/// The next event of the media; waits for ever while there is no call.
pub(super) async fn next<C: Call>(active: Option<&mut ActiveCall<C>>) -> Option<CallEvent> {
    match active {
        Some(active) => active.call.next_event().await,
        None => std::future::pending().await,
    }
}

impl<W: Wire, M: Media> Driver<W, M> {
    /// Makes a new call with the present token; the former one is ended.
    pub(super) async fn new_call(&mut self) {
        if self.call.is_some() {
            self.end_call();
            self.reopen_stream();
        }
        let Some(seat) = &self.seat else {
            return self.see(Sign::TokenGone);
        };
        let setup = CallSetup {
            turn: seat.grant.turn.iter().chain(&self.extra_turn).cloned().collect(),
            relay_only: seat.grant.relay_only,
            max_send_kbps: seat.grant.max_send_kbps,
        };
        match self.open_call(setup).await {
            Ok(sdp) => self.post_call(&sdp),
            Err(error) => {
                tracing::warn!(%error, "sound and picture could not be started");
                self.call = None;
                let loss = if matches!(error, MediaError::NoPath(_)) {
                    Loss::Unreachable
                } else {
                    Loss::Media
                };
                self.see(Sign::CallFailed(loss));
            }
        }
    }

    async fn open_call(&mut self, setup: CallSetup) -> Result<String, MediaError> {
        let mut call = self.media.start(setup)?;
        let sdp = call.offer(OfferKind::Initial).await?;
        self.counter += 1;
        self.call = Some(ActiveCall {
            number: self.counter,
            call,
            uuid: None,
            candidates: VecDeque::new(),
            sending: false,
            update: None,
            up: false,
            slides: false,
        });
        Ok(sdp)
    }

    fn post_call(&mut self, sdp: &str) {
        let Some(corner) = self.corner() else { return };
        let (number, wire, post) = (self.counter, self.wire.clone(), corner.calls(sdp));
        self.work.spawn(async move {
            Done::Called {
                call: number,
                answer: wire::send(&wire, &post).await,
            }
        });
    }

    /// Ends the present call, if there is one.
    pub(super) fn end_call(&mut self) {
        let ended = self.call.take().and_then(|active| active.uuid);
        if let (Some(uuid), Some(corner)) = (ended, self.corner()) {
            self.control(corner.disconnect(&uuid));
        }
    }

    /// The node answered `calls`.
    pub(super) async fn called(&mut self, number: u64, answer: Result<Reply, WireError>) {
        let Some(active) = self.call.as_mut().filter(|active| active.number == number) else {
            return;
        };
        let new = match answer {
            Ok(reply) if reply.is_success() => requests::new_call(&reply),
            Ok(reply) => return self.see(sign_of_refusal(&reply)),
            Err(error) => return self.see(Sign::CallFailed(error.loss())),
        };
        let Some(new) = new else {
            return self.see(Sign::CallFailed(Loss::Garbage));
        };
        if !new.turn.is_empty() {
            self.extra_turn = new.turn;
        }
        active.uuid = Some(new.uuid);
        // An empty answer means that the node will make an offer of its own.
        if !new.sdp.is_empty() {
            if let Err(error) = active.call.accept(&new.sdp).await {
                tracing::warn!(%error, "the node's answer could not be used");
                return self.see(Sign::CallFailed(Loss::Garbage));
            }
            self.acknowledge(None);
        }
        self.send_candidate();
    }

    /// Starts the media, or answers an offer of the node.
    pub(super) fn acknowledge(&mut self, answer: Option<&str>) {
        let (Some(corner), Some(active)) = (self.corner(), &self.call) else {
            return;
        };
        let Some(uuid) = &active.uuid else { return };
        let (call, wire, post) = (active.number, self.wire.clone(), corner.ack(uuid, answer));
        self.work.spawn(async move {
            Done::Acknowledged {
                call,
                answer: wire::send(&wire, &post).await,
            }
        });
    }

    /// Without an ack the node sends nothing: a refused one ends the call.
    pub(super) fn acknowledged(&mut self, number: u64, answer: Result<Reply, WireError>) {
        let is_present = self.call.as_ref().is_some_and(|active| active.number == number);
        match answer {
            Ok(reply) if is_present && !reply.is_success() => self.see(sign_of_refusal(&reply)),
            Err(error) if is_present => tracing::debug!(%error, "ack got no answer"),
            _ => {}
        }
    }

    /// The node says that a call is gone; one that is not ours any more does not matter.
    pub(super) fn call_gone(&mut self, uuid: Option<&str>) {
        let Some(active) = &self.call else { return };
        if uuid.is_none() || active.uuid.as_deref() == uuid {
            self.call = None;
            self.see(Sign::CallGone);
        }
    }

    /// Packets flow.
    pub(super) async fn media_up(&mut self) {
        if let Some(active) = &mut self.call {
            active.up = true;
        }
        self.see(Sign::MediaUp);
        self.tell_place().await;
        self.follow_slides().await;
    }

    /// Whether packets have flowed in this call.
    pub(super) fn is_media_up(&self) -> bool {
        self.call.as_ref().is_some_and(|active| active.up)
    }

    /// A candidate of ours; an empty one is the end marker.
    pub(super) fn local_candidate(&mut self, candidate: Option<&str>, mid: &str, ufrag: &str) {
        let Some(active) = &mut self.call else { return };
        let body = match candidate {
            Some(candidate) => json!({"candidate": candidate, "mid": mid, "ufrag": ufrag}),
            None => json!({"candidate": "", "mid": mid}),
        };
        if active.candidates.len() < MAX_CANDIDATES {
            active.candidates.push_back(body);
        }
        self.send_candidate();
    }

    pub(super) fn candidate_sent(&mut self, number: u64) {
        if let Some(active) = self.call.as_mut().filter(|active| active.number == number) {
            active.sending = false;
            self.send_candidate();
        }
    }

    /// One at a time, so that the end marker stays last.
    fn send_candidate(&mut self) {
        let corner = self.corner();
        let (Some(corner), Some(active)) = (corner, &mut self.call) else {
            return;
        };
        let Some(uuid) = active.uuid.as_deref().filter(|_| !active.sending) else {
            return;
        };
        let Some(body) = active.candidates.pop_front() else {
            return;
        };
        active.sending = true;
        let (call, wire, post) = (active.number, self.wire.clone(), corner.candidate(uuid, body));
        self.work.spawn(async move {
            if let Err(error) = wire::send(&wire, &post).await {
                tracing::debug!(%error, "a candidate could not be sent");
            }
            Done::CandidateSent { call }
        });
    }
}

/// What a "no" to a call's request means.
fn sign_of_refusal(reply: &Reply) -> Sign {
    match reply.status {
        401 | 403 => Sign::TokenRefused,
        _ if reply.is_node_trouble() => Sign::CallFailed(Loss::ServiceDown),
        _ => Sign::CallFailed(Loss::Garbage),
    }
}
