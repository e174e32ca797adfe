//! Booking by a calendar's file: what the office pastes or chooses on the page, sent by a program.

use axum::{
    Json,
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::StatusCode,
};
use fleet_api::{KitId, ReservationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    console::acts::{self, Taken, Wanted},
    domain::identity::expected::Particulars,
    identity::administrator::Administrator,
    web::{Path, Problem, ProblemDetails},
};

/// What the file does not say.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Called {
    /// An approved wording, or its kind such as `care_plan_meeting`. Free text is refused.
    #[param(example = "care_plan_meeting")]
    title: String,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::console) enum Came {
    /// A kit was reserved.
    Booked,
    /// The reservation followed to another time or link.
    Moved,
    /// The reservation was cancelled.
    Cancelled,
    /// It was reserved or cancelled as the file says.
    AsBefore,
}

/// What came of a file, and of which reservation.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct TakenView {
    came: Came,
    reservation: ReservationId,
}

/// Takes in an invitation, a changed one, or its cancelling (iCalendar, one event). A meeting that is booked already keeps its
/// kit; any other gets this one. Only times, links and the version are read.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/invitations",
    params(("id" = KitId, Path), Called),
    request_body(content = String, content_type = "text/calendar"),
    responses(
        (status = 200, body = TakenView),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The kit is reserved already, a newer version was taken in, or the meeting is joined or over.",
         body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The file, its link or its time breaks a rule.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn take(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    called: Result<Query<Called>, QueryRejection>,
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<TakenView>, Problem> {
    let Query(Called { title }) = called.map_err(|_| {
        let detail = "\"title\" is what the meeting may be called, such as care_plan_meeting";
        Problem::new(StatusCode::BAD_REQUEST, "query", detail)
    })?;
    let file = file.map_err(|rejection| {
        let detail = "send a calendar's file of at most 64 KiB";
        Problem::new(rejection.status(), "unreadable", detail)
    })?;
    // What is read of it is ASCII. A calendar may have folded a line within a letter (RFC 5545, section 3.1), as on the page.
    let file = String::from_utf8_lossy(&file);
    let wanted = Wanted {
        kit,
        title,
        particulars: Particulars::default(),
    };
    let taken = acts::take_invitation(&app, &administrator, &file, wanted, Timestamp::now()).await?;
    let (came, reservation) = match taken {
        Taken::Booked(id) => (Came::Booked, id),
        Taken::Followed(id) => (Came::Moved, id),
        Taken::Cancelled(id) => (Came::Cancelled, id),
        Taken::AsBefore(id) => (Came::AsBefore, id),
    };
    Ok(Json(TakenView { came, reservation }))
}
