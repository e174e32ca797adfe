//! What the test's own server wants of the kit, and a kit that is taken out for it.

use std::sync::Arc;

use anyhow::Result;
use end_to_end::office::Office;
use end_to_end::visit::{ALIAS, Place, SOON};
use fleet_api::{
    CareWorkerId, ConsentText, DesiredState, Identification, InvitedRole, Kinship, LegalMode, MeetingLink,
    NeutralTitle, Reservation, ReservationId, StaffOnShift, TextVersion,
};
use jiff::{SignedDuration, Timestamp};
use lab::node::{Node, NodeConfig, RoomSettings};

pub(crate) async fn node() -> Result<Arc<Node>> {
    let node = Node::start(NodeConfig::default()).await?;
    node.control().put_room(ALIAS, RoomSettings::default())?;
    Ok(Arc::new(node))
}

pub(crate) fn wanted(link: &str, staff_login: bool, bank_id: bool) -> DesiredState {
    let now = Timestamp::now();
    DesiredState {
        reservations: vec![Reservation {
            id: ReservationId(uuid::Uuid::from_u128(1)),
            title: NeutralTitle::CarePlanMeeting,
            starts_at: now + SignedDuration::from_mins(5),
            ends_at: now + SignedDuration::from_hours(1),
            link: MeetingLink::parse(link).expect("a link"),
            relatives: vec![Kinship::Daughter],
            legal_mode: LegalMode::CareProvidersOnly,
            telephone: None,
            invited: vec![InvitedRole::Doctor],
            host_pin: None,
        }],
        identification: Identification {
            staff: true,
            portal: None,
            bank_id,
            staff_login,
        },
        consent: Some(ConsentText {
            version: TextVersion {
                number: 3,
                year: 2026,
            },
            swedish: "Regionen och kommunen delar uppgifter om dig."
                .parse()
                .expect("a text"),
            english: "The region and the municipality share information."
                .parse()
                .expect("a text"),
        }),
        ..DesiredState::default()
    }
}

/// The care worker logs in by phone, chooses a code and packs the kit.
pub(crate) async fn take_out_by_login(place: &Place, office: &Office) -> Result<()> {
    place.take_out().await?;
    place.kit.shows("staff_login", SOON).await?;
    office.care_worker_logs_in(StaffOnShift {
        pseudonym: CareWorkerId(uuid::Uuid::from_u128(7)),
        until: Timestamp::now() + SignedDuration::from_hours(8),
    });
    place.kit.shows("choose_code", SOON).await?;
    place.choose_code().await?;
    place.pack().await
}
