//! A patient's BankID on the kit: a WebSocket that carries a frame each second, and the grant that comes of it.
//!
//! Opening the socket begins an order, closing it cancels. What a frame shows is `identity::bank_id::order`'s to say; here are the socket
//! and the clock. While BankID is asked the frames go on, so that the QR code never stands still.

use std::{future::Future, net::IpAddr, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Extension, Json,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message as Frame, WebSocket},
    },
    http::StatusCode,
    response::Response,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use fleet_api::{
    BankIdFrame, BankIdMessage, BankIdState, JoinGrant, JoinGrantAccepted, JoinGrantUse, ReservationId,
    limits::BANK_ID_FRAME_BYTES,
};
use jiff::Timestamp;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    audit::{Act, Actor, AuditEvent},
    console,
    domain::identity::personal_number::PersonalNumber,
    identity::{
        bank_id::{Begun, CallError, Collected, Due, Message, Order, RelyingParty, View},
        staff_login::organisations,
    },
    store::{KitKey, StoreError},
    web::{BoundedJson, Path, PeerAddress, Problem},
};

/// Longest wait for the kit to take a frame.
const SEND_TIME: Duration = Duration::from_secs(10);
/// Longest that one socket stays open: a patient who needs longer begins anew.
const LONGEST: Duration = Duration::from_mins(15);
/// Random bytes of a grant.
const GRANT_BYTES: usize = 32;

/// What a call to BankID came to.
enum Outcome {
    Begun(Result<Begun, CallError>),
    Collected(Result<Collected, CallError>),
}

type Call<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// An identification of one kit for one meeting.
struct Identification {
    app: App,
    party: Arc<RelyingParty>,
    key: KitKey,
    reservation: ReservationId,
    address: IpAddr,
}

/// `GET /device/v1/bank-id/{reservation}`, upgraded to a WebSocket (RFC 6455).
pub(super) async fn identify(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    Extension(PeerAddress(address)): Extension<PeerAddress>,
    Path(reservation): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("there is no such reservation");
    let reservation: ReservationId = reservation.parse().map_err(|_| missing())?;
    let now = Timestamp::now();
    let tenant = app.store.tenant(kit.key.tenant).await?;
    let names = organisations(&app, &tenant).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let party = app.bank_id.for_one_of(&names).filter(|_| tenant.identity.bank_id);
    let party = party.ok_or_else(|| Problem::not_found("nobody identifies by BankID here"))?;
    let booked = app.store.reservations_for_kit(kit.key, now).await?;
    if !booked.iter().any(|booked| booked.id == reservation) {
        return Err(missing());
    }
    if !app.bank_id.tries().count(kit.key, now) {
        let detail = "too many tries on this kit; wait ten minutes, or let the care worker vouch";
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-tries",
            detail,
        ));
    }
    let identification = Identification {
        app,
        party,
        key: kit.key,
        reservation,
        address,
    };
    Ok(upgrade
        .max_message_size(BANK_ID_FRAME_BYTES)
        .max_frame_size(BANK_ID_FRAME_BYTES)
        .on_upgrade(|socket| identification.run(socket)))
}

/// `POST /device/v1/join-grants`. The same answer for every reason, so that nothing is learnt by trying.
pub(super) async fn use_grant(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    BoundedJson(request): BoundedJson<JoinGrantUse>,
) -> Result<Json<JoinGrantAccepted>, Problem> {
    let used = app
        .store
        .use_grant(kit.key, &request.grant, Timestamp::now())
        .await?;
    let reservation = used.ok_or_else(|| {
        let detail = "the grant is used, too old or another kit's; identify once more";
        Problem::conflict("grant-refused", detail)
    })?;
    Ok(Json(JoinGrantAccepted { reservation }))
}

impl Identification {
    async fn run(self, mut socket: WebSocket) {
        let mut order = Order::new(Timestamp::now());
        let stop = self.app.stop.clone();
        let conversed = timeout(LONGEST, self.converse(&mut socket, &mut order));
        let _ = stop.run_until_cancelled(conversed).await;
        if let Some(open) = order.open() {
            self.party.cancel(&open).await;
        }
        let _ = timeout(SEND_TIME, socket.send(Frame::Close(None))).await;
    }

    /// Ends when the identification is over or the kit has left.
    async fn converse(&self, socket: &mut WebSocket, order: &mut Order) {
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut call: Option<Call<'_>> = None;
        loop {
            let outcome = tokio::select! {
                _ = second.tick() => None,
                outcome = answer(&mut call) => Some(outcome),
                incoming = socket.recv() => match incoming {
                    Some(Ok(Frame::Close(_)) | Err(_)) | None => return,
                    // Whatever it says, it still waits.
                    Some(Ok(_)) => continue,
                },
            };
            if let Some(outcome) = outcome {
                call = None;
                if let Err(error) = self.note(order, outcome).await {
                    let error: &dyn std::error::Error = &error;
                    tracing::error!(error, "an identification could not be decided");
                    return;
                }
            }
            let now = Timestamp::now();
            if call.is_none() {
                call = self.next_call(order, now);
            }
            let sent = timeout(SEND_TIME, socket.send(frame(order, now))).await;
            if !matches!(sent, Ok(Ok(()))) || order.is_over() {
                return;
            }
        }
    }

    fn next_call(&self, order: &Order, now: Timestamp) -> Option<Call<'_>> {
        match order.due(now) {
            Due::Nothing => None,
            Due::Begin => Some(Box::pin(async {
                Outcome::Begun(self.party.begin(self.address).await)
            })),
            Due::Collect(open) => {
                let open = open.again();
                Some(Box::pin(async move {
                    Outcome::Collected(self.party.collect(&open).await)
                }))
            }
        }
    }

    async fn note(&self, order: &mut Order, outcome: Outcome) -> Result<(), StoreError> {
        let now = Timestamp::now();
        match outcome {
            Outcome::Begun(Ok(begun)) => order.begun(begun, now),
            Outcome::Collected(Ok(collected)) => {
                if let Some(person) = order.collected(collected, now) {
                    self.decide(order, &person, now).await?;
                }
            }
            Outcome::Begun(Err(error)) | Outcome::Collected(Err(error)) => order.failed(error),
        }
        Ok(())
    }

    /// Only the person that the meeting is for may join it; where the booking does not say who that is, whoever identified.
    async fn decide(
        &self,
        order: &mut Order,
        person: &PersonalNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, tenant) = (&self.app.store, self.key.tenant);
        if store.is_invited(tenant, self.reservation, person).await? == Some(false) {
            let act = Act::by(Actor::Kit(self.key.kit), now);
            let refused = AuditEvent::OtherPersonRefused {
                reservation: self.reservation,
            };
            store.record(tenant, &act, &refused).await?;
            order.refuse_person();
            return Ok(());
        }
        let grant = new_grant();
        store.add_grant(self.key, self.reservation, &grant, now).await?;
        order.grant(grant);
        Ok(())
    }
}

/// Waits for the call under way; for ever where there is none.
async fn answer(call: &mut Option<Call<'_>>) -> Outcome {
    match call {
        Some(call) => call.await,
        None => std::future::pending().await,
    }
}

fn frame(order: &Order, now: Timestamp) -> Frame {
    let (qr, state) = match order.view(now) {
        View::Waiting(qr) => (qr, BankIdState::Waiting),
        View::Scanned => (None, BankIdState::Scanned),
        View::Done(grant) => (None, BankIdState::Done { grant: grant.clone() }),
        View::Failed { try_again } => (None, BankIdState::Failed { try_again }),
    };
    let frame = BankIdFrame {
        qr,
        message: words(order.message()),
        state,
        seconds_left: order.seconds_left(now),
    };
    Frame::Text(
        serde_json::to_string(&frame)
            .expect("a frame is plain data")
            .into(),
    )
}

fn words(message: Message) -> BankIdMessage {
    let (swedish, english) = console::in_both_languages("bank_id", message.name());
    let fits = "the texts are checked by a test";
    BankIdMessage {
        code: message.name().parse().expect(fits),
        swedish: swedish.parse().expect(fits),
        english: english.parse().expect(fits),
    }
}

fn new_grant() -> JoinGrant {
    let mut bytes = [0; GRANT_BYTES];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    JoinGrant::parse(&BASE64_URL_SAFE_NO_PAD.encode(bytes)).expect("32 bytes are 43 letters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_fits_its_frame() {
        for message in Message::ALL {
            let BankIdMessage { code, swedish, .. } = words(*message);
            assert!(code.as_str() == message.name() && !swedish.as_str().is_empty());
        }
        assert_ne!(new_grant(), new_grant());
    }
}
