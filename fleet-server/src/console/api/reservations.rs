//! Reservations of kits for meetings.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, StatusCode, header::LOCATION},
};
use fleet_api::{
    HostPin, InvitedRole, Kinship, KitId, LegalMode, MeetingLink, MeetingTelephone, NeutralTitle,
    ReservationId,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::{
    app::App,
    console::{
        acts,
        rest::{Filter, Listing, Page, Paging},
    },
    domain::identity::{
        expected::{Access, Expected, Particulars},
        personal_number::PersonalNumber,
    },
    identity::administrator::Administrator,
    store::BookedReservation,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// A kit, a time, a neutral title and a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ReservationRequest {
    kit_id: KitId,
    /// An approved wording, or its kind such as `care_plan_meeting`. Free text is refused.
    #[schema(example = "Ditt bokade SIP-möte")]
    title: String,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Only https, only to the tenant's meeting hosts, never with a personal number. It is not shown again.
    link: MeetingLink,
    /// The relatives who are expected in the patient's home.
    #[serde(default)]
    #[schema(max_items = 8)]
    relatives: Vec<Kinship>,
    /// `mixed` where others than care providers take part; then sharing is off until the patient lifts it.
    #[serde(default)]
    legal_mode: LegalMode,
    /// The roles that are expected in the meeting.
    #[serde(default)]
    #[schema(max_items = 20)]
    invited: Vec<InvitedRole>,
    /// How to take the sound by telephone. As secret as the link, and erased with it.
    #[serde(default)]
    telephone: Option<MeetingTelephone>,
    /// Where the kit is the meeting's host. As secret as the link, and erased with it.
    #[serde(default)]
    host_pin: Option<HostPin>,
    /// Whose BankID counts. Only a keyed hash of it is kept, until the visit is over; it is not shown again.
    #[serde(default)]
    invited_person: Option<PersonalNumber>,
}

/// Another time, and another kit where it is to be one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct RebookRequest {
    kit_id: Option<KitId>,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

/// A reservation. The link is for the kit alone.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ReservationView {
    id: ReservationId,
    kit_id: KitId,
    title: NeutralTitle,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Whether the kit has confirmed that nothing is left on the tablet.
    wiped: bool,
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
    from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl Filter for Period {
    const HINT: &str = "\"from\" and \"until\" are times such as 2026-11-20T09:00:00Z";
}

/// Reserves a kit; the kit learns of it within seconds if it is connected.
#[utoipa::path(
    post,
    path = "/api/v1/reservations",
    request_body = ReservationRequest,
    responses(
        (status = 201, body = ReservationView),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "No such kit.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 409, description = "The kit is reserved already.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, description = "Link, title or time breaks a rule.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn create(
    State(app): State<App>,
    administrator: Administrator,
    BoundedJson(request): BoundedJson<ReservationRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ReservationView>), Problem> {
    let ReservationRequest {
        kit_id,
        title,
        starts_at,
        ends_at,
        link,
        relatives,
        legal_mode,
        invited,
        telephone,
        host_pin,
        invited_person,
    } = request;
    let meeting = acts::Meeting {
        kit: kit_id.to_string(),
        title,
        time: (starts_at, ends_at),
        link,
        particulars: Particulars {
            expected: Expected {
                relatives,
                legal_mode,
                invited,
            },
            access: Access { telephone, host_pin },
            invited_person,
        },
    };
    let (id, key, title) = acts::book(&app, &administrator, meeting, Timestamp::now()).await?;
    let location = format!("/api/v1/reservations/{id}");
    let view = ReservationView {
        id,
        kit_id: key.kit,
        title,
        starts_at,
        ends_at,
        wiped: false,
    };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(view)))
}

/// Lists reservations, earliest first.
#[utoipa::path(
    get,
    path = "/api/v1/reservations",
    params(Period, Paging),
    responses(
        (status = 200, body = Vec<ReservationView>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing<Period>,
) -> Result<Page<ReservationView>, Problem> {
    let now = Timestamp::now();
    let from = listing
        .filter
        .from
        .unwrap_or(now - SignedDuration::from_hours(24));
    let until = listing
        .filter
        .until
        .unwrap_or(now + SignedDuration::from_hours(31 * 24));
    let (after, enough) = (listing.after()?, listing.enough());
    let mut booked = Vec::new();
    for tenant in administrator.reach(&app.store).await? {
        let store = &app.store;
        booked.extend(
            store
                .reservations_after(tenant.id, (from, until), after, enough)
                .await?,
        );
    }
    let page = listing.page(booked, |visit| (visit.starts_at, visit.id))?;
    Ok(page.map(ReservationView::from))
}

/// One reservation.
#[utoipa::path(
    get,
    path = "/api/v1/reservations/{id}",
    params(("id" = ReservationId, Path)),
    responses(
        (status = 200, body = ReservationView),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path(reservation): Path<String>,
) -> Result<Json<ReservationView>, Problem> {
    let reservation = id(&reservation, "reservation")?;
    let tenant = acts::reservation_tenant(&app, &administrator, reservation).await?;
    Ok(Json(app.store.reservation(tenant, reservation).await?.into()))
}

/// Moves a reservation to another time, and if wished to another kit of the same municipality. Both kits learn of it.
#[utoipa::path(
    patch,
    path = "/api/v1/reservations/{id}",
    params(("id" = ReservationId, Path)),
    request_body = RebookRequest,
    responses(
        (status = 200, body = ReservationView),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The kit is reserved already.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn rebook(
    State(app): State<App>,
    administrator: Administrator,
    Path(reservation): Path<String>,
    BoundedJson(request): BoundedJson<RebookRequest>,
) -> Result<Json<ReservationView>, Problem> {
    let reservation = id(&reservation, "reservation")?;
    let time = (request.starts_at, request.ends_at);
    acts::rebook(
        &app,
        &administrator,
        reservation,
        request.kit_id,
        time,
        Timestamp::now(),
    )
    .await?;
    let tenant = acts::reservation_tenant(&app, &administrator, reservation).await?;
    Ok(Json(app.store.reservation(tenant, reservation).await?.into()))
}

/// Cancels a reservation and erases its link; the kit forgets it within seconds if it is connected.
#[utoipa::path(
    delete,
    path = "/api/v1/reservations/{id}",
    params(("id" = ReservationId, Path)),
    responses(
        (status = 204, description = "Cancelled, now or before."),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn cancel(
    State(app): State<App>,
    administrator: Administrator,
    Path(reservation): Path<String>,
) -> Result<StatusCode, Problem> {
    let reservation = id(&reservation, "reservation")?;
    acts::cancel(&app, &administrator, reservation, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
