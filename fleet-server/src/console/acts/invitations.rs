//! Booking by what a calendar sends: an invitation books, its later versions move the booking, its cancelling cancels it.

use fleet_api::ReservationId;
use jiff::Timestamp;

use super::{
    kit_key,
    visits::{Meeting, book, cancel_as, rebook_as},
};
use crate::{
    app::App,
    domain::{
        calendar_file::{Invitation, InvitationRefusal, read, taken_back},
        calendar_update::{Earlier, OlderVersion, Origin, Step, on_cancelling, on_invitation},
        identity::expected::Particulars,
        link_policy::check_link,
        refusal::Refusal as _,
    },
    identity::administrator::Administrator,
    store::{FromInvitation, KitKey},
    web::Problem,
};

/// What is asked for beside the file.
pub(in crate::console) struct Wanted {
    /// The kit for a meeting that is not booked yet; one that is keeps its own.
    pub(in crate::console) kit: String,
    pub(in crate::console) title: String,
    pub(in crate::console) particulars: Particulars,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Taken {
    Booked(ReservationId),
    Followed(ReservationId),
    Cancelled(ReservationId),
    /// It is booked, or cancelled, as the file says.
    AsBefore(ReservationId),
}

/// Does what a calendar's file says.
pub(in crate::console) async fn take_invitation(
    app: &App,
    administrator: &Administrator,
    file: &str,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Taken, Problem> {
    let key = kit_key(app, administrator, &wanted.kit).await?;
    if let Some(origin) = taken_back(file) {
        return take_back(app, administrator, key, &origin, now).await;
    }
    let invitation = read(file).map_err(refused)?;
    let rules = app.store.tenant(key.tenant).await?.settings.meeting_hosts;
    let link = invitation.link(&rules).clone();
    let Invitation {
        starts_at,
        ends_at,
        origin,
        ..
    } = invitation;
    let time = (starts_at, ends_at);
    let known = match &origin {
        Some(origin) => app.store.booked_from(key.tenant, origin).await?,
        None => None,
    };
    let sequence = origin.as_ref().map_or(0, |origin| origin.sequence);
    let earlier = known.as_ref().map(|known| Earlier {
        same_link: known.link.as_ref() == Some(&link),
        ..earlier(known)
    });
    let step = on_invitation(earlier.as_ref(), sequence, time).map_err(older)?;
    match (step, known) {
        (Step::Nothing, Some(known)) => Ok(Taken::AsBefore(known.reservation)),
        (Step::Follow, Some(known)) => {
            check_link(&link, &rules).map_err(|refusal| Problem::refused("link", &refusal))?;
            let version = Some((sequence, &link));
            let (id, kit) = (known.reservation, Some(known.kit));
            rebook_as(app, administrator, id, (kit, time), version, now).await?;
            Ok(Taken::Followed(id))
        }
        _ => {
            let meeting = Meeting {
                kit: wanted.kit,
                title: wanted.title,
                time,
                link,
                particulars: Particulars {
                    origin,
                    ..wanted.particulars
                },
            };
            let (id, ..) = book(app, administrator, meeting, now).await?;
            Ok(Taken::Booked(id))
        }
    }
}

async fn take_back(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    origin: &Origin,
    now: Timestamp,
) -> Result<Taken, Problem> {
    let known = app.store.booked_from(key.tenant, origin).await?;
    let known = known.ok_or_else(|| refused(InvitationRefusal::Cancelled))?;
    let id = known.reservation;
    if on_cancelling(&earlier(&known), origin.sequence).map_err(older)? {
        cancel_as(app, administrator, id, Some(origin.sequence), now).await?;
        Ok(Taken::Cancelled(id))
    } else {
        Ok(Taken::AsBefore(id))
    }
}

fn earlier(known: &FromInvitation) -> Earlier {
    Earlier {
        sequence: known.sequence,
        cancelled: known.cancelled,
        time: known.time,
        same_link: false,
    }
}

fn refused(refusal: InvitationRefusal) -> Problem {
    Problem::refused("invitation", &refusal)
}

fn older(refusal: OlderVersion) -> Problem {
    Problem::conflict(refusal.code(), refusal)
}
