//! Open pages hear that something within reach has changed: soon, by whichever server, and no longer than the login lasts.

use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, COOKIE},
};
use tokio::time::timeout;

use crate::{
    cluster::Cluster,
    common::{Site, TestServer, event},
    faults::reported,
    visitor::Visitor,
};
use fleet_api::Fault;

const SOON: Duration = Duration::from_secs(10);
/// Longer than the shortest pause between two words.
const A_WHILE: Duration = Duration::from_secs(4);

/// An open page.
struct Page(Response);

impl Page {
    async fn open(site: &Site, visitor: &Visitor) -> Self {
        let request = site.http(None).get(format!("{}/live", site.console));
        let response = request.header(COOKIE, visitor.cookie()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
        let mut page = Self(response);
        // Watching has begun when the first look is over; a change before it would go unnoticed. What happened shortly before
        // may still be told, by another server a second later.
        while timeout(Duration::from_millis(1_500), page.word()).await.is_ok() {}
        page
    }

    /// The next word but the heartbeat; none at the end.
    async fn word(&mut self) -> Option<String> {
        loop {
            let chunk = timeout(SOON, self.0.chunk()).await.expect("a word or the end");
            let chunk = chunk.ok().flatten()?;
            let text = String::from_utf8(chunk.to_vec()).unwrap();
            if text.starts_with("event: ") {
                return Some(text.lines().next().unwrap().replace("event: ", ""));
            }
        }
    }

    async fn hears_nothing(&mut self, time: Duration) {
        assert!(timeout(time, self.word()).await.is_err(), "something was said");
    }
}

#[tokio::test]
async fn a_page_hears_of_its_own_kits_and_of_nobody_elses() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let stranger = server.other_tenant().await;
    let (theirs, visitor) = (Visitor::log_in(&stranger).await, server.log_in().await);
    let mut foreign = Page::open(&stranger, &theirs).await;
    let mut page = Page::open(&server.site, &visitor).await;

    kit.sync(vec![event(1, reported(Fault::HearNothing))]).await;
    assert_eq!(
        page.word().await.as_deref(),
        Some("changed"),
        "a kit has reported"
    );
    server.site.reserve(kit.enrolled.kit, 2).await;
    assert_eq!(
        page.word().await.as_deref(),
        Some("changed"),
        "a visit was booked"
    );
    // A look is recorded, but it changes nothing: pages would set each other off for ever.
    visitor.get("/audit").await;
    page.hears_nothing(A_WHILE).await;
    foreign.hears_nothing(Duration::from_millis(10)).await;

    visitor.post("/logout", "").await;
    assert_eq!(page.word().await, None, "the login is over");
}

#[tokio::test]
async fn a_browser_keeps_some_of_its_few_connections_for_everything_else() {
    let server = TestServer::start().await;
    let visitor = server.log_in().await;
    let mut first = Page::open(&server.site, &visitor).await;
    // A page that was left does not count.
    drop(Page::open(&server.site, &visitor).await);
    let second = Page::open(&server.site, &visitor).await;
    let third = Page::open(&server.site, &visitor).await;
    first.hears_nothing(Duration::from_millis(100)).await;
    let fourth = Page::open(&server.site, &visitor).await;
    assert_eq!(first.word().await.as_deref(), Some("retired"));
    assert_eq!(first.word().await, None);
    drop((second, third, fourth));
}

#[tokio::test]
async fn a_page_at_one_server_hears_of_what_happens_at_another() {
    let one = TestServer::start_on(Some(Cluster::with_tables().await)).await;
    let (other, at_other) = one.another().await;
    let kit = one.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let visitor = Visitor::log_in(&at_other).await;
    let mut page = Page::open(&at_other, &visitor).await;
    one.site.reserve(kit, 2).await;
    assert_eq!(page.word().await.as_deref(), Some("changed"));
    other.stop().await;
    one.server.stop().await;
}
