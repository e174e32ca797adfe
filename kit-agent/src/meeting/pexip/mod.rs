//! Pexip Infinity's Client REST API v2 (protocols §1), natively.
//!
//! [`wire`] is the seam to the node, with `node` as the real one over HTTPS; `driver` is one session; `recovery`
//! decides what to try when something fails, `token_life` when to refresh. What the node says is read by `admission`,
//! `sse`, `server_event` and `reason`: bounded, tolerant, and turned into closed lists before anything acts on it.

mod admission;
mod driver;
#[cfg(test)]
mod event_check;
mod login;
mod node;
mod reason;
mod recovery;
mod roster;
mod server_event;
pub mod sse;
mod stream;
mod token_life;
mod wire;

pub use node::{Trust, TrustError};

use crate::media::call::Media;
use crate::meeting::session::{Join, MeetingService, Session};
use driver::Driver;
use node::Node;

/// Joins meetings on Pexip nodes.
#[derive(Debug, Clone, Default)]
pub struct Pexip {
    trust: Trust,
}

impl Pexip {
    /// With these trust anchors besides those of the operating system.
    #[must_use]
    pub fn new(trust: Trust) -> Self {
        Self { trust }
    }
}

impl MeetingService for Pexip {
    fn join<M>(&self, join: Join, media: M) -> Session
    where
        M: Media + 'static,
        M::Call: 'static,
    {
        let node = Node::new(join.link.node.clone(), &self.trust);
        Session::start(|ends| async move {
            match node {
                Ok(node) => Driver::new(node, media, join, ends).run().await,
                Err(error) => driver::could_not_start(error, &ends).await,
            }
        })
    }
}
