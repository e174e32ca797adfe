//! The wire contract between a kit and its fleet server: types and their validation, nothing else.
//!
//! Shared by `kit-agent` and `fleet-server`, which share nothing but this. What holds: a value of one of these types
//! has already been checked against its limits (see [`limits`]), whichever side parsed it, and no type that can hold a
//! meeting link prints it. One round trip ([`SyncRequest`] → [`SyncResponse`]) does everything; the WebSocket carries
//! only a [`Nudge`].

mod desired;
mod enrol;
mod event;
mod fault;
mod id;
mod kit_state;
pub mod limits;
mod link;
pub mod personal_number;
mod sync;
mod text;
mod title;

pub use desired::{Command, CommandKind, DesiredState, HelpDesk, Reservation};
pub use enrol::{CertificateResponse, EnrolRequest, EnrolResponse, EnrolmentCode, RenewRequest};
pub use event::{EndCause, Event, EventKind, IdentificationMethod, Rating};
pub use fault::{Fault, FaultSource};
pub use id::{
    AlertId, CareProviderId, CareWorkerId, ChannelId, CommandId, DeviceId, KitId, PartId, PersonId,
    ReservationId, SpoolId, TenantId, TicketId, UnitId,
};
pub use kit_state::{
    Battery, ByteCount, Check, KitState, MoreThanAll, Network, NetworkKind, Outcome, Percent,
};
pub use link::{LinkError, MeetingLink};
pub use sync::{ConfigurationVersion, Nudge, NumberedEvent, Sequence, SyncError, SyncRequest, SyncResponse};
pub use text::{
    AgentVersion, CertificatePem, KitName, OpeningHours, PhoneNumber, SigningRequestPem, TextError,
};
pub use title::NeutralTitle;

/// Paths of the device-facing port. They are here so that neither side can drift from the other.
pub mod paths {
    /// `POST`, no client certificate: [`crate::EnrolRequest`] → [`crate::EnrolResponse`].
    pub const ENROL: &str = "/device/v1/enrol";
    /// `POST`: [`crate::RenewRequest`] → [`crate::CertificateResponse`].
    pub const RENEW: &str = "/device/v1/renew";
    /// `POST`: [`crate::SyncRequest`] → [`crate::SyncResponse`].
    pub const SYNC: &str = "/device/v1/sync";
    /// `GET`, upgraded to a WebSocket on which the server sends [`crate::Nudge`] frames.
    pub const NUDGE: &str = "/device/v1/nudge";
}
