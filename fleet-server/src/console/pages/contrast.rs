//! High contrast by choice, for those whose system does not ask for it: a link on every page, remembered by a cookie. The link
//! keeps its page (`?contrast=more`), works without script, and changes nothing on the server.

use axum::{
    extract::Request,
    http::{
        HeaderMap, Method,
        header::{COOKIE, SET_COOKIE},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::console::{icons, texts::Texts};

const CHOSEN: &str = "contrast=more";
const WITHDRAWN: &str = "contrast=standard";

/// Remembers the choice and leads back to the page.
pub(in crate::console) async fn remember(request: Request, next: Next) -> Response {
    let wanted = request.uri().query().unwrap_or_default();
    let lives = match wanted {
        CHOSEN => "31536000",
        WITHDRAWN => "0",
        _ => return next.run(request).await,
    };
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    // One slash: two would lead to another host.
    let back = format!("/{}", request.uri().path().trim_start_matches('/'));
    let cookie = format!("{CHOSEN}; Path=/; Max-Age={lives}; Secure; HttpOnly; SameSite=Strict");
    ([(SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}

/// Whether whoever asks has chosen it.
pub(super) fn is_chosen(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter();
    let mut cookies = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|all| all.split(';'));
    cookies.any(|cookie| cookie.trim() == CHOSEN)
}

/// The link to the other contrast.
pub(super) fn link(texts: &Texts, chosen: bool) -> Markup {
    let (wanted, name) = if chosen {
        (WITHDRAWN, "nav.standard_contrast")
    } else {
        (CHOSEN, "nav.high_contrast")
    };
    html! { a href={ "?" (wanted) } rel="nofollow" { (icons::CONTRAST) (texts.t(name)) } }
}
