//! Takes in what kits report: many kits' events in one commit.
//!
//! A commit waits for the disk, so deliveries that arrive while one is being written are gathered into the next. A delivery
//! is answered only when its events are on disk. An event is stored once per (kit, spool, sequence), however often it
//! is sent, and to whichever server.

use fleet_api::{EventKind, NumberedEvent, Sequence, SyncRequest};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::{
    KitKey, Store, StoreError, check_outs,
    database::{Connection, Database, query, query_scalar},
    kit_health, kit_sign_offs, ratings, shifts, stored, tickets, told_again,
};
use crate::audit::{Act, Actor};
use crate::domain::{attendance, fault, identity::shift::ShiftEnd};

/// Most deliveries in one commit; bounds how long the first of them waits.
const PER_COMMIT: usize = 128;
/// Most deliveries that wait; more are held back by their own connections.
const WAITING: usize = 1024;

#[derive(Clone, Debug)]
pub(super) struct Intake(mpsc::Sender<Delivery>);

struct Delivery {
    key: KitKey,
    request: SyncRequest,
    now: Timestamp,
    answer: oneshot::Sender<Result<Sequence, StoreError>>,
}

impl Store {
    /// Stores what a kit reports and returns up to which event it is durably stored.
    pub async fn take_in(
        &self,
        key: KitKey,
        request: SyncRequest,
        now: Timestamp,
    ) -> Result<Sequence, StoreError> {
        let tells_something = !request.events.is_empty() || request.state.is_some();
        let (answer, answered) = oneshot::channel();
        let delivery = Delivery {
            key,
            request,
            now,
            answer,
        };
        self.intake
            .0
            .send(delivery)
            .await
            .map_err(|_| StoreError::Closing)?;
        let acknowledged = answered.await.map_err(|_| StoreError::Closing)??;
        if tells_something {
            self.changes.note(key.tenant);
        }
        Ok(acknowledged)
    }
}

impl Intake {
    pub(super) fn start(database: Database) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        #[expect(
            clippy::disallowed_methods,
            reason = "ends by itself when the last Store is dropped"
        )]
        tokio::spawn(run(database, receiver));
        Self(sender)
    }
}

async fn run(database: Database, mut deliveries: mpsc::Receiver<Delivery>) {
    let mut gathered = Vec::with_capacity(PER_COMMIT);
    while deliveries.recv_many(&mut gathered, PER_COMMIT).await > 0 {
        // Always in the same order, so that two servers never wait for each other's kits.
        gathered.sort_by_key(|delivery| (delivery.key.tenant.0, delivery.key.kit.0));
        match commit(&database, &gathered).await {
            Ok(acknowledged) => answer_all(&mut gathered, acknowledged),
            // One bad delivery must not hold up the others: each gets a commit of its own.
            Err(_) if gathered.len() > 1 => {
                for delivery in gathered.drain(..) {
                    let result = commit(&database, std::slice::from_ref(&delivery)).await;
                    answer(delivery, result.map(|acknowledged| acknowledged[0]));
                }
            }
            Err(error) => answer(gathered.remove(0), Err(error)),
        }
    }
}

fn answer_all(gathered: &mut Vec<Delivery>, acknowledged: Vec<Sequence>) {
    for (delivery, sequence) in gathered.drain(..).zip(acknowledged) {
        answer(delivery, Ok(sequence));
    }
}

fn answer(delivery: Delivery, result: Result<Sequence, StoreError>) {
    // The kit may have hung up; it will send the same events again.
    let _ = delivery.answer.send(result);
}

async fn commit(database: &Database, deliveries: &[Delivery]) -> Result<Vec<Sequence>, StoreError> {
    let mut transaction = database.begin_unscoped().await?;
    shut_others_out(&mut transaction, deliveries).await?;
    let mut entered = None;
    let mut acknowledged = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let tenant = delivery.key.tenant;
        if entered.replace(tenant) != Some(tenant) {
            transaction.enter(tenant.into()).await?;
        }
        acknowledged.push(store(&mut transaction, delivery).await?);
    }
    transaction.commit().await?;
    Ok(acknowledged)
}

/// Most events touch rows of their own kit only. Where one touches more, other writers of that tenant wait; before any row
/// is touched, so that nobody waits for us who holds what we need.
async fn shut_others_out(connection: &mut Connection, deliveries: &[Delivery]) -> Result<(), StoreError> {
    let mut shut = None;
    for delivery in deliveries {
        let tenant = delivery.key.tenant;
        let mut events = delivery.request.events.iter();
        if shut != Some(tenant) && events.any(|event| touches_more_than_its_kit(&event.event.kind)) {
            connection.shut_others_out(tenant).await?;
            shut = Some(tenant);
        }
    }
    Ok(())
}

/// A ticket and a signature go into the tenant's audit trail; an answer is counted among those of other kits; the log of meetings is a chain.
fn touches_more_than_its_kit(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::FaultReported { .. } | EventKind::MeetingRated { .. }
    ) || attendance::is_logged(kind)
        || kit_sign_offs::is_told_by(kind)
}

async fn store(connection: &mut Connection, delivery: &Delivery) -> Result<Sequence, StoreError> {
    let Delivery {
        key, request, now, ..
    } = delivery;
    query("UPDATE kits SET last_seen_at = $3, agent_version = $4 WHERE tenant_id = $1 AND kit_id = $2")
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(stored(*now))
        .bind(request.agent_version.as_str())
        .execute(&mut *connection)
        .await?;
    if let Some(state) = &request.state {
        kit_health::note(connection, *key, state, *now).await?;
    }
    for event in &request.events {
        let is_new = store_event(connection, delivery, event).await?;
        apply(connection, *key, &event.event.kind, *now).await?;
        // Reports and answers are counted, so that an event which is sent again must not be told again.
        if is_new {
            count(connection, delivery, event).await?;
        }
    }
    let highest: Option<u32> = query_scalar(
        "SELECT max(sequence) FROM events WHERE tenant_id = $1 AND kit_id = $2 AND spool_id = $3",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(request.spool.0)
    .fetch_one(&mut *connection)
    .await?;
    Ok(Sequence(highest.unwrap_or(0)))
}

/// Keeps an event; whether it was new.
async fn store_event(
    connection: &mut Connection,
    delivery: &Delivery,
    numbered: &NumberedEvent,
) -> Result<bool, StoreError> {
    let event = &numbered.event;
    let body = match event.kind {
        // The answer is only counted, so that it cannot be led back to its meeting by kit and time.
        EventKind::MeetingRated { .. } => "{}".to_owned(),
        _ => serde_json::to_string(&event.kind).expect("events are plain data"),
    };
    let inserted = query(
        "INSERT INTO events
             (tenant_id, kit_id, spool_id, sequence, happened_at, received_at, kind, body, reservation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, kit_id, spool_id, sequence) DO NOTHING",
    )
    .bind(delivery.key.tenant.0)
    .bind(delivery.key.kit.0)
    .bind(delivery.request.spool.0)
    .bind(numbered.sequence.0)
    .bind(stored(event.at))
    .bind(stored(delivery.now))
    .bind(event.kind.name())
    .bind(body)
    .bind(event.kind.reservation().map(|reservation| reservation.0))
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// A reported fault becomes a ticket, or one more report of it; an answer is added to its count; what belongs into the log of
/// meetings goes there, once.
async fn count(
    connection: &mut Connection,
    delivery: &Delivery,
    numbered: &NumberedEvent,
) -> Result<(), StoreError> {
    let (key, now, event) = (delivery.key, delivery.now, &numbered.event);
    match event.kind {
        EventKind::FaultReported { fault, source } => {
            let happened_at = fault::happened_at(event.at, now);
            let act = Act::by(Actor::Kit(key.kit), now);
            tickets::report(connection, key, (fault, source), happened_at, &act).await?;
        }
        EventKind::MeetingRated { rating } => {
            ratings::count_from_kit(connection, key, rating, event.at).await?;
        }
        // It may come late: the kit was offline, and somebody else may have it by now.
        EventKind::Returned { by } => {
            let act = Act::by(Actor::Kit(key.kit), fault::happened_at(event.at, now));
            if check_outs::return_now(connection, key, by, &act).await? {
                shifts::end(connection, key, ShiftEnd::Returned, &act).await?;
            }
        }
        EventKind::HygieneSigned { .. } | EventKind::HygieneSkipped { .. } => {
            kit_sign_offs::note(connection, key, event, now).await?;
        }
        _ => {}
    }
    let spool = delivery.request.spool;
    if attendance::is_logged(&event.kind)
        && !told_again::is_told_again(connection, key, (spool, numbered)).await?
    {
        super::attendance::append(connection, key, event, now).await?;
    }
    Ok(())
}

/// What an event changes besides being kept. Doing it twice changes nothing more. A kit can touch only its own rows.
async fn apply(
    connection: &mut Connection,
    key: KitKey,
    kind: &EventKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (statement, id) = match kind {
        EventKind::Wiped {
            reservation,
            confirmed: true,
        } => (
            "UPDATE reservations SET wiped_at = coalesce(wiped_at, $4), sealed_link = NULL, link_hash = NULL,
                 sealed_access = NULL, invited_person = NULL
             WHERE tenant_id = $1 AND kit_id = $2 AND reservation_id = $3",
            reservation.0,
        ),
        EventKind::CommandDone { command } => (
            "UPDATE commands SET done_at = coalesce(done_at, $4)
             WHERE tenant_id = $1 AND kit_id = $2 AND command_id = $3",
            command.0,
        ),
        _ => return Ok(()),
    };
    query(statement)
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(id)
        .bind(stored(now))
        .execute(connection)
        .await?;
    Ok(())
}
