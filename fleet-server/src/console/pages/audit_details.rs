//! What an entry of the audit trail says, in words: each field with its label, things by their names, times as people read them.
//! The line itself, as it is hashed, stands folded beneath.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::visitor::Visitor;
use crate::console::{clock, texts::Texts};

/// Fields whose values are members of closed lists, and the group of texts that has words for them.
const WORDS: [(&str, &str); 20] = [
    ("arrangement", "arrangement"),
    ("agreement_kind", "processing_kind"),
    ("alert_kind", "alert"),
    ("channel_kind", "channel"),
    ("role", "role"),
    ("fault", "fault"),
    ("source", "reported_by"),
    ("resolution", "resolution"),
    ("part_kind", "part"),
    ("topic", "topic"),
    ("phase", "audit_phase"),
    ("without_sign_off", "override"),
    ("reason", "skipped"),
    ("reason", "audit_reason"),
    ("cause", "detail"),
    ("cause", "audit_reason"),
    ("command", "audit_command"),
    ("ticket_step_taken", "ticket"),
    ("kit_step_taken", "life"),
    ("part_condition_changed", "condition"),
];

/// What an entry is about comes first, then what was done to it and why, then when it holds; other fields follow.
const FIRST: [&str; 32] = [
    "kit",
    "worker",
    "pseudonym",
    "person",
    "name",
    "role",
    "position",
    "unit",
    "part_kind",
    "part",
    "serial",
    "alert_kind",
    "alert",
    "fault",
    "ticket",
    "topic",
    "agreement_kind",
    "arrangement",
    "channel_kind",
    "channel",
    "command",
    "phase",
    "without_sign_off",
    "resolution",
    "cause",
    "reason",
    "source",
    "starts_at",
    "ends_at",
    "on",
    "from",
    "until",
];

/// Names of what entries know by ids only.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Kits, by id.
    pub(super) kits: HashMap<String, String>,
    /// Care workers' pseudonyms and people's names, by id.
    pub(super) people: HashMap<String, String>,
}

/// One entry's fields, and the line itself.
pub(super) fn details(visitor: &Visitor, names: &Names, event: &str) -> Markup {
    let fields: Map<String, Value> = serde_json::from_str(event).unwrap_or_default();
    let kind = fields.get("kind").and_then(Value::as_str).unwrap_or_default();
    let told = in_order(&fields).filter(|(field, _)| *field != "kind");
    let told = told.filter_map(|(field, value)| Some((field, said(visitor, names, (kind, field), value)?)));
    html! {
        div { @for (field, value) in told {
            span.fact { (label(visitor.texts, field)) ": " (value) }
        } }
        details.line {
            summary { (visitor.texts.t("audit.line")) }
            span.note.serial { (event) }
        }
    }
}

/// The fields by how much they say to whoever reads the trail.
fn in_order(fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let place = |field: &str| {
        FIRST
            .iter()
            .position(|first| *first == field)
            .unwrap_or(FIRST.len())
    };
    let mut all: Vec<_> = fields.iter().collect();
    all.sort_by_key(|(field, _)| place(field));
    all.into_iter()
}

/// What a field is called; one that this version does not know goes by its own name.
fn label<'t>(texts: &'t Texts, field: &'t str) -> &'t str {
    texts.get(&format!("audit_field.{field}")).unwrap_or(field)
}

/// A value in words; nothing for ids of what has no name and no page.
fn said(visitor: &Visitor, names: &Names, (kind, field): (&str, &str), value: &Value) -> Option<Markup> {
    let texts = visitor.texts;
    let words = match value {
        // Whole records, before and after, are compared on the line itself.
        Value::Null | Value::Object(_) => return None,
        Value::Bool(true) => texts.t("audit.yes").to_owned(),
        Value::Bool(false) => texts.t("audit.no").to_owned(),
        Value::String(text) => return named(visitor, names, (kind, field), text),
        Value::Array(all) => {
            let all = all.iter().filter_map(Value::as_str);
            all.collect::<Vec<_>>().join(", ")
        }
        Value::Number(number) => number.to_string(),
    };
    (!words.is_empty()).then(|| html! { (words) })
}

fn named(visitor: &Visitor, names: &Names, (kind, field): (&str, &str), text: &str) -> Option<Markup> {
    let texts = visitor.texts;
    Some(if let Some(name) = names.kits.get(text) {
        html! { a href={ "/kits/" (text) } { (name) } }
    } else if let Some(name) = names.people.get(text) {
        html! { (name) }
    } else if let Some(word) = word(texts, (kind, field), text) {
        html! { (word) }
    } else if field == "ticket" {
        html! { a href={ "/tasks/" (text) } { (texts.t("common.show")) } }
    } else if uuid::Uuid::try_parse(text).is_ok() {
        return None;
    } else if let Ok(time) = text.parse::<Timestamp>() {
        html! { (clock::when(texts, time, visitor.now)) }
    } else if let Ok(day) = text.parse::<Date>() {
        html! { (clock::long_day(texts, day)) }
    } else {
        html! { (text) }
    })
}

/// The word for a member of a closed list.
fn word<'t>(texts: &'t Texts, (kind, field): (&str, &str), member: &str) -> Option<&'t str> {
    let of_list = WORDS.iter().filter(|(of, _)| *of == field || *of == kind);
    let mut words = of_list.filter_map(|(_, group)| texts.get(&format!("{group}.{member}")));
    words.next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::catalogue, console::texts::swedish, domain::identity::shift::ShiftEnd, identity::openid::Why,
    };

    #[test]
    fn what_an_entry_is_about_comes_first() {
        let fields: Map<String, Value> = serde_json::from_str(
            r#"{"kind": "ticket_opened", "fault": "no_picture", "kit": "…", "source": "kit", "ticket": "…"}"#,
        )
        .unwrap();
        let order: Vec<&str> = in_order(&fields).map(|(field, _)| field.as_str()).collect();
        assert_eq!(order, ["kit", "fault", "ticket", "source", "kind"]);
    }

    #[test]
    fn what_comes_first_is_a_field_of_some_kind() {
        let fields = catalogue().into_iter().flat_map(|described| {
            let fields = serde_json::to_value(&described.example).unwrap();
            fields.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        });
        let fields: Vec<String> = fields.collect();
        for first in FIRST {
            assert!(fields.iter().any(|field| field == first), "{first}");
        }
    }

    #[test]
    fn every_field_of_every_kind_has_a_label() {
        for described in catalogue() {
            let fields: Map<String, Value> =
                serde_json::from_value(serde_json::to_value(&described.example).unwrap()).unwrap();
            for field in fields.keys().filter(|field| *field != "kind") {
                assert!(
                    swedish().get(&format!("audit_field.{field}")).is_some(),
                    "{field}"
                );
            }
        }
    }

    /// Fields that somebody writes freely, or that name what is written alike in every language.
    const FREE: [&str; 3] = ["position", "pseudonym", "portal"];

    #[test]
    fn every_member_of_a_closed_list_has_a_word() {
        let mut looked_up = 0;
        for described in catalogue() {
            let fields = serde_json::to_value(&described.example).unwrap();
            for (field, value) in fields.as_object().unwrap() {
                let member = value.as_str().filter(|text| {
                    text.chars()
                        .all(|letter| letter.is_ascii_lowercase() || matches!(letter, '_' | ' '))
                });
                let Some(member) = member.filter(|_| field != "kind" && !FREE.contains(&field.as_str()))
                else {
                    continue;
                };
                looked_up += 1;
                let kind = described.example.name();
                assert!(
                    word(swedish(), (kind, field), member).is_some(),
                    "{kind}: {field} {member}"
                );
            }
        }
        assert!(looked_up > 20, "only {looked_up}");
    }

    #[test]
    fn reasons_that_are_no_example_have_words_too() {
        let seals = ["no_seal", "unknown_seal", "written_past", "cut_off"];
        let shifts = ShiftEnd::ALL.iter().map(|end| end.name());
        let logins = [Why::Away, Why::TooOld, Why::Refused, Why::Untrusted, Why::TooWeak].map(Why::name);
        let codes = ["expired code", "used code", "used code of an ended enrolment"];
        for reason in seals.into_iter().chain(shifts).chain(logins).chain(codes) {
            assert!(
                swedish().get(&format!("audit_reason.{reason}")).is_some(),
                "{reason}"
            );
        }
    }
}
