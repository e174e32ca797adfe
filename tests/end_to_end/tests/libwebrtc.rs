//! The kit's transport directly against libwebrtc (Chromium), without any code of the lab in between.
//!
//! So that agent and lab do not only agree with each other (issue "a visit from end to end", point 4).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use end_to_end::judge;
use end_to_end::witness::Witness;
use kit_agent::media::port::Codec;
use kit_agent::media::studio::{
    Camera, GstStudio, Microphone, Picture, PictureSink, Screens, Speaker, StudioConfig,
};
use kit_agent::media::transport::{RtcCall, RtcMedia};
use kit_agent::media::{Call as _, CallEvent, CallSetup, CallStats, Media as _, OfferKind};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

const PATIENCE: Duration = Duration::from_secs(30);

/// The latest picture that a screen was given.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Option<Rows>>>);

/// Width, height, and RGBA rows without gaps.
type Rows = (u32, u32, Vec<u8>);

impl Shown {
    fn sink(&self) -> PictureSink {
        let shown = self.clone();
        Arc::new(move |picture: Picture<'_>| {
            let row = 4 * picture.width as usize;
            let rows = picture.bytes.chunks(picture.stride).take(picture.height as usize);
            let bytes = rows.flat_map(|r| &r[..row]).copied().collect();
            *shown.0.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((picture.width, picture.height, bytes));
        })
    }

    /// The marks in it; none before the first picture.
    async fn marks(&self) -> Result<Vec<judge::Mark>> {
        let picture = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match picture {
            Some((width, height, rgba)) => judge::marks(&rgba, width, height).await,
            None => Ok(Vec::new()),
        }
    }
}

struct Kit {
    // Devices stay open as long as the studio lives.
    _studio: Arc<GstStudio>,
    call: RtcCall,
    stage: Shown,
    slides: Shown,
}

impl Kit {
    fn open() -> Result<Self> {
        Self::open_with(Codec::Vp8)
    }

    /// With H.264 the studio takes the hardware's encoder, and openh264 where there is none.
    fn open_with(picture: Codec) -> Result<Self> {
        // Another test of this process may have installed it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (stage, slides) = (Shown::default(), Shown::default());
        let screens = Screens {
            stage: stage.sink(),
            slides: slides.sink(),
            ..Screens::none()
        };
        let config = StudioConfig {
            camera: Camera::TestPicture,
            microphone: Microphone::TestTone,
            speaker: Speaker::Silent,
            // Two cores carry Chromium, the kit and perhaps a compiler.
            lines: 360,
            ..StudioConfig::default()
        };
        let studio = Arc::new(GstStudio::open(&config, screens)?);
        let tls = rustls::ClientConfig::builder()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let media = RtcMedia::new(studio.clone(), Arc::new(tls), picture == Codec::H264);
        let call = media.start(CallSetup::default())?;
        Ok(Self {
            _studio: studio,
            call,
            stage,
            slides,
        })
    }

    /// Offers, has Chromium answer, and passes our candidates on.
    async fn negotiate(&mut self, far: &mut Witness, kind: OfferKind) -> Result<()> {
        let offer = self.call.offer(kind).await?;
        let answer = far.ask("answer", json!({ "sdp": offer })).await?;
        self.call
            .accept(answer["sdp"].as_str().context("an answer has an sdp")?)
            .await?;
        if matches!(kind, OfferKind::Slides(_)) {
            return Ok(());
        }
        while let CallEvent::LocalCandidate {
            candidate: Some(candidate),
            mid,
            ufrag,
        } = self
            .until(|event| matches!(event, CallEvent::LocalCandidate { .. }))
            .await?
        {
            far.ask(
                "candidate",
                json!({ "candidate": candidate, "mid": mid, "ufrag": ufrag }),
            )
            .await?;
        }
        Ok(())
    }

    async fn until(&mut self, accept: impl Fn(&CallEvent) -> bool) -> Result<CallEvent> {
        let end = Instant::now() + PATIENCE;
        loop {
            let event = timeout_at(end, self.call.next_event())
                .await
                .context("the event did not come")?;
            match event.context("the call ended")? {
                CallEvent::Failed(reason) => bail!("the call failed: {reason}"),
                event if accept(&event) => return Ok(event),
                _ => {}
            }
        }
    }

    async fn until_stats(&mut self, accept: impl Fn(&CallStats) -> bool) -> Result<CallStats> {
        match self
            .until(|e| matches!(e, CallEvent::Stats(stats) if accept(stats)))
            .await?
        {
            CallEvent::Stats(stats) => Ok(*stats),
            _ => unreachable!("only figures pass"),
        }
    }
}

#[tokio::test]
async fn sound_and_picture_flow_both_ways() -> Result<()> {
    let mut far = Witness::start("direct/answer.mjs", &["--tone", "700", "--name", "Anna"]).await?;
    let mut kit = Kit::open()?;

    kit.negotiate(&mut far, OfferKind::Initial).await?;
    kit.until(|e| *e == CallEvent::Connected).await?;
    kit.until(|e| *e == CallEvent::FirstFrame).await?;

    let ours = kit
        .until_stats(|s| s.frames_decoded > 40 && s.recv_level_db > -40.0)
        .await?;
    let before = kit.stage.marks().await?;
    assert_eq!(
        before.len(),
        1,
        "the far end's mark is in the picture: {before:?}"
    );
    kit.until_stats(|s| s.frames_decoded > ours.frames_decoded + 10)
        .await?;
    let after = kit.stage.marks().await?;
    assert_eq!(after[0].id, before[0].id);
    assert!(
        after[0].counter > before[0].counter,
        "the picture moves: {before:?}, then {after:?}"
    );

    let theirs = far
        .until_stats(|s| {
            s["in"]["video"]["frames_decoded"]
                .as_u64()
                .is_some_and(|n| n > 30)
                && s["level_db"].as_f64().is_some_and(|db| db > -40.0)
        })
        .await?;
    assert!(theirs["in"]["video"]["width"].as_u64() >= Some(320), "{theirs}");
    Ok(())
}

/// Where this machine has no hardware encoder, openh264 stands in for it. 200 frames, so that the quality ladder changes
/// the picture's size on the way.
#[tokio::test]
async fn our_picture_goes_as_h264_where_the_tablet_encodes_it() -> Result<()> {
    let mut far = Witness::start("direct/answer.mjs", &["--tone", "700"]).await?;
    let mut kit = Kit::open_with(Codec::H264)?;
    kit.negotiate(&mut far, OfferKind::Initial).await?;
    kit.until(|e| *e == CallEvent::Connected).await?;

    let theirs = far
        .until_stats(|s| {
            s["in"]["video"]["frames_decoded"]
                .as_u64()
                .is_some_and(|n| n > 200)
        })
        .await?;
    let video = &theirs["in"]["video"];
    assert_eq!(video["codec"], "video/H264", "{theirs}");
    assert!(video["width"].as_u64() >= Some(320), "{theirs}");
    assert!(
        video["plis"].as_u64() < Some(20),
        "a keyframe is not asked for each time: {theirs}"
    );
    Ok(())
}

#[tokio::test]
async fn an_ice_restart_moves_the_call_to_fresh_sockets() -> Result<()> {
    let mut far = Witness::start("direct/answer.mjs", &["--tone", "700"]).await?;
    let mut kit = Kit::open()?;
    kit.negotiate(&mut far, OfferKind::Initial).await?;
    kit.until(|e| *e == CallEvent::Connected).await?;
    let before = kit.until_stats(|s| s.frames_decoded > 10).await?;

    kit.negotiate(&mut far, OfferKind::IceRestart).await?;
    kit.until(|e| *e == CallEvent::Connected).await?;

    let after = kit
        .until_stats(|s| s.frames_decoded > before.frames_decoded + 30)
        .await?;
    assert!(
        after.audio_packets_received > before.audio_packets_received + 50,
        "{after:?}"
    );
    Ok(())
}

#[tokio::test]
async fn slides_come_on_a_line_of_their_own() -> Result<()> {
    let mut far = Witness::start("direct/answer.mjs", &["--tone", "700"]).await?;
    let mut kit = Kit::open()?;
    kit.negotiate(&mut far, OfferKind::Initial).await?;
    kit.until_stats(|s| s.frames_decoded > 5).await?;

    far.ask("present", json!({ "on": true })).await?;
    kit.negotiate(&mut far, OfferKind::Slides(true)).await?;

    let end = Instant::now() + PATIENCE;
    let slide = loop {
        if let Some(mark) = kit.slides.marks().await?.first() {
            break *mark;
        }
        assert!(Instant::now() < end, "no slide was shown");
        kit.until_stats(|_| true).await?;
    };
    assert_eq!(slide.id, 15, "slides carry the mark of slides");
    Ok(())
}

#[tokio::test]
async fn silence_of_the_network_is_noticed_and_its_end_too() -> Result<()> {
    let mut far = Witness::start("direct/answer.mjs", &["--tone", "700"]).await?;
    let mut kit = Kit::open()?;
    kit.negotiate(&mut far, OfferKind::Initial).await?;
    kit.until_stats(|s| s.frames_decoded > 5).await?;

    far.ask("send", json!({ "on": false })).await?;
    kit.until(|e| *e == CallEvent::PathLost).await?;
    far.ask("send", json!({ "on": true })).await?;
    kit.until(|e| *e == CallEvent::PathBack).await?;
    Ok(())
}
