//! Reading the cookies of a request.

use axum::http::{HeaderMap, header};

/// The value of this cookie, where it is set.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(this, value)| (this == name).then_some(value))
}
