//! What every REST route promises: lists come page by page, what is read has an ETag, a change on what is no longer so is
//! refused. That a POST with a key is carried out once is shown in `requests`.

use std::collections::BTreeSet;

use fleet_api::KitId;
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Method, StatusCode,
    header::{ETAG, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH, LINK},
};
use serde_json::{Value, json};

use crate::common::{self, Site, TestServer, problem};

pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &HeaderName) -> String {
        let value = self.headers.get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    /// Path and query of the page after this one.
    pub(crate) fn next(&self) -> Option<String> {
        let link = self.header(&LINK);
        let (path, relation) = link.strip_prefix('<')?.split_once('>')?;
        assert_eq!(relation, "; rel=\"next\"");
        Some(path.to_owned())
    }
}

impl Site {
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self
            .http(None)
            .request(method, format!("{}{path}", self.console))
            .bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let headers = response.headers().clone();
        let (status, body) = common::read(response).await;
        Answer {
            status,
            headers,
            body,
        }
    }

    pub(crate) async fn see(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, &[(KEY, key)], Some(body)).await
    }
}

pub(crate) async fn a_kit(site: &Site) -> KitId {
    site.enrolled_kit("Kit 14").await.enrolled.kit
}

pub(crate) async fn rebook(site: &Site, path: &str, tag: &str, hours: i64) -> Answer {
    let starts_at = Timestamp::now() + SignedDuration::from_hours(hours);
    let body = json!({ "starts_at": starts_at, "ends_at": starts_at + SignedDuration::from_hours(1) });
    site.ask(Method::PATCH, path, &[(IF_MATCH, tag)], Some(&body))
        .await
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let server = TestServer::start().await;
    let (_, municipality) = server.municipality("Granö kommun").await;
    for number in 1..=7 {
        server.site.code(&format!("Kit {number}")).await;
        municipality.code(&format!("Kit {number}")).await;
    }
    let whole = server.site.see("/api/v1/kits").await;
    assert_eq!((whole.body.as_array().unwrap().len(), whole.next()), (14, None));

    let (mut read, mut next) = (Vec::new(), Some("/api/v1/kits?limit=4".to_owned()));
    let mut pages = 0;
    while let Some(path) = next {
        let page = server.site.see(&path).await;
        next = page.next();
        let Value::Array(kits) = page.body else {
            panic!("no list")
        };
        assert!(kits.len() == 4 || next.is_none());
        read.extend(kits);
        pages += 1;
        // Who comes and goes meanwhile neither hides nor repeats another.
        server.site.code(&format!("Kit 0{pages}")).await;
    }
    assert_eq!(pages, 4);
    let names = |kits: &[Value]| -> Vec<_> { kits.iter().map(|kit| kit["id"].to_string()).collect() };
    let of_before: BTreeSet<_> = names(whole.body.as_array().unwrap()).into_iter().collect();
    let read: Vec<_> = names(&read)
        .into_iter()
        .filter(|id| of_before.contains(id))
        .collect();
    assert_eq!(read, names(whole.body.as_array().unwrap()));

    for query in ["limit=0", "limit=201", "limit=many", "colour=red"] {
        let refused = server.site.see(&format!("/api/v1/kits?{query}")).await;
        assert_eq!(problem(&refused.body), "query", "{query}: {}", refused.status);
    }
    for query in ["cursor=*", "cursor=MQ"] {
        let refused = server.site.see(&format!("/api/v1/kits?{query}")).await;
        assert_eq!(problem(&refused.body), "cursor", "{query}: {}", refused.status);
    }
}

#[tokio::test]
async fn a_page_keeps_to_what_was_asked_for() {
    let server = TestServer::start().await;
    let kit = a_kit(&server.site).await;
    for hours in [2, 4, 6, 300] {
        server.site.reserve(kit, hours).await;
    }
    let soon = Timestamp::now() + SignedDuration::from_hours(24);
    let first = server
        .site
        .see(&format!("/api/v1/reservations?until={soon}&limit=2"))
        .await;
    let second = server.site.see(&first.next().unwrap()).await;
    assert_eq!(second.body.as_array().unwrap().len(), 1, "{}", second.body);
    assert_eq!(second.next(), None);
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let server = TestServer::start().await;
    let kit = a_kit(&server.site).await;
    let (_, made) = server.site.reserve(kit, 2).await;
    for path in [
        format!("/api/v1/reservations/{}", made["id"].as_str().unwrap()),
        "/api/v1/reservations".to_owned(),
        "/api/v1/openapi.json".to_owned(),
    ] {
        let whole = server.site.see(&path).await;
        let tag = whole.header(&ETAG);
        let again = server
            .site
            .ask(Method::GET, &path, &[(IF_NONE_MATCH, &*tag)], None)
            .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!((again.header(&ETAG), again.body), (tag.clone(), json!("")));
        let head = server.site.ask(Method::HEAD, &path, &[], None).await;
        assert_eq!(
            (head.status, head.header(&ETAG), head.body),
            (StatusCode::OK, tag, json!(""))
        );
    }
    let list = server.site.see("/api/v1/reservations").await;
    server.site.reserve(kit, 4).await;
    let tag = list.header(&ETAG);
    let known = [(IF_NONE_MATCH, &*tag)];
    let changed = server
        .site
        .ask(Method::GET, "/api/v1/reservations", &known, None)
        .await;
    assert_eq!(changed.status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_who_saw_the_same_one_changes_it() {
    let server = TestServer::start().await;
    let kit = a_kit(&server.site).await;
    let (_, made) = server.site.reserve(kit, 2).await;
    let path = format!("/api/v1/reservations/{}", made["id"].as_str().unwrap());
    for round in 1..=8 {
        let seen = server.site.see(&path).await.header(&ETAG);
        let (one, other) = tokio::join!(
            rebook(&server.site, &path, &seen, 10 * round),
            rebook(&server.site, &path, &seen, 10 * round + 5),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", one.body, other.body);
        let refused = if one.status == StatusCode::OK { other } else { one };
        assert_eq!(problem(&refused.body), "changed");
    }
    let missing = format!("/api/v1/reservations/{}", uuid::Uuid::now_v7());
    let refused = rebook(&server.site, &missing, "*", 2).await;
    assert_eq!(
        refused.status,
        StatusCode::PRECONDITION_FAILED,
        "nothing matches what is not there"
    );
}

#[tokio::test]
async fn what_changes_beside_a_thing_does_not_refuse_its_change() {
    let server = TestServer::start().await;
    let (tenant, site) = server.municipality("Granö kommun").await;
    let path = format!("/api/v1/municipalities/{tenant}/follow-up-settings");
    let seen = site.see(&path).await.header(&ETAG);
    let codes = async {
        for number in 0..5 {
            site.code(&format!("Kit {number}")).await;
        }
    };
    let body = json!({ "inhabitants": 1000 });
    let only_then = [(IF_MATCH, &*seen)];
    let (changed, ()) = tokio::join!(site.ask(Method::PUT, &path, &only_then, Some(&body)), codes);
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.body);
    let late = site
        .ask(Method::PUT, &path, &[(IF_MATCH, &*seen)], Some(&body))
        .await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    let nothing = site
        .ask(
            Method::POST,
            "/api/v1/enrolment-codes",
            &[(IF_MATCH, "*")],
            Some(&json!({ "kit": "Kit 1" })),
        )
        .await;
    assert_eq!(
        problem(&nothing.body),
        "nothing-to-match",
        "an If-Match is never passed over in silence"
    );
}

#[tokio::test]
async fn a_walk_through_the_audit_trail_ends_where_it_stood_when_it_began() {
    let server = TestServer::start().await;
    a_kit(&server.site).await;
    let all = server.site.see("/api/v1/audit?limit=200").await.body;
    let all = all.as_array().unwrap().len() + 1;
    let (mut seen, mut next) = (0, Some("/api/v1/audit?limit=1".to_owned()));
    while let Some(path) = next {
        let page = server.site.see(&path).await;
        seen += page.body.as_array().unwrap().len();
        assert!(seen <= all, "the walk walks after itself");
        next = page.next();
    }
    assert_eq!(
        seen, all,
        "the look before it is recorded, its own looks are not shown"
    );
}
