//! The wire contract between a kit and its fleet server: types and their validation, nothing else.
//!
//! Shared by `kit-agent` and `fleet-server`, which share nothing but this. What holds: a value of one of these types
//! has already been checked against its limits (see [`limits`]), whichever side parsed it, and no type that can hold a
//! meeting link prints it. One round trip ([`SyncRequest`] → [`SyncResponse`]) does everything; the WebSocket carries
//! only a [`Nudge`].

mod attendance;
mod bank_id;
mod closed_list;
mod desired;
mod enrol;
mod event;
mod fault;
mod hygiene;
mod id;
mod identification;
mod kit_state;
pub mod limits;
mod link;
mod meeting;
pub mod personal_number;
mod reservation;
mod secret;
mod staff_login;
mod sync;
mod text;
mod title;
mod web_address;

pub use attendance::{AttendeeMethod, AttendeeOrganisation, AttendeeRole, GateAnswer, GateName};
pub use bank_id::{BankIdFrame, BankIdMessage, BankIdState, JoinGrantAccepted, JoinGrantUse};
pub use desired::{Command, CommandKind, DesiredState, HelpDesk};
pub use enrol::{CertificateResponse, EnrolRequest, EnrolResponse, EnrolmentCode, RenewRequest};
pub use event::{Event, EventKind};
pub use fault::{Fault, FaultSource};
pub use hygiene::{CleanedPart, CleaningChecklist, CleaningPhase, CleaningStep, SkipReason};
pub use id::{
    AlertId, CareProviderId, CareWorkerId, ChannelId, CommandId, DeviceId, KitId, PartId, PersonId,
    ReservationId, SpoolId, StaffLoginId, TenantId, TicketId, UnitId,
};
pub use identification::{
    ConsentText, EId, Identification, MeetingHost, MeetingService, NeitherOneNorTwo, Portal, PortalEId,
    PortalLogins, TextVersion,
};
pub use kit_state::{
    Battery, ByteCount, Check, KitState, MoreThanAll, Network, NetworkKind, Outcome, Percent,
};
pub use link::{LinkError, MeetingLink};
pub use meeting::{EndCause, IdentificationMethod, Rating};
pub use reservation::{InvitedRole, Kinship, LegalMode, MeetingTelephone, Reservation};
pub use secret::{HostPin, JoinGrant, QrData, TelephoneCode, UserCode};
pub use staff_login::{StaffLoginAnswer, StaffLoginEnd, StaffLoginStarted, StaffOnShift};
pub use sync::{ConfigurationVersion, Nudge, NumberedEvent, Sequence, SyncError, SyncRequest, SyncResponse};
pub use text::{
    AgentVersion, CertificatePem, CleaningText, KitName, MessageCode, OpeningHours, PhoneNumber, PortalName,
    ScreenText, SigningRequestPem, TextError, TextToRead,
};
pub use title::NeutralTitle;
pub use web_address::{AddressError, HostName, Origin, WebAddress};

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
    /// `POST`: `{}` → [`crate::StaffLoginStarted`]. With `/{id}` after it, `POST` → [`crate::StaffLoginAnswer`], and
    /// `DELETE` cancels.
    pub const STAFF_LOGIN: &str = "/device/v1/staff-login";
    /// With `/{reservation}` after it, `GET`, upgraded to a WebSocket on which the server sends [`crate::BankIdFrame`]s.
    pub const BANK_ID: &str = "/device/v1/bank-id";
    /// `POST`: [`crate::JoinGrantUse`] → [`crate::JoinGrantAccepted`].
    pub const JOIN_GRANTS: &str = "/device/v1/join-grants";
}
