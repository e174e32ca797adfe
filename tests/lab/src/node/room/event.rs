//! Events as they go over `events` (server-sent events, protocols of the Client API: "Receiving events").
//!
//! Every event carries data: browsers do not dispatch one whose data is empty, so those without a payload say `null`.

use serde_json::Value;

/// One event for one participant.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Name as in the Client API.
    pub name: String,
    /// Payload; `Value::Null` where the API has none.
    pub data: Value,
}

impl Event {
    /// An event with a payload.
    pub fn new(name: impl Into<String>, data: Value) -> Self {
        Self {
            name: name.into(),
            data,
        }
    }

    /// An event without a payload.
    pub fn bare(name: impl Into<String>) -> Self {
        Self::new(name, Value::Null)
    }

    /// The bytes of the event in a `text/event-stream`. Line breaks in the name would end the field, so they go.
    #[must_use]
    pub fn encode(&self) -> String {
        let name = self.name.replace(['\r', '\n'], " ");
        // JSON text has no raw line breaks, so one data line is always enough.
        format!("event: {name}\ndata: {}\n\n", self.data)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn payloadless_event_still_has_data() {
        assert_eq!(
            Event::bare("presentation_stop").encode(),
            "event: presentation_stop\ndata: null\n\n"
        );
    }

    #[test]
    fn line_breaks_in_data_stay_inside_one_field() {
        let text = Event::new("message_received", json!({"payload": "två\nrader"})).encode();
        assert_eq!(
            text,
            "event: message_received\ndata: {\"payload\":\"två\\nrader\"}\n\n"
        );
    }

    #[test]
    fn line_breaks_in_a_name_cannot_forge_a_field() {
        assert!(!Event::bare("x\ndata: forged").encode().contains("\ndata: forged"));
    }
}
