//! What is asked for and answered about reservations (`reservations`).

use fleet_api::{
    HostPin, InvitedRole, Kinship, KitId, LegalMode, MeetingLink, MeetingTelephone, NeutralTitle,
    ReservationId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    console::rest::Filter, domain::identity::personal_number::PersonalNumber, store::BookedReservation,
};

/// A kit, a time, a neutral title and a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ReservationRequest {
    pub(super) kit_id: KitId,
    /// An approved wording, or its kind such as `care_plan_meeting`. Free text is refused.
    #[schema(example = "Ditt bokade SIP-möte")]
    pub(super) title: String,
    #[schema(value_type = String, format = DateTime)]
    pub(super) starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub(super) ends_at: Timestamp,
    /// Only https, only to the tenant's meeting hosts, never with a personal number. It is not shown again.
    pub(super) link: MeetingLink,
    /// The relatives who are expected in the patient's home.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub(super) relatives: Vec<Kinship>,
    /// `mixed` where others than care providers take part; then sharing is off until the patient lifts it.
    #[serde(default)]
    pub(super) legal_mode: LegalMode,
    /// The roles that are expected in the meeting.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) invited: Vec<InvitedRole>,
    /// How to take the sound by telephone. As secret as the link, and erased with it.
    #[serde(default)]
    pub(super) telephone: Option<MeetingTelephone>,
    /// Where the kit is the meeting's host. As secret as the link, and erased with it.
    #[serde(default)]
    pub(super) host_pin: Option<HostPin>,
    /// Whose BankID counts. Only a keyed hash of it is kept, until the visit is over; it is not shown again.
    #[serde(default)]
    pub(super) invited_person: Option<PersonalNumber>,
}

/// Another time, and another kit where it is to be one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct RebookRequest {
    pub(super) kit_id: Option<KitId>,
    #[schema(value_type = String, format = DateTime)]
    pub(super) starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub(super) ends_at: Timestamp,
}

/// A reservation. The link is for the kit alone.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ReservationView {
    pub(super) id: ReservationId,
    pub(super) kit_id: KitId,
    pub(super) title: NeutralTitle,
    #[schema(value_type = String, format = DateTime)]
    pub(super) starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub(super) ends_at: Timestamp,
    /// Whether the kit has confirmed that nothing is left on the tablet.
    pub(super) wiped: bool,
}

impl From<BookedReservation> for ReservationView {
    fn from(booked: BookedReservation) -> Self {
        let BookedReservation {
            id,
            kit,
            title,
            starts_at,
            ends_at,
            wiped,
        } = booked;
        Self {
            id,
            kit_id: kit,
            title,
            starts_at,
            ends_at,
            wiped,
        }
    }
}

/// Which reservations: those that touch this time. Without it: from yesterday, for a month.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Period {
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) until: Option<Timestamp>,
}

impl Filter for Period {
    const HINT: &str = "\"from\" and \"until\" are times such as 2026-11-20T09:00:00Z";
}
