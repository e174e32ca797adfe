//! Changes of a call that is up: ICE restart, slides, and offers of the node.

use tokio::time::Instant;

use super::Driver;
use super::requests::{self, Done, Purpose};
use crate::media::call::{Call, Media, OfferKind};
use crate::meeting::pexip::recovery::Sign;
use crate::meeting::pexip::wire::{self, Reply, Wire, WireError};

impl<W: Wire, M: Media> Driver<W, M> {
    /// Restarts ICE in place.
    pub(super) async fn restart_ice(&mut self) {
        self.reopen_stream();
        self.update(Purpose::Restart).await;
    }

    /// Brings the slides' line in step with what is shown.
    pub(super) async fn follow_slides(&mut self) {
        let wanted = self.told.slides;
        let Some(active) = &self.call else { return };
        if active.up && active.update.is_none() && active.slides != wanted {
            self.update(Purpose::Slides(wanted)).await;
        }
    }

    async fn update(&mut self, purpose: Purpose) {
        let kind = match purpose {
            Purpose::Restart => OfferKind::IceRestart,
            Purpose::Slides(on) => OfferKind::Slides(on),
        };
        let corner = self.corner();
        let (Some(corner), Some(active)) = (corner, &mut self.call) else {
            return self.see(Sign::CallGone);
        };
        let Some(uuid) = active.uuid.clone() else {
            return self.see(Sign::RestartRefused);
        };
        match active.call.offer(kind).await {
            Ok(sdp) => {
                self.counter += 1;
                active.update = Some((self.counter, purpose));
                let (offer, call) = (self.counter, active.number);
                let (wire, post) = (self.wire.clone(), corner.update(&uuid, &sdp));
                self.work.spawn(async move {
                    Done::Updated {
                        call,
                        purpose,
                        offer,
                        answer: wire::send(&wire, &post).await,
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, ?purpose, "no offer could be made");
                if purpose == Purpose::Restart {
                    self.see(Sign::RestartRefused);
                }
            }
        }
    }

    /// The node answered `update`.
    pub(super) async fn updated(
        &mut self,
        number: u64,
        purpose: Purpose,
        offer: u64,
        answer: Result<Reply, WireError>,
    ) {
        let Some(active) = self.call.as_mut().filter(|active| active.number == number) else {
            return;
        };
        if active.update != Some((offer, purpose)) {
            return;
        }
        active.update = None;
        let sign = match answer {
            Ok(reply) if reply.is_success() => match requests::updated_sdp(&reply) {
                Some(sdp) => active.call.accept(sdp).await.err().map(|_| Sign::RestartRefused),
                None => Some(Sign::RestartRefused),
            },
            Ok(reply) if matches!(reply.status, 401 | 403) => Some(Sign::TokenRefused),
            Ok(reply) if reply.is_node_trouble() => Some(Sign::RestartUnanswered),
            Ok(_) => Some(Sign::RestartRefused),
            Err(_) => Some(Sign::RestartUnanswered),
        };
        match (sign, purpose) {
            (None, _) => self.update_taken(purpose).await,
            (Some(Sign::TokenRefused), _) => self.see(Sign::TokenRefused),
            (Some(sign), Purpose::Restart) => self.see(sign),
            // Slides that do not come are no reason to disturb people who talk.
            (Some(_), Purpose::Slides(_)) => tracing::info!("the slides could not be fetched"),
        }
    }

    /// After a good `update`: ack, and refresh the token at once (protocols §1.8).
    async fn update_taken(&mut self, purpose: Purpose) {
        if let (Purpose::Slides(on), Some(active)) = (purpose, &mut self.call) {
            active.slides = on;
        }
        self.acknowledge(None);
        if let Some(seat) = &mut self.seat {
            seat.life.refresh_now(Instant::now());
        }
        self.follow_slides().await;
    }

    /// The node made an offer (`new_offer`, `update_sdp`); the answer goes back in `ack`.
    pub(super) async fn answer(&mut self, offer: &str) {
        let Some(active) = &mut self.call else { return };
        active.update = None;
        match active.call.answer(offer).await {
            Ok(answer) => self.acknowledge(Some(&answer)),
            Err(error) => {
                tracing::warn!(%error, "the node's offer could not be used");
                self.see(Sign::CallGone);
            }
        }
    }
}
