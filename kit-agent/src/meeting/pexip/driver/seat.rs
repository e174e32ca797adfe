//! Our place in the conference: the token, its refresh, and the event stream that goes with it.

use secrecy::SecretString;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::requests::{self, Done};
use super::{Driver, jitter};
use crate::media::call::Media;
use crate::meeting::Place;
use crate::meeting::pexip::admission::{self, Grant};
use crate::meeting::pexip::recovery::Sign;
use crate::meeting::pexip::server_event::ServerEvent;
use crate::meeting::pexip::stream;
use crate::meeting::pexip::token_life::TokenLife;
use crate::meeting::pexip::wire::{Reply, Wire, WireError};
use crate::meeting::session::{Microphone, OurPicture};

/// Events of the node that may wait to be taken.
const NEWS_QUEUE: usize = 64;

/// A place that a token proves.
pub(super) struct Seat {
    pub(super) number: u64,
    /// The room's alias; a `refer` changes the driver's, not this one.
    pub(super) alias: SecretString,
    pub(super) grant: Grant,
    pub(super) life: TokenLife,
    pub(super) place: Place,
    token: watch::Sender<SecretString>,
    news: mpsc::Receiver<ServerEvent>,
    /// Reads the event stream; ends with the seat.
    reader: JoinSet<()>,
}

impl Seat {
    /// The latest token.
    pub(super) fn token(&self) -> watch::Receiver<SecretString> {
        self.token.subscribe()
    }
}

/// The next event of the node; waits for ever while there is no seat.
pub(super) async fn next(seat: Option<&mut Seat>) -> ServerEvent {
    let Some(seat) = seat else {
        return std::future::pending().await;
    };
    match seat.news.recv().await {
        Some(event) => event,
        // The reader goes on as long as the seat, so this is not reached; waiting is the safe answer.
        None => std::future::pending().await,
    }
}

impl<W: Wire, M: Media> Driver<W, M> {
    /// Asks for a token.
    pub(super) fn ask_token(&mut self) {
        let one_time = self.room.one_time_token.take();
        let (wire, alias, pin) = (self.wire.clone(), self.room.alias.clone(), self.room.pin.clone());
        let body = requests::join_body(&self.room.name, one_time.as_ref(), &self.room.login);
        self.errands.spawn(async move {
            let answer = wire.post(&requests::join(alias, pin, body)).await;
            Done::Admission(admission::read(answer))
        });
    }

    /// Takes the place that was granted.
    pub(super) fn sit_down(&mut self, grant: Grant) {
        self.stand_up();
        self.counter += 1;
        let (token, latest) = watch::channel(grant.token.clone());
        let alias = self.room.alias.clone();
        let (news, reader) = self.open_stream(alias.clone(), latest);
        let life = TokenLife::new(Instant::now(), grant.expires);
        let place = grant.place;
        self.recovery.set_place(Instant::now(), place);
        self.seat = Some(Seat {
            number: self.counter,
            alias,
            grant,
            life,
            place,
            token,
            news,
            reader,
        });
        if self.microphone == Microphone::Closed {
            self.set_microphone(Microphone::Closed);
        }
        if self.picture == OurPicture::Held {
            self.tell_picture();
        }
    }

    /// Gives the place up, releasing its token beside whatever comes next.
    pub(super) fn stand_up(&mut self) {
        if let Some(seat) = self.seat.take() {
            let release = requests::release(seat.alias.clone(), seat.token());
            self.errand(release);
        }
        // The node ends the call with the token; no request may name it any more.
        if let Some(active) = &mut self.call {
            active.uuid = None;
        }
    }

    /// After a change of network what is open may hang: opens the stream anew at once, on a fresh connection.
    pub(super) fn reopen_stream(&mut self) {
        self.wire.forget_connections();
        let Some(seat) = &self.seat else { return };
        let (news, reader) = self.open_stream(seat.alias.clone(), seat.token());
        if let Some(seat) = &mut self.seat {
            seat.news = news;
            seat.reader = reader;
        }
    }

    fn open_stream(
        &self,
        alias: SecretString,
        latest: watch::Receiver<SecretString>,
    ) -> (mpsc::Receiver<ServerEvent>, JoinSet<()>) {
        let (sender, news) = mpsc::channel(NEWS_QUEUE);
        let mut reader = JoinSet::new();
        reader.spawn(stream::follow(self.wire.clone(), alias, latest, sender, jitter));
        (news, reader)
    }

    /// Refreshes the token; the life has noted that it is under way.
    pub(super) fn refresh(&mut self) {
        let Some(seat) = &self.seat else { return };
        let (number, wire) = (seat.number, self.wire.clone());
        let post = requests::refresh(seat.alias.clone(), seat.token());
        self.work.spawn(async move {
            Done::Refreshed {
                seat: number,
                answer: wire.post(&post).await,
            }
        });
    }

    /// Takes the answer to a refresh.
    pub(super) fn refreshed(&mut self, number: u64, answer: Result<Reply, WireError>) {
        let now = Instant::now();
        let Some(seat) = self.seat.as_mut().filter(|seat| seat.number == number) else {
            return;
        };
        let fresh = answer
            .as_ref()
            .ok()
            .filter(|reply| reply.is_success())
            .and_then(requests::fresh_token);
        match (fresh, answer) {
            (Some((token, expires)), _) => {
                seat.token.send_replace(token);
                seat.life = TokenLife::new(now, expires);
            }
            (None, Ok(reply)) if matches!(reply.status, 401 | 403 | 404) => self.see(Sign::TokenRefused),
            (None, _) => seat.life.failed(now, jitter()),
        }
    }
}
