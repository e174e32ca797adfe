//! The address of the page that is shown, to make links of it that change one thing and keep the rest: another order,
//! another filter, another page of a table.

use axum::{extract::FromRequestParts, http::request::Parts};
use url::form_urlencoded;

/// Most parameters that are kept, and the longest of their values in characters.
const MOST: usize = 60;
const LONGEST: usize = 100;
/// What was just done; a page that is looked at anew does not say so again.
const DONE: &str = "done";

/// Where a page is, with everything that was chosen on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    pub(super) fn new(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, value)| name != DONE && !value.trim().is_empty())
            .take(MOST)
            .map(|(name, value)| (name.into_owned(), value.trim().chars().take(LONGEST).collect()))
            .collect();
        Self {
            path: path.to_owned(),
            pairs,
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What was chosen under that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Everything that was chosen under names that this leaves, in order.
    pub(super) fn others(&self, is_ours: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .filter(move |(name, _)| !is_ours(name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With one thing chosen otherwise.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.without(|known| known == name);
        changed.pairs.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// Without everything under such names.
    pub(super) fn without(&self, is_such: impl Fn(&str) -> bool) -> Self {
        let mut changed = self.clone();
        changed.pairs.retain(|(name, _)| !is_such(name));
        changed
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if self.pairs.is_empty() {
            return Ok(());
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.pairs);
        write!(f, "?{}", query.finish())
    }
}

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::new(parts.uri.path(), parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_changes_one_thing_and_keeps_the_rest() {
        let address = Address::new("/kits", "search=%C3%A5+%26&state=ready&page=3&empty=&done=step");
        assert_eq!(address.get("search"), Some("å &"));
        assert_eq!(address.get("empty"), None);
        let sorted = address.with("sort", "name").without(|name| name == "page");
        assert_eq!(
            sorted.to_string(),
            "/kits?search=%C3%A5+%26&state=ready&sort=name"
        );
        assert_eq!(address.with("state", "silent").get("state"), Some("silent"));
        assert_eq!(sorted.without(|_| true).to_string(), "/kits");
    }

    #[test]
    fn an_address_of_any_length_is_cut() {
        let long = "a".repeat(LONGEST * 3);
        let pairs: Vec<String> = (0..MOST * 2).map(|at| format!("n{at}={long}")).collect();
        let address = Address::new("/", &pairs.join("&"));
        assert_eq!(address.pairs.len(), MOST);
        assert_eq!(address.get("n0").map(str::len), Some(LONGEST));
    }
}
