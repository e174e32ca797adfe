//! A page by which it is known how somebody logged in. Pure.
//!
//! The region names it: one e-ID's own page, or a request to the login service that carries `acr_values`. It only gives the
//! login a name; what may be reached is `rules`' matter.

use fleet_api::WebAddress;
use url::Url;

/// The beginning of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landmark(Option<Url>);

impl Landmark {
    /// Pages whose address begins like this one, and has the fields of its query.
    #[must_use]
    pub fn new(page: &WebAddress) -> Self {
        Self(Url::parse(page.as_str()).ok())
    }

    /// Where several fit, the longest says most.
    pub(super) fn length(&self) -> usize {
        self.0.as_ref().map_or(0, |page| page.as_str().len())
    }

    /// Whether a page with this address is one.
    pub(super) fn is_at(&self, url: &Url) -> bool {
        let Some(page) = &self.0 else { return false };
        let has = |field| url.query_pairs().any(|there| there == field);
        page.origin() == url.origin() && begins(url.path(), page.path()) && page.query_pairs().all(has)
    }
}

/// By whole steps of the path.
fn begins(path: &str, beginning: &str) -> bool {
    let beginning = beginning.trim_end_matches('/');
    path.strip_prefix(beginning)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_origin_path_and_fields() {
        let is_at =
            |page: &str, url: &str| Landmark::new(&page.parse().unwrap()).is_at(&Url::parse(url).unwrap());
        let page = "https://login.example/freja";
        for (url, known) in [
            ("https://login.example/freja", true),
            ("https://login.example/freja/qr?x=1", true),
            ("https://login.example/frejaplus", false),
            ("https://login.example/", false),
            ("https://login.example:444/freja", false),
            ("https://other.example/freja", false),
        ] {
            assert_eq!(is_at(page, url), known, "{url}");
        }
        let page = "https://login.example/authorize?acr_values=urn%3Afreja";
        assert!(is_at(
            page,
            "https://login.example/authorize?state=1&acr_values=urn:freja"
        ));
        assert!(!is_at(
            page,
            "https://login.example/authorize?state=1&acr_values=urn:bankid"
        ));
        assert!(is_at("https://login.example/", "https://login.example/any"));
    }
}
