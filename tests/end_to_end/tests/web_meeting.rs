//! A meeting of a service that the kit does not speak natively: held in the locked browser, with the kit's own devices, and
//! silent at the media level while the sound goes by telephone.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use end_to_end::processes::until;
use end_to_end::site::{Authority, Site};
use end_to_end::sound_server::{MICROPHONE_OF_BROWSERS, Speaking};
use end_to_end::speech::Speaker;
use end_to_end::visit::{Place, SOON};

/// "Ljud via telefon" beside the stage, and "Ljud här igen".
const BY_TELEPHONE: (f64, f64) = (0.875, 0.746);
const SOUND_HERE: (f64, f64) = (0.2, 0.906);
/// "Hjälp" in the meeting; there "Läs upp" and "Tillbaka till mötet".
const HELP: (f64, f64) = (0.5, 0.906);
const READ_ALOUD: (f64, f64) = (0.1, 0.882);
const TO_MEETING: (f64, f64) = (0.5, 0.333);
/// How long nothing may be heard in either direction.
const SILENCE: Duration = Duration::from_secs(5);

/// Asks for the room's sound as such services do, says twice a second whether it hears any, and is heard itself. There is no
/// camera here: whether the page may use one is asked of the browser.
const MEETING: &str = "<!doctype html><body style='margin:0;background:#00a000;height:100vh'><script>
    const tell = (what) => fetch('/tried?' + what);
    const may = async (name) => tell(`${name}-${(await navigator.permissions.query({ name })).state}`);
    (async () => {
      await tell('came');
      await may('camera');
      await may('microphone');
      await tell('sharing-' + typeof navigator.mediaDevices.getDisplayMedia);
      const context = new AudioContext();
      const tone = new OscillatorNode(context, { frequency: 440 });
      tone.connect(new GainNode(context, { gain: 0.3 })).connect(context.destination);
      tone.start();
      const room = await navigator.mediaDevices.getUserMedia({ audio: true });
      const meter = new AnalyserNode(context);
      context.createMediaStreamSource(room).connect(meter);
      const samples = new Float32Array(meter.fftSize);
      setInterval(() => {
        meter.getFloatTimeDomainData(samples);
        tell(Math.max(...samples.map(Math.abs)) > 0.01 ? 'heard' : 'silent');
      }, 500);
    })().catch((error) => tell('failed-' + error.name));
  </script>";

async fn told(site: &Site, what: &str, times: usize) -> Result<()> {
    let tried = format!("/tried?{what}");
    let seen = until(&tried, SOON, || async {
        (site.times(&tried) >= times).then_some(())
    });
    seen.await.with_context(|| format!("{:?}", site.asked()))
}

/// A kit in the meeting, in a room where somebody speaks all the time.
async fn in_meeting() -> Result<(Place, Site, Speaking)> {
    let authority = Authority::new()?;
    let site = Site::start(&authority, "127.0.0.1").await?;
    site.put("/meet/rum-kaprifol", MEETING);
    let place = Place::open_on_the_web(&site.origin, "/meet/rum-kaprifol", authority.pem()).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let speaking = place.sound.speak(&patient)?;
    place.check_out().await?;
    place.pass_gates().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    told(&site, "heard", 3).await?;
    Ok((place, site, speaking))
}

/// From the meeting to a help page that is being read aloud.
async fn read_aloud(place: &Place) -> Result<()> {
    place.tap_and_see(HELP).await?;
    place.kit.shows("help", SOON).await?;
    // The screen stays as it is, so there is no effect to wait for.
    place.rest().await;
    place.display.tap(READ_ALOUD.0, READ_ALOUD.1).await
}

/// The next so many looks of the meeting at the room's sound, and nothing was heard meanwhile.
async fn nothing_heard(site: &Site, looks: usize) -> Result<()> {
    let heard = site.times("/tried?heard");
    told(site, "silent", site.times("/tried?silent") + looks).await?;
    ensure!(site.times("/tried?heard") == heard, "the meeting heard the room");
    Ok(())
}

#[tokio::test]
async fn reading_aloud_closes_the_microphone_and_what_is_chosen_meanwhile_holds() -> Result<()> {
    let (place, site, _speaking) = in_meeting().await?;
    read_aloud(&place).await?;
    place.sound.until_closed(MICROPHONE_OF_BROWSERS, SOON).await?;
    // What was on its way when it closed.
    told(&site, "silent", site.times("/tried?silent") + 1).await?;
    nothing_heard(&site, 6).await?;
    // It has come to its end: the room is heard again, and nobody was taken out of the meeting for it.
    let heard = site.times("/tried?heard");
    told(&site, "heard", heard + 3).await?;
    assert_eq!(site.times("/tried?came"), 1);
    place.tap_and_see(TO_MEETING).await?;

    read_aloud(&place).await?;
    place.tap_and_see(TO_MEETING).await?;
    place.tap_and_see(BY_TELEPHONE).await?;
    told(&site, "came", 2).await?;
    told(&site, "silent", site.times("/tried?silent") + 1).await?;
    // Longer than the voice speaks.
    nothing_heard(&site, 24).await?;
    assert_eq!(
        site.times("/tried?microphone-granted"),
        1,
        "no page may use the microphone"
    );
    Ok(())
}

#[tokio::test]
async fn a_meeting_on_the_web_hears_the_room_and_is_heard_until_the_sound_goes_by_telephone() -> Result<()> {
    let (place, site, _speaking) = in_meeting().await?;
    told(&site, "camera-granted", 1).await?;
    told(&site, "microphone-granted", 1).await?;
    told(&site, "sharing-undefined", 1).await?;
    place.sound.until_heard(SOON).await?;
    let shot = place.display.shot().await?;
    let middle = (shot.height * 4 / 10 * shot.width + shot.width / 2) as usize * 4;
    assert_eq!(
        shot.rgba[middle..middle + 3],
        [0, 0xa0, 0],
        "the meeting's page is seen"
    );

    place.tap_and_see(BY_TELEPHONE).await?;
    told(&site, "came", 2).await?;
    told(&site, "silent", site.times("/tried?silent") + 2).await?;
    let before = (site.times("/tried?heard"), site.times("/tried?silent"));
    let played = place.sound.record(SILENCE, place.folder.path()).await?;
    let after = (site.times("/tried?heard"), site.times("/tried?silent"));
    assert_eq!(after.0, before.0, "the meeting heard the room");
    assert!(
        after.1 > before.1 + 3,
        "the meeting went on: {before:?} {after:?}"
    );
    assert_eq!(
        site.times("/tried?microphone-granted"),
        1,
        "no page may use the microphone"
    );
    let samples = std::fs::read(played)?.split_off(44);
    assert!(samples.len() > 400_000, "five seconds were listened to");
    assert!(
        samples.iter().all(|byte| *byte == 0),
        "something was played in the room"
    );

    let heard = site.times("/tried?heard");
    place.tap_and_see(SOUND_HERE).await?;
    told(&site, "came", 3).await?;
    told(&site, "heard", heard + 3).await?;
    place.sound.until_heard(SOON).await
}
