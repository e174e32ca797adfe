//! Training and the routine: who has learnt and read what, and what they lack.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{CareWorkerId, TenantId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Municipality;
use crate::{
    app::App,
    console::{acts, clock},
    domain::{
        sweden::Day,
        training::{Lack, RoutineVersion, Topic, Training},
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// What a municipality's care workers have learnt and read.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct TrainingView {
    /// Versions of the routine, newest first.
    routine: Vec<RoutineVersion>,
    /// The version in force today.
    routine_in_force: Option<u32>,
    care_workers: Vec<LearnerView>,
}

/// A care worker, by pseudonym.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct LearnerView {
    care_worker: CareWorkerId,
    pseudonym: String,
    unit: UnitId,
    trainings: Vec<Training>,
    /// Versions of the routine that they have read.
    read: Vec<u32>,
    /// Topics in which a required training is missing or no longer valid.
    lacks_training: Vec<Topic>,
    /// Whether the version of the routine in force is not read.
    lacks_reading: bool,
}

/// A training that was held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct TrainingRequest {
    care_worker: CareWorkerId,
    topic: Topic,
    /// When; today at the latest.
    #[schema(value_type = String, format = Date)]
    on: Day,
    /// The last day on which it counts.
    #[schema(value_type = String, format = Date)]
    valid_until: Day,
}

/// A new version of the routine.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct RoutineRequest {
    /// What the municipality calls it; no personal numbers.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// When it must be looked at again.
    #[schema(value_type = String, format = Date)]
    review_on: Day,
}

/// Which version a new routine became.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct RoutineAdopted {
    version: u32,
}

/// Who has read which version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct AcknowledgementRequest {
    care_worker: CareWorkerId,
    version: u32,
}

/// Tells what a municipality's care workers have learnt and read, and what they lack today.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/training",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = TrainingView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    Municipality(tenant): Municipality,
) -> Result<Json<TrainingView>, Problem> {
    let today = clock::day(Timestamp::now());
    let (routine, in_force) = acts::routine(&app, tenant.id, today).await?;
    let learners = acts::learners(&app, tenant.id, today).await?;
    Ok(Json(TrainingView {
        routine,
        routine_in_force: in_force.map(|version| version.version),
        care_workers: learners.into_iter().map(view).collect(),
    }))
}

fn view(learner: acts::Learner) -> LearnerView {
    let lacking = |lack: &Lack| match lack {
        Lack::NotTrained(topic) | Lack::Expired(topic, _) => Some(*topic),
        Lack::NotRead(_) => None,
    };
    LearnerView {
        care_worker: learner.worker.id,
        pseudonym: learner.worker.pseudonym,
        unit: learner.worker.unit,
        read: learner.learnt.versions().into_iter().collect(),
        trainings: learner.learnt.trainings,
        lacks_training: learner.lacks.iter().filter_map(lacking).collect(),
        lacks_reading: learner.lacks.iter().any(|lack| matches!(lack, Lack::NotRead(_))),
    }
}

/// Records a training that was held.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/training",
    params(("id" = TenantId, Path)),
    request_body = TrainingRequest,
    responses(
        (status = 204, description = "Recorded."),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn record(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<TrainingRequest>,
) -> Result<StatusCode, Problem> {
    let TrainingRequest {
        care_worker,
        topic,
        on,
        valid_until,
    } = request;
    let new = Training {
        topic,
        on: on.date(),
        valid_until: valid_until.date(),
    };
    acts::record_training(
        &app,
        &administrator,
        tenant.id,
        care_worker,
        &new,
        Timestamp::now(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adopts a version of the routine.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/routine-versions",
    params(("id" = TenantId, Path)),
    request_body = RoutineRequest,
    responses(
        (status = 201, body = RoutineAdopted),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn adopt_routine(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<RoutineRequest>,
) -> Result<(StatusCode, Json<RoutineAdopted>), Problem> {
    let days = (request.from.date(), request.review_on.date());
    let now = Timestamp::now();
    let version = acts::adopt_routine(&app, &administrator, tenant.id, &request.title, days, now).await?;
    Ok((StatusCode::CREATED, Json(RoutineAdopted { version })))
}

/// Records that a care worker has read a version of the routine.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/acknowledgements",
    params(("id" = TenantId, Path)),
    request_body = AcknowledgementRequest,
    responses(
        (status = 204, description = "Recorded."),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn acknowledge(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<AcknowledgementRequest>,
) -> Result<StatusCode, Problem> {
    let (worker, version) = (request.care_worker, request.version);
    acts::acknowledge(&app, &administrator, tenant.id, worker, version, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
