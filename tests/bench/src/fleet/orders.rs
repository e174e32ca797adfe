//! From a person's act to the kit: commands are given through the REST API, and the time counts from the request until the
//! kit has its answer to the sync that the nudge made it begin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fleet_api::{CommandId, KitId};
use reqwest::Client;
use serde_json::{Value, json};

use super::crowd::Crowd;
use super::site::{Server, Site};

/// Pause between commands: 20 each second.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest wait for one of them.
const LIMIT: Duration = Duration::from_secs(30);

/// Gives `count` commands to kits all over the fleet; how many milliseconds each took.
pub(super) async fn give(site: &Site, server: &Server, crowd: &Arc<Crowd>, count: usize) -> Result<Vec<f64>> {
    let console = client(site)?;
    let mut given = Vec::with_capacity(count);
    let mut turn = tokio::time::interval(PAUSE);
    for number in 0..count {
        turn.tick().await;
        let kit = &site.kits[number * site.kits.len() / count];
        let begun = Instant::now();
        given.push((command(site, server, &console, kit.kit).await?, begun));
    }
    let mut took = Vec::with_capacity(count);
    for (command, begun) in given {
        let heard = crowd.when_heard(command, LIMIT).await?;
        took.push(heard.duration_since(begun).as_secs_f64() * 1000.0);
    }
    Ok(took)
}

async fn command(site: &Site, server: &Server, console: &Client, kit: KitId) -> Result<CommandId> {
    let url = format!("https://{}/api/v1/kits/{kit}/commands", server.console);
    let request = console.post(url).bearer_auth(site.token());
    let answer = request.json(&json!({ "kind": "run_self_test" })).send().await?;
    let status = answer.status();
    #[expect(clippy::disallowed_methods, reason = "the answer of the server under test")]
    let body: Value = answer.json().await?;
    ensure!(status.is_success(), "{status}: {body}");
    Ok(body["id"].as_str().context("a command's id")?.parse()?)
}

fn client(site: &Site) -> Result<Client> {
    // The other benches may have installed it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let authority = reqwest::Certificate::from_pem(&site.authority()?)?;
    Ok(Client::builder()
        .tls_certs_only([authority])
        .timeout(LIMIT)
        .no_proxy()
        .build()?)
}
