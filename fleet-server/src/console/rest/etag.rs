//! ETags (RFC 9110, sections 8.8.3 and 13): a hash of what a route answers, so that any change of it changes the tag.

use axum::{
    body::{Body, to_bytes},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LINK},
    },
    response::{IntoResponse, Response},
};

use crate::{identity::secret, web::Problem};

/// Bytes of the hash that stand in a tag: nobody meets 128 bits twice.
const TAG_BYTES: usize = 16;

/// The tags of a precondition.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    /// `*`: whatever it is.
    Any,
    These(Vec<String>),
}

/// What the caller has already (`If-None-Match`).
#[derive(Debug)]
pub(super) struct Known(Option<Tags>);

/// What the caller saw before they decided on a change (`If-Match`).
#[derive(Debug, Clone)]
pub(super) struct Seen(Tags);

impl Known {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        Self(Tags::read(headers, &IF_NONE_MATCH))
    }

    /// Compared weakly: a tag that a proxy has weakened still says what the caller has.
    fn holds(&self, tag: &str) -> bool {
        match &self.0 {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::These(tags)) => tags
                .iter()
                .any(|known| known.strip_prefix("W/").unwrap_or(known) == tag),
        }
    }
}

impl Seen {
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        Tags::read(headers, &IF_MATCH).map(Self)
    }

    /// Compared strongly: a weakened tag does not say that nothing changed.
    pub(super) fn fits(&self, tag: Option<&HeaderValue>) -> bool {
        match (&self.0, tag) {
            (_, None) => false,
            (Tags::Any, Some(_)) => true,
            (Tags::These(tags), Some(tag)) => tags.iter().any(|seen| seen.as_bytes() == tag.as_bytes()),
        }
    }
}

impl Tags {
    fn read(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut values = headers.get_all(name).iter().peekable();
        values.peek()?;
        // Ours have no comma within; another's is matched by nothing anyway.
        let tags = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let tags: Vec<String> = tags.map(|tag| tag.trim().to_owned()).collect();
        Some(if tags == ["*"] {
            Self::Any
        } else {
            Self::These(tags)
        })
    }
}

/// An answer with its tag; without its content where the caller has it already. Refusals have none.
pub(super) async fn tagged(response: Response, known: &Known) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let content = match to_bytes(body, usize::MAX).await {
        Ok(content) => content,
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let tag = tag(&parts.headers, &content);
    parts.headers.insert(ETAG, tag.clone());
    // Whoever keeps a copy asks each time whether it still holds.
    parts
        .headers
        .insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if known.holds(tag.to_str().unwrap_or_default()) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(content))
}

/// A page's link belongs to what it says.
fn tag(headers: &HeaderMap, content: &[u8]) -> HeaderValue {
    let link = headers.get(LINK).map_or(&[][..], HeaderValue::as_bytes);
    let hash = secret::hash(&[link, b"\n", content].concat());
    let tag = format!("\"{}\"", &hex::encode(hash)[..2 * TAG_BYTES]);
    HeaderValue::from_str(&tag).expect("hexadecimal digits in quotes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_is_known_is_compared_weakly_and_what_was_seen_strongly() {
        let tag = HeaderValue::from_static("\"ab\"");
        for (values, known, seen) in [
            (&["\"ab\""][..], true, true),
            (&["W/\"ab\""], true, false),
            (&["\"cd\", \"ab\""], true, true),
            (&["\"cd\"", "\"ab\""], true, true),
            (&["\"cd\""], false, false),
            (&["ab"], false, false),
            (&["*"], true, true),
            (&[""], false, false),
        ] {
            let text = "\"ab\"";
            assert_eq!(
                Known::read(&headers(&IF_NONE_MATCH, values)).holds(text),
                known,
                "{values:?}"
            );
            let read = Seen::read(&headers(&IF_MATCH, values)).unwrap();
            assert_eq!(read.fits(Some(&tag)), seen, "{values:?}");
            assert!(!read.fits(None), "nothing fits what is not there");
        }
        assert!(!Known::read(&HeaderMap::new()).holds("\"ab\""));
        assert!(Seen::read(&HeaderMap::new()).is_none());
    }
}
