//! Answers that go wrong on purpose: status, garbage, size, time.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Armed answers kept per room.
const MAX_ARMED: usize = 1_000;

/// A fault of the next answers of a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RoomFault {
    /// Arms answers.
    Answer(AnswerFault),
    /// Disarms all.
    Clear {},
}

/// What the next `times` answers to one kind of request are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerFault {
    /// Last path segment, or `any`.
    pub to: String,
    /// How many answers.
    pub times: u32,
    /// HTTP status.
    pub status: u16,
    /// Envelope with this result.
    pub result: Option<Value>,
    /// This text as body.
    pub raw: Option<String>,
    /// A body of this many bytes; 0 = endless.
    pub bytes: Option<u64>,
    /// Late by this much, in ms; alone: the right answer.
    pub delay_ms: u64,
    /// No answer at all.
    pub hang: bool,
}

impl Default for AnswerFault {
    fn default() -> Self {
        Self {
            to: "any".into(),
            times: 1,
            status: 200,
            result: None,
            raw: None,
            bytes: None,
            delay_ms: 0,
            hang: false,
        }
    }
}

/// What one request gets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrongAnswer {
    pub(crate) delay: Duration,
    pub(crate) status: u16,
    pub(crate) body: WrongBody,
}

/// Its body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WrongBody {
    /// The right answer.
    Right,
    /// An envelope with this result.
    Result(Value),
    /// This text.
    Raw(String),
    /// This many bytes, `None` without end.
    Size(Option<u64>),
    /// Nothing, ever.
    Hang,
}

/// Armed faults of a room, oldest first.
#[derive(Debug, Default)]
pub(crate) struct AnswerFaults(Vec<AnswerFault>);

impl AnswerFaults {
    pub(crate) fn arm(&mut self, fault: RoomFault) {
        match fault {
            RoomFault::Clear {} => self.0.clear(),
            RoomFault::Answer(fault) if self.0.len() < MAX_ARMED && fault.times > 0 => self.0.push(fault),
            RoomFault::Answer(_) => {}
        }
    }

    /// The fault for this request, if one is armed; uses it up by one.
    pub(crate) fn take(&mut self, request: &str) -> Option<WrongAnswer> {
        let position = self
            .0
            .iter()
            .position(|fault| fault.to == request || fault.to == "any")?;
        let fault = &mut self.0[position];
        let wrong = fault.answer();
        fault.times -= 1;
        if fault.times == 0 {
            self.0.remove(position);
        }
        Some(wrong)
    }
}

impl AnswerFault {
    fn answer(&self) -> WrongAnswer {
        let body = if self.hang {
            WrongBody::Hang
        } else if let Some(bytes) = self.bytes {
            WrongBody::Size(Some(bytes).filter(|bytes| *bytes > 0))
        } else if let Some(raw) = &self.raw {
            WrongBody::Raw(raw.clone())
        } else if let Some(result) = &self.result {
            WrongBody::Result(result.clone())
        } else if self.status >= 400 {
            WrongBody::Result(Value::String(format!("{} stand-in fault", self.status)))
        } else {
            WrongBody::Right
        };
        WrongAnswer {
            delay: Duration::from_millis(self.delay_ms),
            status: self.status,
            body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_hits_its_request_only_and_as_often_as_asked() {
        let mut faults = AnswerFaults::default();
        let fault: RoomFault = serde_json::from_str(
            r#"{"kind":"answer","to":"request_token","times":2,"status":503,"result":"x"}"#,
        )
        .unwrap();
        faults.arm(fault);
        assert_eq!(faults.take("calls"), None);
        let wrong = faults.take("request_token").unwrap();
        assert_eq!((wrong.status, wrong.body), (503, WrongBody::Result("x".into())));
        assert!(faults.take("request_token").is_some());
        assert_eq!(faults.take("request_token"), None);
    }

    #[test]
    fn delay_alone_keeps_the_right_answer() {
        let fault = AnswerFault {
            delay_ms: 5,
            ..AnswerFault::default()
        };
        assert_eq!(fault.answer().body, WrongBody::Right);
    }
}
