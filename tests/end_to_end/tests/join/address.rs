//! The tablet's address changes in the middle of a call: another one on the same network, or from Wi-Fi to mobile.

use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::join::{Join, NAME};
use end_to_end::namespace::{Link, Tablet};
use end_to_end::processes::until;
use lab::node::{MediaFigures, NodeConfig, RoomSettings};

use super::{ALIAS, Meeting, SOON};

/// Longest gap of sound that a change may make.
const GAP: Duration = Duration::from_secs(8);

/// A tablet in a call; its process must end before its network does.
struct Place {
    kit: Join,
    meeting: Meeting,
    tablet: Tablet,
}

impl Place {
    async fn open() -> Result<Self> {
        let tablet = Tablet::new().await?;
        let config = NodeConfig {
            listen: (tablet.gateway(), 0).into(),
            media_ip: tablet.gateway().into(),
            ..NodeConfig::default()
        };
        let meeting = Meeting::open_at(config, RoomSettings::default()).await?;
        let kit = Join::start_in(Some(tablet.name()), &meeting.link(), meeting.node.ca_pem())?;
        meeting.both_see_and_hear(&kit).await?;
        Ok(Self { kit, meeting, tablet })
    }

    fn seat(&self) -> Result<String> {
        let room = self.meeting.node.control().room(ALIAS)?;
        Ok(room.named(NAME).context("the kit left the room")?.uuid.clone())
    }

    /// Sound goes both ways again within [`GAP`], in the same call and on the same seat, which is the same token.
    async fn comes_back(&self, before: &MediaFigures, seat: &str) -> Result<()> {
        until("a restarted path", SOON, || async {
            let call = self.meeting.call().ok()?;
            (call.ice_restarts > before.ice_restarts).then_some(())
        })
        .await
        .with_context(|| self.kit.log())?;
        let restarted = self.meeting.call()?;
        until("sound of the kit", GAP, || async {
            let call = self.meeting.call().ok()?;
            (call.audio_in.loud_frames > restarted.audio_in.loud_frames + 20).then_some(())
        })
        .await
        .with_context(|| self.kit.log())?;
        self.meeting.both_see_and_hear(&self.kit).await?;
        assert_eq!(self.meeting.call()?.call_uuid, before.call_uuid, "the same call");
        assert_eq!(self.seat()?, seat, "the same token");
        Ok(())
    }
}

#[tokio::test]
async fn another_address_on_the_same_network() -> Result<()> {
    let place = Place::open().await?;
    let (before, seat) = (place.meeting.call()?, place.seat()?);
    place.tablet.lose_address(Link::Wifi, 2).await?;
    place.tablet.connect(Link::Wifi, 3).await?;
    place.comes_back(&before, &seat).await
}

#[tokio::test]
async fn from_wifi_to_mobile() -> Result<()> {
    let place = Place::open().await?;
    let (before, seat) = (place.meeting.call()?, place.seat()?);
    place.tablet.connect(Link::Mobile, 2).await?;
    place.tablet.disconnect(Link::Wifi).await?;
    place.comes_back(&before, &seat).await
}

#[tokio::test]
async fn no_address_for_five_seconds() -> Result<()> {
    let place = Place::open().await?;
    let (before, seat) = (place.meeting.call()?, place.seat()?);
    let from = place.kit.now()?;
    place.tablet.lose_address(Link::Wifi, 2).await?;
    place
        .kit
        .until("calling again", from, SOON, |line| {
            line["event"] == "reconnecting"
        })
        .await?;
    place.tablet.connect(Link::Wifi, 3).await?;
    place
        .kit
        .until("recovery", from, SOON, |line| line["event"] == "recovered")
        .await?;
    place.meeting.both_see_and_hear(&place.kit).await?;
    assert_eq!(place.seat()?, seat, "the same token");
    assert!(place.meeting.call()? != before);
    Ok(())
}
