//! Reservations of kits for meetings.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header::LOCATION},
};
use fleet_api::ReservationId;
use jiff::{SignedDuration, Timestamp};

use super::{
    id,
    reservation_views::{Period, RebookRequest, ReservationRequest, ReservationView},
};
use crate::{
    app::App,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    domain::identity::expected::{Access, Expected, Particulars},
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// Reserves a kit; the kit learns of it within seconds if it is connected.
#[utoipa::path(
    post,
    path = "/api/v1/reservations",
    request_body = ReservationRequest,
    responses(
        (status = 201, body = ReservationView),
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
            origin: None,
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
        (status = 409, description = "The kit is reserved already or gone, or the meeting is joined or over.", body = ProblemDetails,
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
        (status = 409, description = "The kit has joined the meeting, or it is over.", body = ProblemDetails,
         content_type = "application/problem+json"),
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
