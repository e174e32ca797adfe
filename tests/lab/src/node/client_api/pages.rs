//! Web pages: where a meeting link leads in a browser, and the stand-in of an identity provider.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::node::room::LoginEnd;
use crate::node::world::World;
use crate::relying_party::Answer;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/webapp3/m/{alias}", get(web_app))
        .route("/stand-in-login", get(login_page))
        .route("/api/v1/oidcconsumer/{provider}", get(login_done))
        .route("/api/v1/samlconsumer/{provider}", get(login_done))
}

async fn web_app() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=en><title>Lab stand-in</title>\
         <p>This is the lab's stand-in of a conference node. It has no web client; join with the kit.",
    )
}

/// The provider's page: one link that logs in.
async fn login_page(
    State(world): State<Arc<World>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    // Only back to this node: the page must not lead anywhere that a link made up.
    let back = query
        .get("return_to")
        .filter(|back| back.starts_with(&format!("{}/", world.base_url)));
    let Some(back) = back else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let back = back
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    Html(format!(
        "<!doctype html><html lang=en><title>Lab stand-in login</title>\
         <p>Lab stand-in of an identity provider.<p><a id=login href=\"{back}\">Log in</a>"
    ))
    .into_response()
}

/// Where the provider sends the person back to.
async fn login_done(
    State(world): State<Arc<World>>,
    Path(provider): Path<String>,
    Query(answer): Query<Answer>,
) -> Response {
    let state = answer.state.clone().unwrap_or_default();
    let proved = world.prove_login(&provider, answer).await;
    match world.finish_login(&state, proved) {
        Some(LoginEnd::Redirect(target)) => Redirect::to(&target).into_response(),
        Some(LoginEnd::TellOpener(token)) => tell_opener(&json!({"result": "success", "token": token})),
        Some(LoginEnd::Refused {
            tell_opener: true,
            forbidden,
        }) => tell_opener(&if forbidden {
            json!({"result": "forbidden", "code": 403})
        } else {
            json!({"result": "service unavailable", "code": 503})
        }),
        // What a real node shows where it cannot tell the client is not known [UNK].
        Some(LoginEnd::Refused { forbidden: false, .. }) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        None | Some(LoginEnd::Refused { .. }) => StatusCode::FORBIDDEN.into_response(),
    }
}

/// The message of the official client's type `SSOdMessage` [SRC].
fn tell_opener(message: &Value) -> Response {
    Html(format!(
        "<!doctype html><title>Lab stand-in login</title>\
         <script>opener.postMessage({message}, '*'); close()</script>"
    ))
    .into_response()
}
