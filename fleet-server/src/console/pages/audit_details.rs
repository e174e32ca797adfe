//! What an entry of the audit trail says, in words: each field with its label, things by their names, times as people read them.
//! The line itself, as it is hashed, stands folded beneath.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::visitor::Visitor;
use crate::console::{clock, texts::Texts};

/// Fields whose values are members of closed lists, and the group of texts that has words for them.
const WORDS: [(&str, &str); 18] = [
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
    ("cause", "detail"),
    ("ticket_step_taken", "ticket"),
    ("kit_step_taken", "life"),
    ("part_condition_changed", "condition"),
    ("kit_owner_changed", "responsible"),
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
    let told = fields.iter().filter(|(field, _)| *field != "kind");
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
    let of_list = WORDS.iter().filter(|(of, _)| *of == field || *of == kind);
    let mut words = of_list.filter_map(|(_, group)| texts.get(&format!("{group}.{text}")));
    Some(if let Some(name) = names.kits.get(text) {
        html! { a href={ "/kits/" (text) } { (name) } }
    } else if let Some(name) = names.people.get(text) {
        html! { (name) }
    } else if let Some(word) = words.next() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audit::catalogue, console::texts::swedish};

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
}
