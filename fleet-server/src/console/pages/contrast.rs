//! High contrast by choice, for those whose system does not ask for it: a link on every page, remembered by a cookie. The link
//! keeps its page (`?contrast=more`), works without script, and changes nothing on the server.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header::SET_COOKIE},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::{
    console::{icons, texts::Texts},
    identity::session::in_cookies,
};

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
    let back = back_to(request.uri().path());
    let cookie = format!("{CHOSEN}; Path=/; Max-Age={lives}; Secure; HttpOnly; SameSite=Strict");
    ([(SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}

/// The page with one slash before it: two would lead to another host, and browsers take a backslash for one.
fn back_to(path: &str) -> String {
    format!("/{}", path.trim_start_matches(['/', '\\']))
}

/// Whether whoever asks has chosen it.
pub(super) fn is_chosen(headers: &HeaderMap) -> bool {
    in_cookies(headers, "contrast") == Some("more")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_to_another_host() {
        assert_eq!(back_to("/kits"), "/kits");
        for path in ["//evil.example", "/\\evil.example", "/\\/evil.example"] {
            assert_eq!(back_to(path), "/evil.example");
        }
    }
}
