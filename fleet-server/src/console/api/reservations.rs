//! Reservations of kits for meetings.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderName, StatusCode, header::LOCATION},
};
use fleet_api::{KitId, MeetingLink, NeutralTitle, ReservationId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::{
    app::App,
    domain::{link_policy::check_link, neutrality::approve_title, reservation::check_time},
    identity::administrator::Administrator,
    store::{BookedReservation, KitKey, NewReservation},
    web::{BoundedJson, Problem, ProblemDetails},
};

/// Most reservations in one answer.
const MOST: u32 = 1_000;

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
    let tenant = administrator.tenant;
    let now = Timestamp::now();
    let rules = app.store.tenant(tenant).await?.settings.meeting_hosts;
    check_link(&request.link, &rules).map_err(|refusal| Problem::invalid("link", refusal))?;
    let title = approve_title(&request.title).map_err(|refusal| Problem::invalid("title", refusal))?;
    check_time(request.starts_at, request.ends_at, now)
        .map_err(|refusal| Problem::invalid("time", refusal))?;
    let ReservationRequest {
        kit_id: kit,
        starts_at,
        ends_at,
        link,
        ..
    } = request;
    let id = app
        .store
        .reserve(
            tenant,
            &NewReservation {
                kit,
                title,
                starts_at,
                ends_at,
                link,
            },
            administrator.act(now),
        )
        .await?;
    app.nudges.nudge(KitKey { tenant, kit });
    let location = format!("/api/v1/reservations/{id}");
    let view = ReservationView {
        id,
        kit_id: kit,
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
    params(Period),
    responses(
        (status = 200, body = Vec<ReservationView>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    period: Result<Query<Period>, QueryRejection>,
) -> Result<Json<Vec<ReservationView>>, Problem> {
    let Query(period) = period.map_err(|_| {
        let detail = "\"from\" and \"until\" are times such as 2026-11-20T09:00:00Z";
        Problem::new(StatusCode::BAD_REQUEST, "query", detail)
    })?;
    let now = Timestamp::now();
    let from = period.from.unwrap_or(now - SignedDuration::from_hours(24));
    let until = period.until.unwrap_or(now + SignedDuration::from_hours(31 * 24));
    let booked = app
        .store
        .reservations(administrator.tenant, from, until, MOST)
        .await?;
    Ok(Json(booked.into_iter().map(ReservationView::from).collect()))
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
    Ok(Json(
        app.store
            .reservation(administrator.tenant, reservation)
            .await?
            .into(),
    ))
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
    let tenant = administrator.tenant;
    let kit = app
        .store
        .cancel(
            tenant,
            id(&reservation, "reservation")?,
            &administrator.act(Timestamp::now()),
        )
        .await?;
    app.nudges.nudge(KitKey { tenant, kit });
    Ok(StatusCode::NO_CONTENT)
}
