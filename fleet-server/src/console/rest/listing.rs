//! Lists page by page. A page ends with a `Link` to the next (RFC 8288), whose cursor says after which element that begins;
//! so nothing is shown twice and nothing is left out that was there all the time, whatever is added or removed meanwhile.

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::{HeaderValue, StatusCode, Uri, header::LINK, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::form_urlencoded::{self, Serializer};
use utoipa::IntoParams;

use crate::web::Problem;

/// Elements of a page unless the caller says otherwise.
const USUAL: usize = 100;
/// Most elements of a page.
const MOST: usize = 200;
/// Longest cursor in bytes.
const CURSOR_BYTES: usize = 1_000;

/// Which part of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what Listing reads")]
pub(in crate::console) struct Paging {
    /// Most elements of this page.
    #[param(minimum = 1, maximum = 200, default = 100)]
    limit: Option<u32>,
    /// Where it begins, from the `Link` of the page before. Without it: at the beginning.
    #[param(max_length = 1000)]
    cursor: Option<String>,
}

/// What else may stand in a list's query.
pub(in crate::console) trait Filter: DeserializeOwned {
    /// How it reads, for whoever got it wrong.
    const HINT: &str;
}

/// Nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct NoFilter {}

impl Filter for NoFilter {
    const HINT: &str = "only \"limit\" and \"cursor\" are known";
}

/// What a list's query asks for.
#[derive(Debug)]
pub(in crate::console) struct Listing<F = NoFilter> {
    pub(in crate::console) filter: F,
    limit: usize,
    cursor: Option<Vec<u8>>,
    path: String,
    /// What is asked for besides, as it must stand in the link to the next page.
    others: Vec<(String, String)>,
}

/// A part of a list.
#[derive(Debug)]
pub(in crate::console) struct Page<T> {
    elements: Vec<T>,
    next: Option<String>,
}

impl<F: Filter, S: Sync> FromRequestParts<S> for Listing<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::read(&parts.uri)
    }
}

impl<F: Filter> Listing<F> {
    fn read(uri: &Uri) -> Result<Self, Problem> {
        let wrong = || {
            let detail = format_args!(
                "\"limit\" is a number from 1 to {MOST}, \"cursor\" comes from the page before, {}",
                F::HINT
            );
            Problem::new(StatusCode::BAD_REQUEST, "query", detail)
        };
        let (mut limit, mut cursor, mut others) = (None, None, Vec::new());
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "limit" if limit.is_none() => {
                    let number = value.parse().ok();
                    limit = Some(
                        number
                            .filter(|number| (1..=MOST).contains(number))
                            .ok_or_else(wrong)?,
                    );
                }
                "cursor" if cursor.is_none() && value.len() <= CURSOR_BYTES => {
                    cursor = Some(URL_SAFE_NO_PAD.decode(&*value).map_err(|_| no_cursor())?);
                }
                "limit" | "cursor" => return Err(wrong()),
                _ => others.push((name.into_owned(), value.into_owned())),
            }
        }
        let filter = Serializer::new("/?".to_owned()).extend_pairs(&others).finish();
        let filter: Uri = filter.parse().map_err(|_| wrong())?;
        let Query(filter) = Query::try_from_uri(&filter).map_err(|_| wrong())?;
        Ok(Self {
            filter,
            limit: limit.unwrap_or(USUAL),
            cursor,
            path: uri.path().to_owned(),
            others,
        })
    }

    /// The position of the last element of the page before.
    pub(in crate::console) fn after<P: DeserializeOwned>(&self) -> Result<Option<P>, Problem> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        serde_json::from_slice(cursor).map(Some).map_err(|_| no_cursor())
    }

    /// How many elements from its beginning on are enough to make this page.
    pub(in crate::console) fn enough(&self) -> usize {
        self.limit + 1
    }

    /// This page of a list, in the order of its elements' positions. No two elements have the same.
    pub(in crate::console) fn page<T, P>(
        &self,
        mut elements: Vec<T>,
        position: impl Fn(&T) -> P,
    ) -> Result<Page<T>, Problem>
    where
        P: Ord + Serialize + DeserializeOwned,
    {
        if let Some(after) = self.after::<P>()? {
            elements.retain(|element| position(element) > after);
        }
        elements.sort_by_cached_key(&position);
        let more = elements.len() > self.limit;
        elements.truncate(self.limit);
        let last = elements.last().filter(|_| more);
        let next = last.map(|last| self.link(&position(last)));
        Ok(Page { elements, next })
    }

    fn link(&self, last: &impl Serialize) -> String {
        let cursor = serde_json::to_vec(last).expect("positions are plain data");
        let query = Serializer::new(String::new())
            .extend_pairs(&self.others)
            .append_pair("limit", &self.limit.to_string())
            .append_pair("cursor", &URL_SAFE_NO_PAD.encode(cursor))
            .finish();
        format!("<{}?{query}>; rel=\"next\"", self.path)
    }
}

/// It may be any text, so it is no malformed request.
fn no_cursor() -> Problem {
    Problem::invalid(
        "cursor",
        "this cursor is not one of this list; begin anew without it",
    )
}

impl<T> Page<T> {
    /// The same page with each element shown in another way.
    pub(in crate::console) fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page {
            elements: self.elements.into_iter().map(view).collect(),
            next: self.next,
        }
    }

    pub(in crate::console) fn len(&self) -> usize {
        self.elements.len()
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.elements).into_response();
        let link = self.next.and_then(|next| HeaderValue::from_str(&next).ok());
        if let Some(link) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listing(query: &str) -> Result<Listing, Problem> {
        Listing::read(&format!("/api/v1/kits{query}").parse().unwrap())
    }

    fn next(page: &Page<u32>) -> Option<String> {
        let link = page.next.as_ref()?;
        let uri = link.strip_prefix("</api/v1/kits")?.split('>').next()?;
        Some(uri.to_owned())
    }

    #[test]
    fn a_query_that_is_not_understood_is_refused() {
        for query in ["", "?limit=1", "?limit=200", "?cursor=MQ"] {
            assert!(listing(query).is_ok(), "{query}");
        }
        for query in [
            "?limit=0",
            "?limit=201",
            "?limit=-1",
            "?limit=x",
            "?limit=1&limit=2",
            "?cursor=*",
            "?colour=red",
        ] {
            assert!(listing(query).is_err(), "{query}");
        }
        let elsewhere = listing("?cursor=MQ").unwrap();
        assert!(elsewhere.page(vec![1], |element| (*element, true)).is_err());
    }

    proptest! {
        #[test]
        fn page_after_page_shows_everything_once_in_order(
            elements in prop::collection::btree_set(any::<u32>(), 0..50),
            limit in 1_usize..12,
        ) {
            let mut shown = Vec::new();
            let mut query = Some(format!("?limit={limit}"));
            while let Some(asked) = query {
                let page = listing(&asked).unwrap().page(elements.iter().rev().copied().collect(), |element| *element).unwrap();
                prop_assert!(page.len() <= limit);
                query = next(&page);
                shown.extend(page.elements);
            }
            prop_assert_eq!(shown, elements.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn no_query_makes_it_fail(query in "[?&=a-z0-9%+_-]{0,80}") {
            if let Ok(listing) = listing(&format!("?{query}")) {
                let _ = listing.page(vec![1, 2, 3], |element| *element);
            }
        }
    }
}
