//! The call's descriptions: offers, answers (RFC 8866, RFC 9429), and the paths that are trickled after them (RFC 8838).

use std::time::Instant;

use str0m::Candidate;
use str0m::bwe::Bitrate;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::Direction;

use super::{Engine, RECEIVE_KBPS};
use crate::media::port::Line;
use crate::media::transport::lines::Lines;
use crate::media::transport::offer::{OfferText, ice_ufrag, picture_limit_kbps, without_bandwidth};
use crate::media::{CallEvent, MediaError, OfferKind};

/// Longest SDP that is looked at. A Pexip answer has 5 to 15 kB.
const MAX_SDP: usize = 256 * 1024;

impl Engine {
    /// The text of the next offer. An earlier offer without an answer is forgotten.
    pub(in crate::media::transport) fn offer(&mut self, kind: OfferKind) -> Result<String, MediaError> {
        let mut change = self.rtc.sdp_api();
        match (kind, self.lines) {
            (OfferKind::Initial, None) => self.lines = Some(Lines::add(&mut change)),
            (OfferKind::IceRestart, Some(_)) => {
                change.ice_restart(false);
            }
            (OfferKind::Slides(on), Some(lines)) => {
                let direction = if on {
                    Direction::RecvOnly
                } else {
                    Direction::Inactive
                };
                change.set_direction(lines.slides, direction);
            }
            _ => return Err(MediaError::BadAnswer("an offer out of order".into())),
        }
        let Some((offer, pending)) = change.apply() else {
            return Err(MediaError::BadAnswer("the offer would change nothing".into()));
        };
        self.pending = Some((pending, kind));
        self.offers_made += 1;
        let lines = self.lines.ok_or(MediaError::Closed)?;
        let text = OfferText {
            session_id: self.session_id,
            version: self.offers_made,
            picture_mid: lines.picture.to_string(),
            slides_mid: lines.slides.to_string(),
            receive_kbps: RECEIVE_KBPS,
        };
        Ok(text.edit(&offer.to_sdp_string()))
    }

    /// Takes the answer to the last offer. After an ICE restart all local candidates are forgotten: add new ones.
    pub(in crate::media::transport) fn accept(
        &mut self,
        now: Instant,
        sdp: &str,
    ) -> Result<OfferKind, MediaError> {
        if sdp.len() > MAX_SDP {
            return Err(MediaError::BadAnswer(format!("{} bytes are too many", sdp.len())));
        }
        let answer = SdpAnswer::from_sdp_string(&without_bandwidth(sdp))
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        let (pending, kind) = self
            .pending
            .take()
            .ok_or_else(|| MediaError::BadAnswer("nothing was offered".into()))?;
        let ufrag = ice_ufrag(sdp).map(str::to_owned);
        if kind == OfferKind::IceRestart && ufrag == self.remote_ufrag {
            return Err(MediaError::RestartRefused);
        }
        self.rtc
            .sdp_api()
            .accept_answer(pending, answer)
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        self.remote_ufrag = ufrag;
        self.limit_sending(picture_limit_kbps(sdp));
        if let Some(lines) = self.lines {
            self.sound = lines.agreed(&self.rtc, Line::Sound);
            self.picture = lines.agreed(&self.rtc, Line::Picture);
        }
        if !matches!(kind, OfferKind::Slides(_)) {
            self.watchdog.expect(now);
        }
        Ok(kind)
    }

    /// The least of what the service and the answer allow us to send.
    pub(super) fn limit_sending(&mut self, answered_kbps: Option<u32>) {
        let allowed = [self.max_send_kbps, answered_kbps]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(RECEIVE_KBPS);
        self.allowed_kbps = allowed;
        self.wish();
    }

    /// Tells the congestion control what we would like to send, and how much padding may show that a poor link carries more.
    pub(super) fn wish(&mut self) {
        let (least, most) = (self.uplink.least_kbps(), self.allowed_kbps);
        self.rtc
            .bwe()
            .set_bitrate(Bitrate::kbps(least.into()), Bitrate::kbps(most.into()));
    }

    /// Answers an offer of the server. A pending offer of ours is forgotten; str0m demands it.
    pub(in crate::media::transport) fn answer(&mut self, sdp: &str) -> Result<String, MediaError> {
        if sdp.len() > MAX_SDP {
            return Err(MediaError::BadAnswer(format!("{} bytes are too many", sdp.len())));
        }
        self.pending = None;
        let offer = SdpOffer::from_sdp_string(&without_bandwidth(sdp))
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        let answer = self
            .rtc
            .sdp_api()
            .accept_offer(offer)
            .map_err(|e| MediaError::BadAnswer(e.to_string()))?;
        self.remote_ufrag = ice_ufrag(sdp).map(str::to_owned);
        Ok(answer.to_sdp_string())
    }

    /// Adds a path of ours; gives the event that trickles it, unless it was known.
    pub(in crate::media::transport) fn add_local_candidate(
        &mut self,
        candidate: Candidate,
    ) -> Option<CallEvent> {
        let text = self.rtc.add_local_candidate(candidate)?.to_sdp_string();
        Some(self.trickle(Some(text)))
    }

    /// The event that says there are no more local candidates.
    pub(in crate::media::transport) fn end_of_candidates(&mut self) -> CallEvent {
        self.trickle(None)
    }

    /// A path of theirs that was trickled. Unreadable ones (TCP, host names) are passed over.
    pub(in crate::media::transport) fn add_remote_candidate(&mut self, text: &str) {
        if let Ok(candidate) = Candidate::from_sdp_string(text) {
            self.rtc.add_remote_candidate(candidate);
        } else {
            tracing::debug!("a remote candidate that cannot be used was passed over");
        }
    }

    fn trickle(&mut self, candidate: Option<String>) -> CallEvent {
        let mid = self
            .lines
            .map_or_else(String::new, |lines| lines.sound.to_string());
        let ufrag = self.rtc.direct_api().local_ice_credentials().ufrag;
        CallEvent::LocalCandidate {
            candidate,
            mid,
            ufrag,
        }
    }
}
