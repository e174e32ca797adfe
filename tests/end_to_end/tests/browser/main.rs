//! The kit's locked browser, with the real Chromium, against pages that try to get out.
//!
//! The site that must not be reached counts every connection and datagram: what is asked of it is *none*. What a page
//! tried is asked for as well, so that a page that did nothing cannot pass.

mod next_patient;
mod outcomes;
mod windows;
mod world;

use anyhow::{Context as _, Result};
use end_to_end::processes::{output, until};
use kit_agent::meeting::browser::{BrowserEvent, Remains};
use tokio::process::Command;

use self::world::{SOON, World, on_tap, processes_in, shown, tapped, tried};

/// Everything that a page can try by itself. Each try that ends is told to the portal.
fn hostile(elsewhere: &str, host: &str) -> String {
    format!(
        "<!doctype html><title>x</title>
        <link rel=preconnect href='{elsewhere}'><link rel=dns-prefetch href='{elsewhere}'><link rel=prefetch href='{elsewhere}/prefetch'>
        <link rel=stylesheet href='{elsewhere}/css' onerror=\"tell('css')\"><link rel=icon href='{elsewhere}/icon'>
        <script>
          const tell = (what) => fetch('/tried?' + what);
          const no = (what) => () => tell(what);
        </script>
        <img src='{elsewhere}/img' onerror=\"tell('img')\"><video src='{elsewhere}/video'></video>
        <iframe src='{elsewhere}/iframe'></iframe><iframe src='data:text/html,<img src={elsewhere}/inner>'></iframe>
        <iframe name=f></iframe><form target=f method=post action='{elsewhere}/form'></form>
        <script src='{elsewhere}/script.js' onerror=\"tell('script')\"></script>
        <script>
          fetch('{elsewhere}/fetch', {{ mode: 'no-cors' }}).catch(no('fetch'));
          const request = new XMLHttpRequest(); request.onerror = no('xhr'); request.open('GET', '{elsewhere}/xhr'); request.send();
          navigator.sendBeacon('{elsewhere}/beacon', 'x');
          new WebSocket('wss://{host}/socket').onerror = no('socket');
          new EventSource('{elsewhere}/events').onerror = no('events');
          document.forms[0].submit();
          if (typeof RTCPeerConnection === 'undefined') tell('no-calls');
          else {{
            const call = new RTCPeerConnection({{ iceServers: [{{ urls: ['stun:{host}', 'turn:{host}?transport=tcp'],
              username: 'a', credential: 'b' }}] }});
            call.createDataChannel('x'); call.createOffer().then((offer) => call.setLocalDescription(offer));
          }}
          new Worker('/worker.js').onmessage = (said) => tell(said.data);
          navigator.serviceWorker.register('/service.js').then(no('service'), no('service-refused'));
          caches.open('x').then((cache) => cache.add('{elsewhere}/cache')).catch(no('cache'));
        </script>"
    )
}

const TRIES: [&str; 11] = [
    "css", "img", "script", "fetch", "xhr", "socket", "events", "no-calls", "worker", "service", "cache",
];

#[tokio::test]
async fn no_request_of_a_page_reaches_a_host_that_is_not_on_the_list() -> Result<()> {
    let world = World::new().await?;
    let (elsewhere, host) = (&world.elsewhere.origin, world.elsewhere.address.to_string());
    world.portal.put("/", hostile(elsewhere, &host));
    let worker = format!(
        "fetch('{elsewhere}/from-worker', {{ mode: 'no-cors' }}).catch(() => postMessage('worker'));
         new WebSocket('wss://{host}/from-worker');"
    );
    world.portal.put("/worker.js", worker);
    let service = format!(
        "fetch('{elsewhere}/from-service', {{ mode: 'no-cors' }}).catch(() => fetch('/tried?in-service'))"
    );
    world.portal.put("/service.js", service);

    let mut browser = world.open("/", world.portal_login())?;
    shown(&mut browser).await?;
    for what in TRIES.into_iter().chain(["in-service"]) {
        let tried = format!("/tried?{what}");
        until(&tried, SOON, || async {
            (world.portal.times(&tried) > 0).then_some(())
        })
        .await
        .with_context(|| format!("{:?}", world.portal.asked()))?;
    }
    world.nobody_went_elsewhere();
    assert!(
        !processes_in(&world.home()?)?.is_empty(),
        "the search for processes finds them"
    );
    assert_eq!(browser.close().await, Remains::Nothing);
    world.nothing_is_left()
}

#[tokio::test]
async fn a_tap_opens_no_other_window_and_leads_to_no_other_kind_of_page() -> Result<()> {
    let world = World::new().await?;
    let (elsewhere, portal) = (&world.elsewhere.origin, &world.portal);
    let tries = [
        format!("window.open('{elsewhere}/popup')"),
        format!("location.href = '{elsewhere}/page'"),
        "location.href = URL.createObjectURL(new Blob(['<p>x'], { type: 'text/html' }))".to_owned(),
        format!("location.href = `javascript:location.assign('{elsewhere}/by-javascript')`"),
        format!("const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url={elsewhere}/refreshed';
            document.head.append(m)"),
    ];
    for (number, what) in tries.iter().enumerate() {
        portal.put(&format!("/{number}"), on_tap(what));
    }
    // Nobody is told of these: Chromium itself refuses them, or they have no effect.
    let quiet = "fetch('/tried?quiet'); const a = document.createElement('a'); a.href = '/file'; a.download = 'x'; a.click();
        for (const odd of ['file:///etc/passwd', 'data:text/html,x', 'view-source:https://127.0.0.1/', 'chrome://version',
          'filesystem:https://127.0.0.1/temporary/x']) try { location.href = odd } catch {}
        print(); document.documentElement.requestFullscreen().catch(() => fetch('/tried?fullscreen'));
        const f = document.createElement('input'); f.type = 'file'; f.click();
        location.href = 'bankid:///?autostarttoken=x'";
    portal.put("/quiet", on_tap(quiet));
    portal.put("/file", "download: secret");

    for (number, what) in tries.iter().enumerate() {
        let mut browser = world.open(&format!("/{number}"), world.portal_login())?;
        shown(&mut browser).await?;
        let told = tapped(&world, &mut browser).await;
        let told = told.with_context(|| what.clone())?;
        assert!(matches!(told, BrowserEvent::PageRefused), "{what}: {told:?}");
        world.one_window().await?;
        assert_eq!(browser.close().await, Remains::Nothing);
    }

    let mut browser = world.open("/quiet", world.portal_login())?;
    shown(&mut browser).await?;
    world.tap_until_tried("quiet").await?;
    tried(portal, "fullscreen").await?;
    let home = world.home()?;
    world.one_window().await?;
    assert!(
        !output(Command::new("find").arg(&home).args(["-name", "fil*.txt*"]))
            .await?
            .contains("fil")
    );
    assert_eq!(browser.close().await, Remains::Nothing);

    world.nobody_went_elsewhere();
    world.nothing_is_left()
}
