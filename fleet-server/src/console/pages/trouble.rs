//! A problem as a page: whoever looks at pages reads one plain sentence and has somewhere to go, in their own language.
//!
//! Handlers and guards answer with a [`Problem`] wherever they do not show their own page again; programs get it as it is.
//! What the server met with on its side is told by its status alone.

use axum::{
    extract::Request,
    http::{StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::layout;
use crate::{
    console::texts::{self, Texts},
    web::Problem,
};

/// Where programs ask.
const REST: &str = "/api/";

/// Answers people with a page where everything behind this answers with a problem. Its status stays.
pub(in crate::console) async fn in_words(request: Request, next: Next) -> Response {
    let for_people = !request.uri().path().starts_with(REST);
    let texts = texts::for_request(request.headers());
    let response = next.run(request).await;
    match response.extensions().get::<Problem>() {
        Some(problem) if for_people => {
            let mut shown = (problem.status(), page(texts, problem)).into_response();
            if let Some(seconds) = response.headers().get(RETRY_AFTER) {
                shown.headers_mut().insert(RETRY_AFTER, seconds.clone());
            }
            shown
        }
        _ => response,
    }
}

fn page(texts: &Texts, problem: &Problem) -> Markup {
    let kind = kind(problem.status());
    let sentence = texts.get(&format!("refusal.{}", problem.code()));
    layout::outside(
        texts,
        &html! {
            h1 { (texts.word("trouble", kind)) }
            p { (sentence.unwrap_or(texts.word("trouble_next", kind))) }
            p { a.button.primary href="/" { (texts.t("nav.overview")) } }
        },
    )
}

/// What is said of a status.
fn kind(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            "busy"
        }
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => "changed",
        status if status.is_server_error() => "ours",
        _ => "not_understood",
    }
}
