//! Sound and picture of the node.

use std::net::IpAddr;
use std::sync::Arc;

use super::room::{Room, VideoSettings};
use super::status::MediaFigures;
use crate::link::SharedLink;

pub(super) fn prepare() -> anyhow::Result<()> {
    Ok(())
}

/// What a call needs.
pub(crate) struct CallSetup {
    pub(crate) media_ip: IpAddr,
    pub(crate) link: Arc<SharedLink>,
    pub(crate) mixer: Arc<Mixer>,
    pub(crate) participant: String,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// Not an offer or answer that fits.
    #[error("the session description cannot be used: {0}")]
    BadSdp(String),
    /// It is over.
    #[error("the call has ended")]
    Ended,
    /// No socket.
    #[error("no media socket")]
    NoSocket(#[source] std::io::Error),
    /// GStreamer.
    #[error("the mixer failed: {0}")]
    Mixer(String),
}

/// Placeholder.
pub(crate) struct Mixer;

impl Mixer {
    pub(crate) fn new(_video: VideoSettings) -> Self {
        Self
    }
    pub(crate) fn follow(&self, _room: &Room) {}
    pub(crate) fn add_robot(&self, _uuid: &str, _tone_hz: f64) -> Result<(), CallError> {
        Ok(())
    }
}

/// A call without media yet.
pub(crate) struct Call {
    uuid: String,
}

impl Call {
    pub(crate) async fn start(setup: CallSetup, offer: &str) -> Result<(Self, String), CallError> {
        let _ = (setup.media_ip, setup.link, setup.mixer, setup.participant);
        if !offer.starts_with("v=0") {
            return Err(CallError::BadSdp("not an offer".into()));
        }
        Ok((
            Self {
                uuid: uuid::Uuid::new_v4().to_string(),
            },
            String::new(),
        ))
    }
    pub(crate) fn uuid(&self) -> &str {
        &self.uuid
    }
    pub(crate) async fn acknowledge(&self, _answer: Option<String>) -> Result<(), CallError> {
        Ok(())
    }
    pub(crate) fn add_candidate(&self, _candidate: String) {}
    pub(crate) async fn update(&self, _offer: String) -> Result<String, CallError> {
        Ok(String::new())
    }
    pub(crate) async fn offer_restart(&self) -> Result<String, CallError> {
        Ok(String::new())
    }
    pub(crate) fn figures(&self) -> MediaFigures {
        MediaFigures {
            call_uuid: self.uuid.clone(),
            ..MediaFigures::default()
        }
    }
}
