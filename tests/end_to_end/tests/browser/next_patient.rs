//! A second patient on the same kit: the portal does not know them, and nothing of the first is there.

use anyhow::Result;
use end_to_end::processes::until;
use kit_agent::meeting::browser::Remains;

use crate::world::{SOON, World, shown};

/// Keeps what it can in every way that a browser has, and tells what was there before.
const PAGE: &str = "cookie: patient-a
    <!doctype html><script>
      const tell = (what) => fetch('/tried?' + what);
      const before = localStorage.getItem('who') ?? 'nobody';
      localStorage.setItem('who', 'patient-a');
      caches.keys().then(async (kept) => {
        const databases = (await indexedDB.databases()).length;
        await (await caches.open('patient-a')).put('/kept', new Response('x'));
        const request = indexedDB.open('patient-a');
        request.onsuccess = () => tell(`${before}-${kept.length}-${databases}`);
      });
    </script>";

#[tokio::test]
async fn the_second_patients_browser_knows_nothing_of_the_first() -> Result<()> {
    let world = World::new().await?;
    let portal = &world.portal;
    portal.put("/", PAGE);
    portal.put("/again", PAGE);
    portal.put(
        "/first",
        format!("{PAGE}<script>setTimeout(() => {{ location.href = '/again' }}, 1000)</script>"),
    );
    let told = async |what: &str, times: usize| {
        let tried = format!("/tried?{what}");
        until(&tried, SOON, || async {
            (portal.times(&tried) == times).then_some(())
        })
        .await
    };
    // The first patient's own second page finds what the first one kept: so it would be found.
    let mut browser = world.open("/first", world.portal_login())?;
    shown(&mut browser).await?;
    told("nobody-0-0", 1).await?;
    told("patient-a-1-1", 1).await?;
    let came_with_a_cookie = |page: &str| {
        portal
            .cookies()
            .iter()
            .any(|sent| sent.starts_with(&format!("{page} ")))
    };
    assert!(
        came_with_a_cookie("/again"),
        "kept while the first patient was there"
    );
    assert_eq!(browser.close().await, Remains::Nothing);
    world.nothing_is_left()?;

    let mut browser = world.open("/", world.portal_login())?;
    shown(&mut browser).await?;
    told("nobody-0-0", 2).await?;
    assert!(!came_with_a_cookie("/"), "{:?}", portal.cookies());
    assert_eq!(browser.close().await, Remains::Nothing);
    world.nothing_is_left()
}
