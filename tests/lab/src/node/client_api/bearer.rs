//! Who asks: alias from the path, token from the `token` header or, for browsers' event streams, from the query.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::no_such_room;
use crate::node::room::Answer;
use crate::node::world::World;

/// A participant with a good token.
pub(super) struct Bearer {
    pub(super) alias: String,
    pub(super) uuid: String,
}

impl FromRequestParts<Arc<World>> for Bearer {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Answer> {
        let mut path = Path::<HashMap<String, String>>::from_request_parts(parts, world)
            .await
            .map_err(|_| Answer::bad_request("The path is not UTF-8"))?;
        let alias = path.remove("alias").unwrap_or_default();
        let token = token(parts).ok_or_else(Answer::invalid_token)?;
        let uuid = world
            .with_room(&alias, |entry, now| {
                entry.room.bearer(&token, now).map(|p| p.uuid.clone())
            })
            .ok_or_else(no_such_room)?
            .ok_or_else(Answer::invalid_token)?;
        // What belongs to a participant (calls, floor) is checked by `room`; a path of somebody else's call is not ours.
        Ok(Self { alias, uuid })
    }
}

/// The token of a request, good or not.
pub(super) fn token(parts: &Parts) -> Option<String> {
    if let Some(header) = parts.headers.get("token") {
        return header.to_str().ok().map(Into::into);
    }
    let query = parts.uri.query()?;
    let raw = query.split('&').find_map(|pair| pair.strip_prefix("token="))?;
    // A URI component, not a form: `+` stays `+`.
    percent_decode_str(raw).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(uri: &str) -> Parts {
        Request::get(uri).body(()).unwrap().into_parts().0
    }

    #[test]
    fn plus_in_a_query_token_stays_plus() {
        assert_eq!(token(&parts("/events?token=a+b/c=")).as_deref(), Some("a+b/c="));
        assert_eq!(
            token(&parts("/events?x=1&token=a%2Bb%3D")).as_deref(),
            Some("a+b=")
        );
        assert_eq!(token(&parts("/events")), None);
    }
}
