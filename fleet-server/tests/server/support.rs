//! The region's support looks at a municipality only while it is let in: shown, revocable, recorded.

use fleet_server::domain::role::Role;
use reqwest::{
    Client, StatusCode,
    header::{CONTENT_TYPE, COOKIE},
};

use crate::common::TestServer;

struct Browser<'a> {
    server: &'a TestServer,
    http: Client,
    cookie: String,
}

impl<'a> Browser<'a> {
    async fn of(server: &'a TestServer, tenant: &str, role: Role) -> Self {
        let tenant = server.tenant(tenant).await;
        Self {
            server,
            http: server.site.http(None),
            cookie: server.session_as(tenant, role).await.0,
        }
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let url = format!("{}{path}", self.server.site.console);
        let request = self.http.get(url).header(COOKIE, &self.cookie);
        let (status, body) = crate::common::read(request.send().await.unwrap()).await;
        (
            status,
            body.as_str().map_or_else(|| body.to_string(), str::to_owned),
        )
    }

    async fn post(&self, path: &str, form: &str) -> StatusCode {
        let url = format!("{}{path}", self.server.site.console);
        let request = self.http.post(url).header(COOKIE, &self.cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap().status()
    }
}

#[tokio::test]
async fn support_sees_a_municipality_while_its_manager_lets_it_and_not_a_moment_longer() {
    let server = TestServer::start().await;
    let (_, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit of Granö").await.enrolled.kit;
    let support = Browser::of(&server, "Region", Role::RegionSupport).await;
    let manager = Browser::of(&server, "Granö kommun", Role::MunicipalManager).await;
    let worker = Browser::of(&server, "Granö kommun", Role::CareWorker).await;
    let page = format!("/kits/{kit}");

    assert_eq!(support.get(&page).await.0, StatusCode::NOT_FOUND);
    assert!(support.get("/support").await.1.contains("Inte öppet"));
    assert_eq!(
        worker.post("/support", "act=allow&hours=4").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        support.post("/support", "act=allow&hours=4").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        manager.post("/support", "act=allow&hours=10000").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        manager.post("/support", "act=allow&hours=4").await,
        StatusCode::SEE_OTHER
    );

    let (status, html) = support.get(&page).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Kit of Granö"), "{html}");
    assert_eq!(
        support.get("/audit").await.0,
        StatusCode::FORBIDDEN,
        "not the trail"
    );
    for somebody in [&manager, &worker] {
        let (_, html) = somebody.get("/").await;
        assert!(html.contains("Regionens support kan se era sidor till"), "{html}");
    }
    let (_, trail) = manager.get("/audit").await;
    assert!(
        trail.contains("Support fick tillgång") && trail.contains("GET /kits/{id}"),
        "{trail}"
    );

    assert_eq!(manager.post("/support", "act=end").await, StatusCode::SEE_OTHER);
    assert_eq!(support.get(&page).await.0, StatusCode::NOT_FOUND);
    let (_, html) = manager.get("/support").await;
    assert!(
        html.contains("Avslutad i förtid") && !html.contains("kan se era sidor till"),
        "{html}"
    );
}

#[tokio::test]
async fn a_consent_ends_by_itself() {
    let server = TestServer::start().await;
    let (municipality, _) = server.municipality("Granö kommun").await;
    let store = &server.server.app().store;
    let now: jiff::Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
    let until = now + jiff::SignedDuration::from_hours(4);
    store
        .allow_support(municipality, until, &now.into())
        .await
        .unwrap();
    let almost = until - jiff::SignedDuration::from_secs(1);
    assert!(
        store
            .support_access(municipality, almost)
            .await
            .unwrap()
            .is_some()
    );
    assert!(store.support_access(municipality, until).await.unwrap().is_none());
    // Given anew, it replaces the one before.
    let later = now + jiff::SignedDuration::from_hours(1);
    store
        .allow_support(
            municipality,
            later + jiff::SignedDuration::from_hours(1),
            &later.into(),
        )
        .await
        .unwrap();
    let history = store.support_history(municipality, 10).await.unwrap();
    assert_eq!(
        history.iter().map(|access| access.ended_at).collect::<Vec<_>>(),
        [None, Some(later)]
    );
}
