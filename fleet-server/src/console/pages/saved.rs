//! What becomes of a form by which an organisation's settings are saved: the page says that they are, or shows what was refused.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use maud::Markup;

use super::period::Choice;
use crate::web::Problem;

/// `what` names the sentence that says that it was saved; `show` is the page.
pub(super) async fn answer(
    saved: Result<(), Problem>,
    (path, tenant, what): (&str, TenantId, &str),
    show: impl AsyncFnOnce(&Choice, &Problem) -> Result<Markup, Problem>,
) -> Result<Response, Problem> {
    match saved {
        Ok(()) => Ok(Redirect::to(&format!("{path}?municipality={tenant}&done={what}")).into_response()),
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let choice = Choice {
                municipality: Some(tenant),
                ..Choice::default()
            };
            let page = show(&choice, &problem).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}
