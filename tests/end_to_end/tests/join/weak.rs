//! Calls over weak links, emulated at the node's socket: sound stays or comes back, and our picture makes room for it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::join::{Join, NAME};
use lab::link::{LinkSettings, Profile};
use lab::node::RoomSettings;
use serde_json::Value;

use super::{ALIAS, Meeting, SOON};

/// Opus sends a packet each 20 ms.
const PACKETS_PER_SECOND: f64 = 50.0;
/// How long the congestion control may take to find a new link's rate.
const SETTLES: Duration = Duration::from_secs(8);
/// After a poor link str0m probes each 15 s, and each probe doubles the estimate at most.
const RECOVERS: Duration = Duration::from_secs(90);
/// How long is measured then.
const MEASURED: Duration = Duration::from_secs(8);

/// What came through the link in [`MEASURED`].
#[derive(Debug)]
struct Through {
    /// Share of their sound that reached the kit, 0..=1.
    heard: f64,
    /// Share of the kit's sound that reached the node, 0..=1.
    told: f64,
    /// What the kit thought its uplink carries at the least, kbit/s.
    least_estimate: f64,
    /// What the kit sent in the mean, kbit/s.
    sent: f64,
}

struct Call {
    meeting: Meeting,
    kit: Join,
}

impl Call {
    async fn open() -> Result<Self> {
        let meeting = Meeting::open(RoomSettings::default()).await?;
        let kit = meeting.join("")?;
        meeting.both_see_and_hear(&kit).await?;
        Ok(Self { meeting, kit })
    }

    fn set_link(&self, profile: Profile) -> Result<()> {
        let control = self.meeting.node.control();
        let room = control.room(ALIAS)?;
        let kit = room.named(NAME).context("the kit is not in the room")?;
        let link = LinkSettings {
            profile,
            // The same luck each time.
            seed: Some(7),
            ..LinkSettings::default()
        };
        Ok(control.set_link(ALIAS, &kit.uuid, &link)?)
    }

    /// The first figures after `pause`.
    async fn figures_after(&self, pause: Duration) -> Result<Value> {
        let now = self.kit.lines()?.last().and_then(|line| line["ms"].as_u64());
        let due = now.context("it runs")? + u64::try_from(pause.as_millis())?;
        let at = |line: &Value| line["event"] == "stats" && line["ms"].as_u64() >= Some(due);
        self.kit.until("further figures", 0, pause + SOON, at).await
    }

    /// Lets the link settle, then measures.
    async fn measure(&self) -> Result<Through> {
        let first = self.figures_after(SETTLES).await?;
        let told_before = self.meeting.call()?.audio_in.packets;
        let from = self.kit.now()?;
        let last = self.figures_after(MEASURED).await?;
        let told = self.meeting.call()?.audio_in.packets - told_before;
        let seconds = (number(&last["ms"]) - number(&first["ms"])) / 1000.0;
        let due = seconds * PACKETS_PER_SECOND;
        let received = |line: &Value| number(&line["data"]["audio_packets_received"]);
        let between: Vec<Value> = self.kit.lines()?.into_iter().skip(from).collect();
        let figures = |name: &str| -> Vec<f64> {
            let stats = between.iter().filter(|line| line["event"] == "stats");
            stats.map(|line| number(&line["data"][name])).collect()
        };
        let sent = figures("send_kbps");
        Ok(Through {
            heard: (received(&last) - received(&first)) / due,
            told: f64::from(u32::try_from(told)?) / due,
            least_estimate: figures("estimate_kbps").into_iter().fold(f64::MAX, f64::min),
            sent: sent.iter().sum::<f64>() / f64::from(u32::try_from(sent.len())?),
        })
    }

    /// Back on a good link the estimate rises, and the picture with it.
    async fn recovers(&self) -> Result<()> {
        self.set_link(Profile::Perfect)?;
        let from = self.kit.now()?;
        self.kit
            .until_figures("a higher estimate", from, RECOVERS, |figures| {
                number(&figures["estimate_kbps"]) > 300.0
            })
            .await?;
        self.meeting.both_see_and_hear(&self.kit).await
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// A call that meets a weak link and then a good one again.
async fn through(profile: Profile) -> Result<Through> {
    let call = Call::open().await?;
    call.set_link(profile)?;
    let through = call.measure().await?;
    call.recovers().await.with_context(|| format!("{through:?}"))?;
    Ok(through)
}

#[tokio::test]
async fn weak_lte_carries_sound_and_a_picture() -> Result<()> {
    let through = through(Profile::WeakLte).await?;
    assert!(through.heard > 0.9 && through.told > 0.85, "{through:?}");
    assert!(through.least_estimate < 800.0, "the uplink's rate: {through:?}");
    assert!(through.sent < 1_000.0, "the link is not flooded: {through:?}");
    Ok(())
}

#[tokio::test]
async fn edge_carries_sound() -> Result<()> {
    let through = through(Profile::Edge).await?;
    assert!(through.heard > 0.9 && through.told > 0.8, "{through:?}");
    assert!(through.least_estimate < 90.0, "the uplink's rate: {through:?}");
    assert!(through.sent < 150.0, "our picture gives way: {through:?}");
    Ok(())
}

/// 2.5 s of every 12 s nothing passes at all.
#[tokio::test]
async fn a_tunnel_interrupts_and_sound_comes_back() -> Result<()> {
    let through = through(Profile::Tunnel).await?;
    assert!(through.heard > 0.6 && through.told > 0.6, "{through:?}");
    Ok(())
}

#[tokio::test]
async fn a_handover_costs_less_than_a_second() -> Result<()> {
    let through = through(Profile::Handover).await?;
    assert!(through.heard > 0.9 && through.told > 0.85, "{through:?}");
    Ok(())
}
