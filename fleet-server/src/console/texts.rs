//! The console's words: Swedish first, English for those whose browser asks for it.
//!
//! `texts/*.toml` hold them, grouped by page; a text's key is `group.name`. Tests below hold that both languages have the
//! same keys, that every key in the pages exists, and that every member of every closed list has a word.

use std::{collections::HashMap, sync::LazyLock};

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};

/// All texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    language: &'static str,
    texts: HashMap<String, String>,
}

static SWEDISH: LazyLock<Texts> = LazyLock::new(|| read("sv", include_str!("../../texts/sv.toml")));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read("en", include_str!("../../texts/en.toml")));

fn read(language: &'static str, file: &str) -> Texts {
    let groups: HashMap<String, HashMap<String, String>> =
        toml::from_str(file).expect("the texts are checked by a test");
    let texts = groups.into_iter().flat_map(|(group, texts)| {
        let named = move |(name, text)| (format!("{group}.{name}"), text);
        texts.into_iter().map(named)
    });
    Texts {
        language,
        texts: texts.collect(),
    }
}

impl Texts {
    /// `sv` or `en`.
    pub(super) fn language(&self) -> &'static str {
        self.language
    }

    /// The text of that key.
    pub(super) fn t(&self, key: &str) -> &str {
        self.get(key)
            .expect("every key that is used exists; checked by a test")
    }

    /// The word for a member of a closed list, or another text whose key is put together.
    pub(super) fn word(&self, group: &str, name: &str) -> &str {
        self.t(&format!("{group}.{name}"))
    }

    /// The text of that key, if there is one.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// The text of that key with `{name}` replaced by each value.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.t(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// The text of that key about a number of something, `{number}` in it; about one of it, the text of `{key}_one`; about
    /// none, that of `{key}_none`, if there is one.
    pub(super) fn count(&self, key: &str, number: usize, values: &[(&str, &str)]) -> String {
        let special = match number {
            0 => Some(format!("{key}_none")).filter(|key| self.get(key).is_some()),
            1 => Some(format!("{key}_one")),
            _ => None,
        };
        let text = self.fill(special.as_deref().unwrap_or(key), values);
        text.replace("{number}", &number.to_string())
    }
}

/// The texts for whoever has no browser to say what they read.
pub(super) fn swedish() -> &'static Texts {
    &SWEDISH
}

/// The texts for whoever reads English beside Swedish.
pub(super) fn english() -> &'static Texts {
    &ENGLISH
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
    use std::{
        collections::BTreeSet,
        path::{Path, PathBuf},
    };

    use super::*;
    use crate::{
        domain::{
            agreement, alert, follow_up, hygiene, life_cycle, part, readiness, responsibility, role, ticket,
            training,
        },
        identity::openid::Why,
    };

    #[test]
    fn swedish_comes_first() {
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

    #[test]
    fn both_languages_have_the_same_texts() {
        let keys = |texts: &Texts| texts.texts.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&SWEDISH), keys(&ENGLISH));
    }

    #[test]
    fn every_text_that_a_page_names_exists() {
        let mut files = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/console"))];
        let mut named = 0;
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(
                    std::fs::read_dir(path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for opening in ["t(\"", "fill(\"", "count(\""] {
                for rest in source.split(opening).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    named += 1;
                    // Routes are named by `get("/…` and `post("/…` too.
                    let is_text = key.contains('.') && !key.starts_with('/');
                    let known = !is_text || SWEDISH.get(key).is_some();
                    assert!(known, "{key} in {}", Path::new(&path).display());
                    let of_one = opening != "count(\"" || SWEDISH.get(&format!("{key}_one")).is_some();
                    assert!(of_one, "{key}_one for {}", Path::new(&path).display());
                }
            }
        }
        assert!(named > 50, "the pages were read");
    }

    #[test]
    fn every_member_of_every_list_has_a_word() {
        let has = |group: &str, names: &[&str]| {
            for name in names {
                assert!(
                    SWEDISH.get(&format!("{group}.{name}")).is_some(),
                    "{group}.{name}"
                );
            }
        };
        let events = crate::audit::catalogue();
        has(
            "event",
            &events.iter().map(|kind| kind.example.name()).collect::<Vec<_>>(),
        );
        let failures = [Why::Away, Why::TooOld, Why::Refused, Why::Untrusted, Why::TooWeak];
        has("login_failed", &failures.map(Why::name));
        macro_rules! lists {
            ($($group:expr => $list:ty),+ $(,)?) => {
                $(has($group, &<$list>::ALL.iter().map(|member| member.name()).collect::<Vec<_>>());)+
            };
        }
        lists! {
            "arrangement" => agreement::Arrangement,
            "item" => responsibility::Item,
            "responsible" => responsibility::Responsible,
            "reason" => responsibility::Reason,
            "readiness" => readiness::Readiness,
            "life" => life_cycle::LifeState,
            "part" => part::PartKind,
            "cleaned" => hygiene::CleanedPart,
            "override" => hygiene::OverrideReason,
            "skipped" => hygiene::SkipReason,
            "hand_sign" => hygiene::Phase,
            "review" => hygiene::Review,
            "condition" => part::Condition,
            "role" => role::Role,
            "ticket" => ticket::TicketState,
            "resolution" => ticket::Resolution,
            "fault" => fleet_api::Fault,
            "reported_by" => fleet_api::FaultSource,
            "check" => fleet_api::Check,
            "network" => fleet_api::NetworkKind,
            "alert" => alert::AlertKind,
            "channel" => alert::ChannelKind,
            "topic" => training::Topic,
            "untrained" => follow_up::settings::Untrained,
            "division" => follow_up::yearly_plan::Division,
            "detail" => follow_up::account::WhyNotHeld,
            "break_off" => follow_up::account::BreakOff,
            "missing" => follow_up::measure::Missing,
            "task" => follow_up::task::TaskKind,
            "task_why" => follow_up::task::TaskKind,
            "bank_id" => crate::identity::bank_id::Message,
            "kinship" => fleet_api::Kinship,
            "invited" => fleet_api::InvitedRole,
            "attendee" => fleet_api::AttendeeRole,
            "organisation" => fleet_api::AttendeeOrganisation,
            "method" => fleet_api::AttendeeMethod,
            "gate" => fleet_api::GateName,
            "gate_answer" => fleet_api::GateAnswer,
        }
        let ratings = fleet_api::Rating::ALL.map(fleet_api::Rating::name);
        has("detail", &ratings);
        for group in ["measure", "numerator", "denominator", "source", "left_out"] {
            lists! { group => follow_up::measure::Measure, group => follow_up::measure::Beside }
        }
    }
}
