//! What both ends see of a visit: the kit by its journal, the node and the fleet server by what they say; and what comes between
//! the ends.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context as _, Result};
use lab::link::{LinkSettings, OutageSettings};
use lab::node::ParticipantStatus;
use serde_json::Value;

use super::{Place, SOON};
use crate::processes::until;

impl Place {
    /// The reservation as the server knows it, once it has the wipe's receipt.
    pub async fn receipt_at_server(&self) -> Result<Value> {
        until("the receipt at the server", SOON, || async {
            let booked = self.fleet.reservations().await.ok()?[0].clone();
            (booked["wiped"] == true).then_some(booked)
        })
        .await
    }

    /// The server's trail has what was signed for as clean on the kit: after the visit before this one, and before this one.
    pub async fn signatures_at_server(&self) -> Result<()> {
        until("the signatures at the server", SOON, || async {
            let trail = self.fleet.get("audit?limit=200").await.ok()?;
            let of_the_kit = trail.as_array()?.iter().filter(|entry| {
                entry["actor"]
                    .as_str()
                    .is_some_and(|actor| actor.starts_with("kit "))
            });
            let events =
                of_the_kit.filter_map(|entry| serde_json::from_str::<Value>(entry["event"].as_str()?).ok());
            let signed = events.filter(|event| event["kind"] == "hygiene_signed");
            let phases: BTreeSet<String> = signed
                .filter_map(|event| Some(event["phase"].as_str()?.to_owned()))
                .collect();
            (phases.len() == 2).then_some(())
        })
        .await
    }

    /// The kit as the node sees it: the newest of its name, because one that was cut off stays until its token runs out.
    pub fn kit_at_node(&self) -> Result<ParticipantStatus> {
        let room = self.control().room(&self.alias)?;
        room.participants
            .into_iter()
            .rfind(|p| p.display_name.ends_with("– hemma"))
            .context("the kit is not in the room")
    }

    /// The kit has no path to the node for so long from now on, and with `signalling` cannot ask it anything either; waits
    /// until the kit says that it is calling again.
    pub async fn cut_off(&self, length: Duration, signalling: bool) -> Result<()> {
        let outage = OutageSettings {
            length_ms: u64::try_from(length.as_millis())?,
            signalling,
            ..OutageSettings::default()
        };
        let link = LinkSettings {
            outages: Some(outage),
            ..LinkSettings::default()
        };
        let (from, kit) = (self.kit.now()?, self.kit_at_node()?);
        self.control().set_link(&self.alias, &kit.uuid, &link)?;
        self.kit
            .until("calling again", from, SOON, |line| {
                line["data"]["screen"] == "reconnecting"
            })
            .await
            .map(drop)
    }

    /// Waits until the kit sees and hears: frames and sound at both ends.
    pub async fn both_see_and_hear(&self) -> Result<()> {
        let from = self.kit.now()?;
        self.kit
            .until("sound and picture at the kit", from, SOON, |line| {
                line["event"] == "figures"
                    && line["data"]["frames_decoded"].as_u64() > Some(5)
                    && line["data"]["recv_level_db"].as_f64() > Some(-55.0)
            })
            .await?;
        until("sound and picture of the kit at the node", SOON, || async {
            let call = self.kit_at_node().ok()?.call?;
            (call.video_in.frames > 5 && call.audio_in.packets > 50).then_some(())
        })
        .await
        .with_context(|| self.both_ends())
    }

    /// The call as both ends see it, for whoever must find out why it does not go.
    fn both_ends(&self) -> String {
        let figures = self.kit.journal().unwrap_or_default();
        let kit = figures.iter().rfind(|line| line["event"] == "figures");
        format!("at the node: {:#?}\nat the kit: {kit:#?}", self.kit_at_node())
    }

    /// Waits until the node hears somebody speak at the kit from now on.
    pub async fn the_kit_is_heard(&self) -> Result<()> {
        let loud = || Some(self.kit_at_node().ok()?.call?.audio_in.loud_frames);
        let before = loud().context("the kit has a call")?;
        until("speech from the kit at the node", SOON, || async {
            (loud()? > before + 20).then_some(())
        })
        .await
    }
}
