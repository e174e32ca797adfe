//! The paths of a call: host sockets and relays, opened after each answer and closed before the next.
//!
//! A path that opens is a candidate for the far side; after the last one comes the end marker.

use std::io;
use std::time::Duration;

use str0m::Candidate;

use super::Driver;
use crate::media::port::Studio;
use crate::media::transport::relay::{self, RelayEvent};
use crate::media::transport::relay_url::RelayUrl;
use crate::media::transport::sockets::Sockets;
use crate::media::{CallEvent, MediaError, RelayOnly};

/// Limit for giving relays back when the call is over.
const FAREWELL: Duration = Duration::from_millis(500);

impl<S: Studio> Driver<S> {
    /// Fresh sockets and relays; the old ones close.
    pub(super) async fn open_paths(&mut self) -> Result<(), MediaError> {
        self.relays.clear();
        self.sockets = Sockets::default();
        if self.setup.relay_only == RelayOnly::No {
            self.sockets = Sockets::open(self.loopback, &self.datagrams.0)
                .await
                .map_err(MediaError::NoPath)?;
            for address in self.sockets.addresses().collect::<Vec<_>>() {
                if let Ok(candidate) = Candidate::host(address, "udp") {
                    self.add_path(candidate).await?;
                }
            }
        }
        let servers = self.setup.turn.clone();
        for server in servers {
            for url in server.urls.iter().filter_map(|url| RelayUrl::parse(url)) {
                self.relays_awaited += 1;
                let events = self.relay_events.0.clone();
                let datagrams = self.datagrams.0.clone();
                self.relay_tasks.spawn(relay::serve(
                    url,
                    server.clone(),
                    self.tls.clone(),
                    events,
                    datagrams,
                ));
            }
        }
        self.end_if_complete().await
    }

    async fn add_path(&mut self, candidate: Candidate) -> Result<(), MediaError> {
        if let Some(event) = self.engine.add_local_candidate(candidate) {
            self.tell(event).await;
        }
        // Two mutations without a drain between them are not allowed.
        self.drain().await.map(drop)
    }

    /// After the last path: says so, unless there is none at all. Then the call cannot begin.
    async fn end_if_complete(&mut self) -> Result<(), MediaError> {
        if self.relays_awaited > 0 {
            return Ok(());
        }
        if self.setup.relay_only == RelayOnly::Yes && self.relays.is_empty() {
            let none = io::Error::other("only relays may be used, and none can be");
            return Err(MediaError::NoPath(none));
        }
        let end = self.engine.end_of_candidates();
        self.tell(end).await;
        Ok(())
    }

    pub(super) async fn on_relay(&mut self, event: RelayEvent) -> Result<(), MediaError> {
        match event {
            RelayEvent::Open {
                relayed,
                local,
                outgoing,
            } => {
                self.relays.insert(relayed, outgoing);
                let candidate = Candidate::relayed(relayed, local, "udp").ok();
                if let Some(event) = candidate.and_then(|path| self.engine.add_local_candidate(path)) {
                    self.tell(event).await;
                }
                self.relays_awaited = self.relays_awaited.saturating_sub(1);
                self.end_if_complete().await
            }
            RelayEvent::Gone { relayed: None } => {
                self.relays_awaited = self.relays_awaited.saturating_sub(1);
                self.end_if_complete().await
            }
            RelayEvent::Gone {
                relayed: Some(relayed),
            } => {
                // Only if it broke by itself; after a restart it is no longer in the list.
                if self.relays.remove(&relayed).is_some() {
                    self.tell(CallEvent::NetworkChanged).await;
                }
                Ok(())
            }
        }
    }

    /// Servers count allocations; one that is not given back is held for ten minutes.
    pub(super) async fn give_relays_back(mut self) {
        self.relays.clear();
        let given_back = async { while self.relay_tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL, given_back).await;
    }
}
