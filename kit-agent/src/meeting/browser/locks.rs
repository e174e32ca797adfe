//! Commands without which the browser is not safe. `watch` sends them and loads nothing before each is confirmed. Pure.

use serde_json::{Value, json};

use super::{Purpose, Sound};

/// Method and parameters.
pub(super) type Lock = (&'static str, Value);

/// What holds for all that runs in it: every request asks us first, nothing is downloaded, and nothing runs unseen.
pub(super) fn of_the_browser(purpose: &Purpose, start: &str) -> [Lock; 5] {
    [
        (
            "Fetch.enable",
            json!({ "patterns": [{ "urlPattern": "*" }], "handleAuthRequests": true }),
        ),
        ("Browser.setDownloadBehavior", json!({ "behavior": "deny" })),
        ("Browser.grantPermissions", permissions(purpose, start)),
        ("Target.setDiscoverTargets", json!({ "discover": true })),
        follow_all(),
    ]
}

/// What holds for each page and frame: our script goes first, and no file is chosen.
pub(super) fn of_a_page(script: &str) -> [Lock; 4] {
    [
        ("Page.enable", json!({})),
        ("Page.setInterceptFileChooserDialog", json!({ "enabled": true })),
        (
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        ),
        follow_all(),
    ]
}

/// Whatever is begun from there waits until its own locks are set.
pub(super) fn follow_all() -> Lock {
    (
        "Target.setAutoAttach",
        json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true }),
    )
}

/// Only a meeting held in the browser gets camera and microphone; everything else is refused without a question.
fn permissions(purpose: &Purpose, start: &str) -> Value {
    match (purpose, url::Url::parse(start)) {
        (Purpose::Meeting(sound), Ok(url)) => json!({
            "origin": url.origin().ascii_serialization(),
            "permissions": match sound {
                Sound::Here => vec!["videoCapture", "audioCapture"],
                Sound::Listening | Sound::Nowhere => vec!["videoCapture"],
            },
        }),
        _ => json!({ "permissions": [] }),
    }
}
