//! Headers that keep a browser from doing what no page of ours asks for, and the one by which it tells who asks.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Scripts from our own files only, nothing inline, nothing evaluated, nothing from elsewhere, in nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
                                       style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds them to every answer. Nothing is cached unless its handler says so.
pub(super) async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a browser says that a page of somebody else's has it change something (Fetch Metadata, `Sec-Fetch-Site`). A neighbour
/// in the same domain is somebody else too; `SameSite` lets those through.
pub(super) fn comes_from_another_site(request: &Request) -> bool {
    let site = request.headers().get("sec-fetch-site");
    let is_ours = site.is_none_or(|site| ["same-origin", "none"].iter().any(|ours| site == ours));
    !request.method().is_safe() && !is_ours
}
