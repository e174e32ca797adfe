//! The real fleet server, as regional IT would start it, and its REST API.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::processes::{ours, output};

/// The region of every fleet server here.
const TENANT: &str = "Region Exempel";

/// Longest time to fill a large region.
const FILL_TIME: Duration = Duration::from_mins(30);

/// A browser with a session at the console.
pub struct Reader {
    client: reqwest::Client,
    console: String,
    cookie: String,
}

impl Reader {
    /// A page's text; refused is an error.
    pub async fn page(&self, path: &str) -> Result<String> {
        let request = self.client.get(format!("{}{path}", self.console));
        let answer = request.header("cookie", &self.cookie).send().await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        #[expect(clippy::disallowed_methods, reason = "our own server's answer in a test")]
        let text = answer.text().await?;
        Ok(text)
    }
}

/// A running fleet server with one tenant.
pub struct Fleet {
    folder: TempDir,
    server: Child,
    token: String,
    /// Where kits connect.
    pub kits: String,
    /// Where people connect.
    pub console: String,
}

impl Fleet {
    /// Starts a server whose tenant allows meetings at `meeting_host`.
    pub async fn start(meeting_host: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let mut init = Command::new(ours("fleet-server")?);
        init.arg("init")
            .arg("--data")
            .arg(&data)
            .args(["--tenant", TENANT]);
        init.args(["--meeting-host", meeting_host, "--help-desk", "+46 60 12 34 56"]);
        let token = output(&mut init).await?.trim().to_owned();
        let mut server = Command::new(ours("fleet-server")?)
            .arg("serve")
            .arg("--data")
            .arg(&data)
            .args([
                "--device-listen",
                "127.0.0.1:0",
                "--console-listen",
                "127.0.0.1:0",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(server.stdout.take().context("stdout is piped")?).lines();
        let mut address = async |name: &str| -> Result<String> {
            let line = timeout(Duration::from_secs(20), lines.next_line())
                .await??
                .unwrap_or_default();
            Ok(line
                .strip_prefix(name)
                .with_context(|| format!("{name} is missing in {line:?}"))?
                .to_owned())
        };
        let kits = address("kits: ").await?;
        let console = address("console: ").await?;
        Ok(Self {
            folder,
            server,
            token,
            kits,
            console,
        })
    }

    /// Fills the region with believable data, for somebody who looks at the console.
    pub async fn fill(&self) -> Result<()> {
        let mut fill = Command::new(ours("fleet-server")?);
        fill.arg("demo-data")
            .arg("--data")
            .arg(self.folder.path().join("data"));
        output(fill.args(["--region", TENANT])).await.map(drop)
    }

    /// The same, larger: that many kits, and visits from that many days ago on.
    pub async fn fill_with(&self, kits: u32, days: u32) -> Result<()> {
        let mut fill = Command::new(ours("fleet-server")?);
        fill.arg("demo-data")
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .args([
                "--region",
                TENANT,
                "--kits",
                &kits.to_string(),
                "--days",
                &days.to_string(),
            ]);
        // Every visit is a handful of commits.
        timeout(FILL_TIME, fill.kill_on_drop(true).output())
            .await
            .context("filling the region took too long")?
            .context("fleet-server is needed")
            .and_then(|filled| {
                ensure!(
                    filled.status.success(),
                    "{}",
                    String::from_utf8_lossy(&filled.stderr)
                );
                Ok(())
            })
    }

    /// Somebody with a browser who has logged in with the token.
    pub async fn log_in(&self) -> Result<Reader> {
        let client = self.client()?;
        let form = format!("token={}", self.token);
        let answer = client
            .post(format!("{}/login", self.console))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await?;
        let cookie = answer.headers().get("set-cookie").context("a session")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Reader {
            client,
            console: self.console.clone(),
            cookie,
        })
    }

    /// The certificate authority that kits and tools trust.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("data/server-ca.pem")
    }

    /// The administrator's token, for the console's login page.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A one-time code for a kit of this name.
    pub async fn enrolment_code(&self, kit: &str) -> Result<String> {
        let answer = self.post("enrolment-codes", json!({ "kit": kit })).await?;
        Ok(answer["code"].as_str().context("an enrolment code")?.to_owned())
    }

    /// Books the only kit for a meeting that begins now.
    pub async fn reserve(&self, link: &str) -> Result<Value> {
        let kits = self.get("kits").await?;
        let kit = kits[0]["id"].clone();
        ensure!(kit.is_string(), "no kit is enrolled: {kits}");
        let starts = Timestamp::now() + SignedDuration::from_mins(5);
        let ends = starts + SignedDuration::from_hours(1);
        let title = "Ditt bokade SIP-möte";
        self.post(
            "reservations",
            json!({ "kit_id": kit, "title": title, "starts_at": starts, "ends_at": ends, "link": link }),
        )
        .await
    }

    /// The kits as the console's API lists them.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.ask(self.client()?.get(self.url(path))).await
    }

    /// The reservations as the console's API lists them.
    pub async fn reservations(&self) -> Result<Value> {
        self.get("reservations").await
    }

    /// The server goes away, as with a power cut.
    pub async fn stop(&mut self) -> Result<()> {
        self.server.kill().await.context("the server was running")
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(self.client()?.post(self.url(path)).json(&body)).await
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let answer = request.bearer_auth(&self.token).send().await?;
        let status = answer.status();
        #[expect(clippy::disallowed_methods, reason = "our own server's answer in a test")]
        let text = answer.text().await?;
        ensure!(status.is_success(), "{status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.console)
    }

    fn client(&self) -> Result<reqwest::Client> {
        // Another test of this process may have installed it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let authority = reqwest::Certificate::from_pem(&std::fs::read(self.authority())?)?;
        Ok(reqwest::Client::builder()
            .tls_certs_only([authority])
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?)
    }
}
