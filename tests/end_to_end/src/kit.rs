//! The kit's own program on its own display, watched through its journal.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::fleet::Fleet;
use crate::processes::{HeldStill, ours, output, until};
use crate::told::Told;

/// The shift's code of every kit here.
pub const CODE: [&str; 4] = ["2", "5", "8", "0"];

/// How a kit is set up.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Host of the meeting service.
    pub meeting_host: String,
    /// Its port.
    pub meeting_port: u16,
    /// Its certificate authority, where it is not a public one.
    pub meeting_authority: PathBuf,
    /// How meetings are held there: `pexip` or `browser`.
    pub service: &'static str,
    /// Lines of `[devices]` in `kit.toml`.
    pub devices: String,
}

/// A kit that is enrolled and runs, or has run.
pub struct Kit {
    /// What it keeps.
    pub state: TempDir,
    /// What it logged at debug level.
    pub log: PathBuf,
    journal: Told,
    home: Option<TempDir>,
    process: Option<Child>,
}

/// Every variable that names a place for a program's files on disk.
const PLACES: [&str; 5] = [
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
];

impl Kit {
    /// Enrols a kit with a one-time code and writes its settings. It does not run yet.
    pub async fn enrol(fleet: &Fleet, setup: &Setup) -> Result<Self> {
        let state = tempfile::tempdir()?;
        let code = fleet.enrolment_code("Kit 14").await?;
        let mut enrol = Command::new(ours("kit-agent")?);
        enrol.args(["enrol", "--server", &fleet.kits, "--code", &code]);
        enrol
            .arg("--ca")
            .arg(fleet.authority())
            .arg("--state")
            .arg(state.path());
        output(&mut enrol).await?;
        std::fs::write(state.path().join("kit.toml"), settings(setup))?;
        let log = state.path().join("agent.log");
        let journal = Told::in_file(state.path().join("journal.jsonl"));
        Ok(Self {
            state,
            log,
            journal,
            home: None,
            process: None,
        })
    }

    /// Gives it a home and temporary files of its own, so that all that it can write to a disk is known and searched. Before
    /// its program runs.
    pub fn lives_apart(&mut self) -> Result<()> {
        self.home = Some(tempfile::tempdir()?);
        Ok(())
    }

    /// Every folder on a disk that is this kit's own.
    #[must_use]
    pub fn folders(&self) -> Vec<&Path> {
        let home = self.home.as_ref().map(TempDir::path);
        home.into_iter().chain([self.state.path()]).collect()
    }

    /// Starts its program in an environment with a display and a sound server.
    pub fn start(&mut self, environment: &[(&str, &str)]) -> Result<()> {
        let log = std::fs::File::create(&self.log)?;
        // Whoever waits for what this run does must not find what the one before did.
        std::fs::write(self.journal.file(), "")?;
        let home = self.home.as_ref().map(TempDir::path);
        let places = home.into_iter().flat_map(|home| PLACES.map(|name| (name, home)));
        let process = Command::new(ours("kit-agent")?)
            .args(["run", "--windowed"])
            .arg("--state")
            .arg(self.state.path())
            .arg("--journal")
            .arg(self.journal.file())
            .envs(environment.iter().copied())
            .envs(places)
            .env("RUST_LOG", "debug")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        self.process = Some(process);
        Ok(())
    }

    /// A portal for the patient's login, and whom the kit trusts about it; before its program runs.
    pub fn add_portal(&self, portal: &str, authority: &Path) -> Result<()> {
        let file = self.state.path().join("kit.toml");
        let text = std::fs::read_to_string(&file)?;
        let trusted = format!("extra_authorities = [{}, ", path(authority));
        let text = text.replacen("extra_authorities = [", &trusted, 1);
        std::fs::write(file, format!("{text}\n[portal]\n{portal}\n")).context("kit.toml")
    }

    /// As after a cleaning that was signed just now, before its program runs.
    pub fn was_cleaned(&self) -> Result<()> {
        let memory = json!({ "mark": "Clean", "cleaned_at": Timestamp::now() });
        std::fs::write(self.state.path().join("visit.json"), memory.to_string()).context("visit.json")
    }

    /// As when the battery is pulled.
    pub async fn kill(&mut self) -> Result<()> {
        self.process
            .take()
            .context("the kit runs")?
            .kill()
            .await
            .context("the kit was running")
    }

    /// Waits until its program ends.
    pub async fn ended(&mut self) -> Result<()> {
        self.process.as_mut().context("the kit runs")?.wait().await?;
        Ok(())
    }

    /// Checks that nothing of a visit lies in what it keeps: none of `secrets` stands in any file. One of digits only must
    /// stand by itself there, because times and ports in a log have any four digits somewhere inside.
    ///
    /// Its program is held still meanwhile: it replaces files whenever it likes.
    pub async fn nothing_left(&self, secrets: &[&str]) -> Result<()> {
        let _still = HeldStill::hold(self.pid().context("the kit runs")?).await?;
        nothing_in(self.state.path(), secrets)
    }

    /// Its program's process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().and_then(Child::id)
    }

    /// All lines of its journal.
    pub fn journal(&self) -> Result<Vec<Value>> {
        self.journal.lines()
    }

    /// Where its journal stands; pass it to [`Kit::until`] to wait for what comes after.
    pub fn now(&self) -> Result<usize> {
        Ok(self.journal()?.len())
    }

    /// The first line from position `from` on that passes `accept`.
    pub async fn until(
        &self,
        what: &str,
        from: usize,
        within: Duration,
        accept: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let found = self.journal.until(what, from, within, accept);
        found.await.with_context(|| self.tail())
    }

    /// Waits until it shows this screen.
    pub async fn shows(&self, screen: &str, within: Duration) -> Result<Value> {
        let what = format!("screen {screen}");
        let found = until(&what, within, || async {
            let shown = self
                .journal()
                .ok()?
                .into_iter()
                .rfind(|line| line["event"] == "screen")?;
            (shown["data"]["screen"] == screen).then_some(shown)
        });
        found.await.with_context(|| self.tail())
    }

    /// The screen that it shows now.
    pub fn screen(&self) -> Result<Value> {
        let shown = self
            .journal()?
            .into_iter()
            .rfind(|line| line["event"] == "screen");
        shown.map(|line| line["data"].clone()).context("no screen yet")
    }

    fn tail(&self) -> String {
        let lines = self.journal().unwrap_or_default();
        let others = lines.iter().filter(|line| line["event"] != "figures");
        let last: Vec<_> = others.rev().take(6).map(Value::to_string).collect();
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let log: Vec<_> = log.lines().rev().take(12).collect();
        format!("the journal's last lines: {last:#?}\nthe log's: {log:#?}")
    }
}

fn settings(setup: &Setup) -> String {
    let code = kit_agent::kit::shift::hash("salt", &CODE.concat());
    let Setup {
        meeting_host,
        meeting_port,
        meeting_authority,
        service,
        devices,
    } = setup;
    let authority = path(meeting_authority);
    format!(
        "place = \"Region Exempel\"\nextra_authorities = [{authority}]\nnames_allowed = true\n\
         room_telephone = \"+46701234567\"\n\
         [[meetings]]\nhost = \"{meeting_host}\"\nports = [{meeting_port}]\nservice = \"{service}\"\n\
         [devices]\n{devices}\n\
         [shift]\npseudonym = \"staff-1\"\nsalt = \"salt\"\ncode_sha256 = \"{code}\"\n"
    )
}

fn path(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

fn nothing_in(folder: &Path, secrets: &[&str]) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            nothing_in(&path, secrets)?;
            continue;
        }
        let bytes = std::fs::read(&path)?;
        for secret in secrets {
            ensure!(!stands_in(&bytes, secret), "{} holds {secret:?}", path.display());
        }
    }
    Ok(())
}

fn stands_in(bytes: &[u8], secret: &str) -> bool {
    let inside = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    let number = secret.bytes().all(|byte| byte.is_ascii_digit());
    let mut found = bytes.windows(secret.len()).enumerate();
    found.any(|(at, window)| {
        let apart = !number || !(inside(at.checked_sub(1)) || inside(Some(at + secret.len())));
        window == secret.as_bytes() && apart
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_where_it_stands_by_itself_and_a_word_anywhere() {
        assert!(stands_in(b"code=2580 typed", "2580"));
        assert!(stands_in(b"2580", "2580"));
        assert!(!stands_in(b"12:00:03.258012Z port 12580", "2580"));
        assert!(stands_in(b"xkaprifoly", "kaprifol"));
    }
}
