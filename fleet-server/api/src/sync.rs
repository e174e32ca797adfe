//! The one round trip: what happened on the kit, against what the kit should be.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AgentVersion, DesiredState, Event, KitState, SpoolId, limits::EVENTS_PER_SYNC};

/// Position of an event in a kit's spool; the first is 1.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(transparent)]
pub struct Sequence(pub u32);

impl Sequence {
    /// The next one. A kit that wrote an event each second would need 136 years to run out.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add(1).expect("a spool never holds 2^32 events"))
    }
}

/// Version of a tenant's settings.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(transparent)]
pub struct ConfigurationVersion(pub u32);

/// An event and its place in the spool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberedEvent {
    /// Its place.
    pub sequence: Sequence,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a kit sends. Repeating it is harmless: an event is stored once per (kit, spool, sequence).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncRequest {
    /// Which spool the numbers are counted in.
    pub spool: SpoolId,
    /// The running agent.
    pub agent_version: AgentVersion,
    /// Oldest first, from the first that is not acknowledged.
    #[schema(max_items = 200)]
    pub events: Vec<NumberedEvent>,
    /// How the kit is; none = it has not looked yet, or its agent is older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<KitState>,
}

impl SyncRequest {
    /// Checks what the types alone cannot: the number of events and their order.
    pub fn validate(&self) -> Result<(), SyncError> {
        if self.events.len() > EVENTS_PER_SYNC {
            return Err(SyncError::TooManyEvents);
        }
        let ascending = self.events.is_sorted_by(|a, b| a.sequence < b.sequence);
        let counted_from_one = self
            .events
            .first()
            .is_none_or(|first| first.sequence > Sequence(0));
        if ascending && counted_from_one {
            Ok(())
        } else {
            Err(SyncError::NotAscending)
        }
    }
}

/// Why a sync request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// More than [`EVENTS_PER_SYNC`].
    #[error("more than {EVENTS_PER_SYNC} events in one sync; send them in several")]
    TooManyEvents,
    /// Events must be sent oldest first, each once, counted from 1.
    #[error("events must be numbered from 1 and sent in ascending order")]
    NotAscending,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncResponse {
    /// Every event of this spool up to here is durably stored; 0 = none. The kit may forget those, and no others.
    pub acknowledged_up_to: Sequence,
    /// What the kit should be.
    pub desired: DesiredState,
    /// The server's clock, so that the kit can see whether its own is wrong.
    #[schema(value_type = String, format = DateTime)]
    pub server_time: Timestamp,
}

/// The only thing the WebSocket carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nudge {
    /// Something changed; sync now.
    SyncNow,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Battery, EventKind, Fault, FaultSource};

    fn request(sequences: &[u32]) -> SyncRequest {
        let event = Event {
            at: Timestamp::UNIX_EPOCH,
            kind: EventKind::HelpRequested,
        };
        let numbered = |&n| NumberedEvent {
            sequence: Sequence(n),
            event: event.clone(),
        };
        SyncRequest {
            spool: SpoolId::generate(),
            agent_version: "0.1.0".parse().unwrap(),
            events: sequences.iter().map(numbered).collect(),
            state: None,
        }
    }

    #[test]
    fn events_must_be_few_ascending_and_counted_from_one() {
        assert_eq!(request(&[]).validate(), Ok(()));
        assert_eq!(request(&[1, 2, 5]).validate(), Ok(()));
        assert_eq!(request(&[0]).validate(), Err(SyncError::NotAscending));
        assert_eq!(request(&[2, 2]).validate(), Err(SyncError::NotAscending));
        assert_eq!(request(&[2, 1]).validate(), Err(SyncError::NotAscending));
        let too_many: Vec<u32> = (1..=201).collect();
        assert_eq!(request(&too_many).validate(), Err(SyncError::TooManyEvents));
    }

    #[test]
    fn an_event_reads_the_same_on_both_sides() {
        let request = request(&[7]);
        let wire = serde_json::to_string(&request).unwrap();
        assert!(
            wire.contains(r#"{"sequence":7,"at":"1970-01-01T00:00:00Z","kind":"help_requested"}"#),
            "{wire}"
        );
        assert_eq!(serde_json::from_str::<SyncRequest>(&wire).unwrap(), request);
    }

    #[test]
    fn an_older_agent_is_still_understood_and_a_newer_one_tells_how_it_is() {
        let mut request = request(&[1]);
        let wire = serde_json::to_string(&request).unwrap();
        assert!(
            !wire.contains("state"),
            "an older server never sees the field: {wire}"
        );
        request.events[0].event.kind = EventKind::FaultReported {
            fault: Fault::HearNothing,
            source: FaultSource::Room,
        };
        request.state = Some(KitState {
            looked_at: Timestamp::UNIX_EPOCH,
            self_test: std::collections::BTreeMap::default(),
            battery: Some(Battery {
                percent: 92.try_into().unwrap(),
                charging: true,
            }),
            storage_free: None,
            network: None,
        });
        let wire = serde_json::to_string(&request).unwrap();
        let told = r#""kind":"fault_reported","fault":"hear_nothing","source":"room""#;
        assert!(wire.contains(told), "{wire}");
        assert!(
            wire.contains(r#""battery":{"percent":92,"charging":true}"#),
            "{wire}"
        );
        assert_eq!(serde_json::from_str::<SyncRequest>(&wire).unwrap(), request);
    }
}
