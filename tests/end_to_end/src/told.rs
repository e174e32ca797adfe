//! What a program tells of itself while it runs: a file of JSON lines, each an event and its data.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::processes::until;

/// The file that a program writes.
pub(crate) struct Told(PathBuf);

impl Told {
    pub(crate) fn in_file(file: PathBuf) -> Self {
        Self(file)
    }

    pub(crate) fn file(&self) -> &Path {
        &self.0
    }

    /// All whole lines so far.
    pub(crate) fn lines(&self) -> Result<Vec<Value>> {
        // Before the first line there is no file.
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
            .collect()
    }

    /// The first line from position `from` on that passes `accept`.
    pub(crate) async fn until(
        &self,
        what: &str,
        from: usize,
        within: Duration,
        accept: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        until(what, within, || async {
            let lines = self.lines().ok()?;
            lines.into_iter().skip(from).find(|line| accept(line))
        })
        .await
    }
}
