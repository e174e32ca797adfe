//! What becomes of the demo's meetings: most are held, some are late, some lose the network, a few never come about.

use anyhow::Result;
use fleet_api::{
    EndCause, Event, EventKind, NumberedEvent, Rating, Sequence, SpoolId, SyncRequest,
    limits::EVENTS_PER_SYNC,
};

use super::{
    dice::Dice,
    meetings::{self, Meeting},
};
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
    /// The patient would rather be met in person.
    InPerson,
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
        8..10 => Fate::InPerson,
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
pub(super) fn reports(meeting: &Meeting, fate: Fate, dice: &mut Dice) -> Result<Vec<Event>> {
    let reservation = meeting.reservation;
    let seconds = |dice: &mut Dice, most: u64| i64::try_from(dice.below(most));
    let late = if dice.percent(12) { 8 * 60 } else { 150 };
    let tap = seconds(dice, late)? - 60;
    let out = EventKind::CheckedOut {
        reservation,
        by: meeting.worker,
        missing: 0,
    };
    let wiped = EventKind::Wiped {
        reservation,
        confirmed: true,
    };
    let mut events = vec![meeting.event(-40 * 60, out)];
    if fate == Fate::InPerson {
        events.push(meeting.event(tap - 120, EventKind::PreferredInPerson { reservation }));
        events.push(meeting.event(tap, wiped));
        return Ok(events);
    }
    events.extend(meetings::answers(meeting, tap, dice));
    events.push(meeting.event(tap, EventKind::JoinTapped { reservation }));
    if fate != Fate::Held {
        let cause = EndCause::NeverJoined;
        events.push(meeting.event(tap + 95, EventKind::MeetingEnded { reservation, cause }));
        events.push(meeting.event(tap + 100, wiped));
        return Ok(events);
    }
    let joined = tap + 8 + seconds(dice, 14)?;
    let end = 2_400 + seconds(dice, 1_100)?;
    events.extend(held(meeting, (joined, end), dice)?);
    events.push(meeting.event(end + 40, wiped));
    events.push(meeting.event(end + 600, EventKind::Returned { by: meeting.worker }));
    Ok(events)
}

/// A meeting that came about, from one second to another.
fn held(meeting: &Meeting, (joined, end): (i64, i64), dice: &mut Dice) -> Result<Vec<Event>> {
    let reservation = meeting.reservation;
    let mut events = vec![meeting.event(joined, EventKind::MeetingJoined { reservation })];
    if dice.percent(14) {
        let at = 600 + i64::try_from(dice.below(1_200))?;
        events.push(meeting.event(at, EventKind::MeetingInterrupted { reservation }));
        let back = at + 4 + i64::try_from(dice.below(130))?;
        events.push(meeting.event(back, EventKind::MeetingJoined { reservation }));
    }
    if dice.percent(3) {
        events.push(meeting.event(joined + 240, EventKind::UnexpectedParticipant { reservation }));
    }
    let cause = if dice.percent(2) {
        EndCause::ConnectionLost
    } else {
        EndCause::LeftByRoom
    };
    events.extend(meetings::people(meeting, (joined, end), dice));
    events.push(meeting.event(end, EventKind::MeetingEnded { reservation, cause }));
    if dice.percent(80) {
        let rating = answer(dice);
        events.push(meeting.event(end + 20, EventKind::MeetingRated { rating }));
    }
    Ok(events)
}

/// What a kit tells, over all of its meetings.
#[derive(Debug)]
pub(super) struct Teller {
    spool: SpoolId,
    sequence: Sequence,
}

impl Teller {
    pub(super) fn new() -> Self {
        Self {
            spool: SpoolId::generate(),
            sequence: Sequence::default(),
        }
    }

    /// Delivers what a kit has to tell of a meeting, right after it, unless it has not been heard since.
    pub(super) async fn deliver(
        &mut self,
        store: &Store,
        key: KitKey,
        kit: &Kit,
        mut events: Vec<Event>,
    ) -> Result<()> {
        let (Some(heard), Some(version)) = (kit.last_seen_at, &kit.agent_version) else {
            return Ok(());
        };
        events.retain(|event| event.at <= heard);
        events.sort_by_key(|event| event.at);
        for some in events.chunks(EVENTS_PER_SYNC) {
            let number = |event: &Event| {
                self.sequence = self.sequence.next();
                NumberedEvent {
                    sequence: self.sequence,
                    event: event.clone(),
                }
            };
            let request = SyncRequest {
                spool: self.spool,
                agent_version: version.parse()?,
                events: some.iter().map(number).collect(),
                state: None,
            };
            let told = some.last().map_or(heard, |event| event.at);
            store.take_in(key, request, told).await?;
        }
        Ok(())
    }

    /// The kit is heard for the last time, on the shelf.
    pub(super) async fn fall_silent(&self, store: &Store, key: KitKey, kit: &Kit) -> Result<()> {
        let (Some(heard), Some(version)) = (kit.last_seen_at, &kit.agent_version) else {
            return Ok(());
        };
        let request = SyncRequest {
            spool: self.spool,
            agent_version: version.parse()?,
            events: Vec::new(),
            state: None,
        };
        store.take_in(key, request, heard).await?;
        Ok(())
    }
}
