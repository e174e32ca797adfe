//! The console's words: Swedish first, English for those whose browser asks for it.

use std::sync::LazyLock;

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use serde::Deserialize;

/// Every text of the pages. A text that is missing in a language fails the test below.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) language: String,
    pub(super) product: String,
    pub(super) kits: String,
    pub(super) connected_of_all: String,
    pub(super) none_connected_yet: String,
    pub(super) kit: String,
    pub(super) state: String,
    pub(super) connected: String,
    pub(super) silent: String,
    pub(super) not_enrolled: String,
    pub(super) next_meeting: String,
    pub(super) last_seen: String,
    pub(super) version: String,
    pub(super) no_kits: String,
    pub(super) todays_meetings: String,
    pub(super) time: String,
    pub(super) meeting: String,
    pub(super) receipt: String,
    pub(super) receipt_given: String,
    pub(super) receipt_awaited: String,
    pub(super) no_meetings: String,
    pub(super) missing: String,
    pub(super) log_in: String,
    pub(super) log_out: String,
    pub(super) token: String,
    pub(super) token_help: String,
    pub(super) token_refused: String,
    pub(super) care_plan_meeting: String,
    pub(super) care_visit: String,
    pub(super) skip_to_content: String,
}

static SWEDISH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../../texts/sv.toml")));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../../texts/en.toml")));

fn read(file: &str) -> Texts {
    toml::from_str(file).expect("both languages have every text; checked by a test")
}

/// The texts in the language that the browser likes best, of the two that there are.
pub(super) fn for_request(headers: &HeaderMap) -> &'static Texts {
    let wanted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut languages = wanted
        .split(',')
        .map(|entry| entry.trim_start().get(..2).unwrap_or_default());
    match languages.find(|language| matches!(*language, "sv" | "en")) {
        Some("en") => &ENGLISH,
        _ => &SWEDISH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_text_and_swedish_comes_first() {
        let mut headers = HeaderMap::new();
        assert_eq!(for_request(&headers).language, "sv");
        for (wanted, expected) in [
            ("en-GB,en;q=0.9", "en"),
            ("fi,sv;q=0.8,en;q=0.5", "sv"),
            ("de", "sv"),
            ("å", "sv"),
        ] {
            headers.insert(
                ACCEPT_LANGUAGE,
                axum::http::HeaderValue::from_bytes(wanted.as_bytes()).unwrap(),
            );
            assert_eq!(for_request(&headers).language, expected, "{wanted}");
        }
    }
}
