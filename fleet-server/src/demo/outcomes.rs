//! What becomes of the demo's meetings: most are held, some are late, some lose the network, a few never come about.

use anyhow::Result;
use fleet_api::{
    EndCause, Event, EventKind, NumberedEvent, Rating, ReservationId, Sequence, SpoolId, SyncRequest,
    limits::EVENTS_PER_SYNC,
};
use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;
use crate::{
    domain::follow_up::account::WhyNotHeld,
    store::{Kit, KitKey, Store},
};

/// What becomes of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is held.
    Held,
    /// The kit is fetched, and somebody states why it was of no use.
    Missed(WhyNotHeld),
    /// Nobody fetches the kit.
    NotFetched,
    /// The kit tries and does not get in; nobody says why.
    NeverJoined,
}

/// Rolls the dice for a meeting.
pub(super) fn fate(dice: &mut Dice) -> Fate {
    match dice.below(100) {
        0..3 => Fate::Missed(WhyNotHeld::WeakNetwork),
        3 => Fate::Missed(WhyNotHeld::NotClean),
        4 => Fate::Missed(WhyNotHeld::SomebodyMissing),
        5 => Fate::Missed(WhyNotHeld::KitFault),
        6 => Fate::NotFetched,
        7 => Fate::NeverJoined,
        _ => Fate::Held,
    }
}

/// How the meeting felt, most often good.
pub(super) fn answer(dice: &mut Dice) -> Rating {
    match dice.below(20) {
        0 => Rating::Bad,
        1..4 => Rating::SoSo,
        _ => Rating::Good,
    }
}

/// What the kit reports of a meeting.
pub(super) fn reports(
    reservation: ReservationId,
    starts_at: Timestamp,
    fate: Fate,
    dice: &mut Dice,
) -> Result<Vec<Event>> {
    let seconds = |dice: &mut Dice, most: u64| i64::try_from(dice.below(most));
    let late = if dice.percent(12) { 8 * 60 } else { 150 };
    let tap = seconds(dice, late)? - 60;
    let event = |second: i64, kind: EventKind| Event {
        at: starts_at + SignedDuration::from_secs(second),
        kind,
    };
    let mut events = vec![event(tap, EventKind::JoinTapped { reservation })];
    if fate != Fate::Held {
        let cause = EndCause::NeverJoined;
        events.push(event(tap + 95, EventKind::MeetingEnded { reservation, cause }));
        events.push(event(
            tap + 100,
            EventKind::Wiped {
                reservation,
                confirmed: true,
            },
        ));
        return Ok(events);
    }
    events.push(event(
        tap + 8 + seconds(dice, 14)?,
        EventKind::MeetingJoined { reservation },
    ));
    if dice.percent(14) {
        let at = 600 + seconds(dice, 1_200)?;
        events.push(event(at, EventKind::MeetingInterrupted { reservation }));
        let back = at + 4 + seconds(dice, 130)?;
        events.push(event(back, EventKind::MeetingJoined { reservation }));
    }
    let cause = if dice.percent(2) {
        EndCause::ConnectionLost
    } else {
        EndCause::LeftByRoom
    };
    let end = 2_400 + seconds(dice, 1_100)?;
    events.push(event(end, EventKind::MeetingEnded { reservation, cause }));
    if dice.percent(80) {
        let rating = answer(dice);
        events.push(event(end + 20, EventKind::MeetingRated { rating }));
    }
    events.push(event(
        end + 40,
        EventKind::Wiped {
            reservation,
            confirmed: true,
        },
    ));
    Ok(events)
}

/// Delivers what a kit has to tell, as far as it has been heard.
pub(super) async fn deliver(store: &Store, key: KitKey, kit: &Kit, mut events: Vec<Event>) -> Result<()> {
    let (Some(heard), Some(version)) = (kit.last_seen_at, &kit.agent_version) else {
        return Ok(());
    };
    events.retain(|event| event.at <= heard);
    events.sort_by_key(|event| event.at);
    let spool = SpoolId::generate();
    let mut sequence = Sequence::default();
    for some in events.chunks(EVENTS_PER_SYNC) {
        let number = |event: &Event| {
            sequence = sequence.next();
            NumberedEvent {
                sequence,
                event: event.clone(),
            }
        };
        let request = SyncRequest {
            spool,
            agent_version: version.parse()?,
            events: some.iter().map(number).collect(),
            state: None,
        };
        store.take_in(key, request, heard).await?;
    }
    Ok(())
}
