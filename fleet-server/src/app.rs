//! What every handler needs; cheap to clone.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    alert_settings::AlertSettings,
    device::Nudges,
    identity::{
        authority::Authority, bank_id::BankId, openid::OpenId, refusals::Refusals, session::Sessions,
    },
    metrics::Metrics,
    store::Store,
    work::heartbeat::Heartbeat,
};

/// The running server's parts.
#[derive(Clone, Debug)]
pub struct App {
    /// What is stored.
    pub store: Store,
    /// Signs kits' certificates.
    pub device_authority: Arc<Authority>,
    /// Kits that can be told at once.
    pub nudges: Nudges,
    /// People who are logged in.
    pub sessions: Sessions,
    /// Who was refused lately.
    pub refusals: Refusals,
    /// By whom they can log in.
    pub openid: OpenId,
    /// The regions that are relying parties of BankID.
    pub bank_id: BankId,
    /// How alerts leave the server.
    pub alerts: Arc<AlertSettings>,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the database takes what is written.
    pub heartbeat: Heartbeat,
    /// Set when the server stops; long-lived connections end on it.
    pub stop: CancellationToken,
}
