//! The few words of the `DevTools` protocol that we speak: commands out, notices in. Pure; what we do not know is let be.
//!
//! Addresses in notices are secrets of the visit: no type here prints them.

use serde::Deserialize;
use serde_json::{Value, json};

/// A command to the browser, or to one page of it.
#[derive(Clone, PartialEq)]
pub(super) struct Command {
    pub(super) id: u64,
    pub(super) session: Option<String>,
    pub(super) method: &'static str,
    pub(super) params: Value,
}

impl Command {
    /// As it goes over the pipe.
    pub(super) fn to_text(&self) -> String {
        let mut message = json!({ "id": self.id, "method": self.method, "params": self.params });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        message.to_string()
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} #{}", self.method, self.id)
    }
}

/// What kind of thing runs in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A window's page.
    Page,
    /// A page within a page, in a process of its own.
    Frame,
    /// A script without a page.
    Worker,
    /// The browser's own furniture.
    Other,
}

/// What the browser tells.
#[derive(PartialEq)]
pub(super) enum Notice {
    /// The answer to a command; what went wrong, if it did.
    Answer { id: u64, trouble: Option<Trouble> },
    /// A request waits for our word.
    Asked {
        request: String,
        address: String,
        /// Whether it is for a page and not for a part of one.
        document: bool,
        frame: String,
    },
    /// A server wants a name and a password.
    PasswordWanted { request: String },
    /// Something new runs, and waits if `waits`.
    Attached {
        session: String,
        target: String,
        kind: Kind,
        waits: bool,
    },
    /// Something runs no longer.
    Gone { target: String },
    /// A page's process died.
    Crashed { target: String },
    /// A page stands in a frame.
    Shown {
        frame: String,
        address: String,
        /// It could not be reached, and this is the browser's own page about that.
        unreachable: bool,
    },
    /// A page wants another window.
    NewWindow { address: String },
    /// A page asks something in a small window of its own.
    Dialog { session: Option<String> },
}

/// Says which it is, and nothing of what stands in it.
impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Notice::Answer { .. } => "Answer",
            Notice::Asked { .. } => "Asked",
            Notice::PasswordWanted { .. } => "PasswordWanted",
            Notice::Attached { .. } => "Attached",
            Notice::Gone { .. } => "Gone",
            Notice::Crashed { .. } => "Crashed",
            Notice::Shown { .. } => "Shown",
            Notice::NewWindow { .. } => "NewWindow",
            Notice::Dialog { .. } => "Dialog",
        })
    }
}

/// What went wrong with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The browser did not do it.
    Refused,
    /// It began to go to a page and gave up, because we said so.
    Aborted,
    /// It could not reach a page.
    Unreachable,
}

/// Reads one message. `None`: nothing that concerns us. `Err`: not of this protocol.
pub(super) fn read(message: &[u8]) -> Result<Option<Notice>, serde_json::Error> {
    let message: Message = serde_json::from_slice(message)?;
    if let Some(id) = message.id {
        let trouble = trouble(&message);
        return Ok(Some(Notice::Answer { id, trouble }));
    }
    let session = message.session_id;
    Ok(event(
        &message.method.unwrap_or_default(),
        session,
        &message.params,
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: Option<u64>,
    method: Option<String>,
    session_id: Option<String>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<Value>,
}

fn trouble(message: &Message) -> Option<Trouble> {
    if message.error.is_some() {
        return Some(Trouble::Refused);
    }
    match message.result["errorText"].as_str()? {
        "net::ERR_ABORTED" => Some(Trouble::Aborted),
        _ => Some(Trouble::Unreachable),
    }
}

fn event(method: &str, session: Option<String>, params: &Value) -> Option<Notice> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let target = || text(&params["targetId"]);
    Some(match method {
        "Fetch.requestPaused" => Notice::Asked {
            request: text(&params["requestId"])?,
            address: text(&params["request"]["url"]).unwrap_or_default(),
            document: params["resourceType"] == "Document",
            frame: text(&params["frameId"]).unwrap_or_default(),
        },
        "Fetch.authRequired" => Notice::PasswordWanted {
            request: text(&params["requestId"])?,
        },
        "Target.attachedToTarget" => Notice::Attached {
            session: text(&params["sessionId"])?,
            target: text(&params["targetInfo"]["targetId"])?,
            kind: kind(params["targetInfo"]["type"].as_str()?),
            waits: params["waitingForDebugger"].as_bool().unwrap_or(true),
        },
        "Target.targetDestroyed" => Notice::Gone { target: target()? },
        "Target.targetCrashed" => Notice::Crashed { target: target()? },
        "Page.frameNavigated" => Notice::Shown {
            frame: text(&params["frame"]["id"])?,
            address: text(&params["frame"]["url"]).unwrap_or_default(),
            unreachable: params["frame"]["unreachableUrl"]
                .as_str()
                .is_some_and(|url| !url.is_empty()),
        },
        "Page.windowOpen" => Notice::NewWindow {
            address: text(&params["url"]).unwrap_or_default(),
        },
        "Page.javascriptDialogOpening" => Notice::Dialog { session },
        _ => return None,
    })
}

fn kind(name: &str) -> Kind {
    match name {
        "page" => Kind::Page,
        "iframe" => Kind::Frame,
        "worker" | "shared_worker" | "service_worker" => Kind::Worker,
        _ => Kind::Other,
    }
}
