//! What the node and the media say, and what follows from it.

use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use super::{Driver, LOGIN_WITHIN, PIN_WITHIN};
use crate::media::call::{Call, CallEvent, Media};
use crate::meeting::pexip::admission::Admission;
use crate::meeting::pexip::recovery::Sign;
use crate::meeting::pexip::server_event::ServerEvent;
use crate::meeting::pexip::wire::Wire;
use crate::meeting::{LoginPage, MeetingEvent, Refusal};

impl<W: Wire, M: Media> Driver<W, M> {
    /// The node answered `request_token`.
    pub(super) async fn admission(&mut self, admission: Admission) {
        match admission {
            Admission::Granted(grant) => {
                self.room.login.worked();
                self.sit_down(*grant);
                self.tell_place().await;
                self.see(Sign::TokenGiven);
            }
            Admission::GuestWithoutPin => {
                self.room.pin = Some("none".into());
                self.ask_token();
            }
            Admission::PinNeeded => self.want_pin(MeetingEvent::PinNeeded).await,
            Admission::WrongPin => self.want_pin(MeetingEvent::WrongPin).await,
            Admission::LoginWanted(offered) => {
                if self.room.login.choose(&offered) {
                    self.ask_token();
                } else {
                    self.end(MeetingEvent::Refused(Refusal::LoginNeeded));
                }
            }
            Admission::LoginAt(address) => self.want_login(&address).await,
            Admission::Refused(Refusal::LoginNeeded) if self.room.login.may_begin_anew() => self.ask_token(),
            Admission::Refused(refusal) => self.end(MeetingEvent::Refused(refusal)),
            Admission::Later(loss) => self.see(Sign::NoToken(loss)),
        }
    }

    async fn want_pin(&mut self, event: MeetingEvent) {
        self.pin_until = Some(Instant::now() + PIN_WITHIN);
        self.tell(event).await;
        self.see(Sign::PinAwaited);
    }

    async fn want_login(&mut self, address: &SecretString) {
        self.login_until = Some(Instant::now() + LOGIN_WITHIN);
        let page = LoginPage::new(address.expose_secret().to_owned(), self.room.login.target.clone());
        self.tell(MeetingEvent::LoginWanted(Box::new(page))).await;
        self.see(Sign::PinAwaited);
    }

    /// The person has logged in, or not.
    pub(super) fn logged_in(&mut self, proof: Option<SecretString>) {
        if self.login_until.take().is_none() {
            return;
        }
        if proof.is_none() {
            return self.end(MeetingEvent::Refused(Refusal::LoginFailed));
        }
        self.room.login.proof = proof;
        self.ask_token();
    }

    /// The node says something.
    pub(super) async fn node_event(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Disconnect(reason) if reason.may_rejoin() => {
                self.lose_seat();
            }
            ServerEvent::Disconnect(reason) => self.end(reason.farewell()),
            ServerEvent::CallGone { call } => self.call_gone(call.as_deref()),
            ServerEvent::Refer { alias, token } => {
                self.room.alias = alias;
                self.room.one_time_token = Some(token);
                self.see(Sign::TokenGone);
            }
            ServerEvent::RefreshToken => {
                if let Some(seat) = &mut self.seat {
                    seat.life.refresh_now(Instant::now());
                }
            }
            ServerEvent::Offer(sdp) => self.answer(&sdp).await,
            ServerEvent::Candidate(candidate) => {
                if let Some(active) = &mut self.call {
                    active.call.add_remote_candidate(&candidate);
                }
            }
            about_people => self.people(about_people).await,
        }
    }

    /// The media say something.
    pub(super) async fn media_event(&mut self, event: Option<CallEvent>) {
        match event {
            None => {
                self.call = None;
                self.see(Sign::MediaEnded);
            }
            Some(CallEvent::Failed(_)) => {
                self.end_call();
                self.see(Sign::MediaEnded);
            }
            Some(CallEvent::LocalCandidate {
                candidate,
                mid,
                ufrag,
            }) => {
                self.local_candidate(candidate.as_deref(), &mid, &ufrag);
            }
            Some(CallEvent::Connected | CallEvent::PathBack) => self.media_up().await,
            Some(CallEvent::FirstFrame) => self.tell(MeetingEvent::FirstFrame).await,
            Some(CallEvent::PathLost) => self.see(Sign::PathLost),
            Some(CallEvent::NetworkChanged) => self.see(Sign::NetworkChanged),
            Some(CallEvent::Stats(stats)) => self.tell_if_room(MeetingEvent::Stats(stats)),
        }
    }
}
