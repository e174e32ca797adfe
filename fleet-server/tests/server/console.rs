//! The pages: who gets in, what they show, and what a browser is told.

use crate::common::TestServer;
use fleet_api::KitId;
use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{CONTENT_SECURITY_POLICY, COOKIE, LOCATION, SET_COOKIE},
};

async fn log_in(server: &TestServer, token: &str) -> reqwest::Response {
    let url = format!("{}/login", server.site.console);
    let request = server.site.http(None).post(url);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.body(format!("token={token}")).send().await.unwrap()
}

async fn page(server: &TestServer, cookie: &str) -> reqwest::Response {
    server
        .site
        .http(None)
        .get(&server.site.console)
        .header(COOKIE, cookie)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn only_who_is_logged_in_sees_the_kits() {
    let server = TestServer::start().await;
    let response = page(&server, "__Host-session=guessed").await;
    assert_eq!(
        (response.status(), &response.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &"/login".parse().unwrap())
    );
    let refused = log_in(&server, "fleet_AAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBB").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(!refused.headers().contains_key(SET_COOKIE));
    let no_text = log_in(&server, "fleet_%00_BBBBBBBBBBBBBBBBBBBBBBBBBB").await;
    assert_eq!(
        no_text.status(),
        StatusCode::FORBIDDEN,
        "a NUL is none of PostgreSQL's letters"
    );
}

#[tokio::test]
async fn the_page_shows_the_tenants_kits_and_meetings_and_no_link() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit <14>").await;
    server.other_tenant().await.enrolled_kit("Strangers kit").await;
    server.site.reserve(kit.enrolled.kit, 0).await;
    kit.sync(Vec::new()).await;

    let response = log_in(&server, &server.site.token).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for attribute in ["Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let response = page(&server, cookie).await;
    let policy = response.headers()[CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let (status, html) = crate::common::read(response).await;
    let html = html.as_str().unwrap();
    assert_eq!(status, StatusCode::OK);
    for shown in [
        // Its parts are not registered yet.
        "0 av 1 kit är redo",
        "1 kit är anslutet nu",
        "Kit &lt;14&gt;",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    for hidden in ["sesame", "Strangers kit", "style=", "onclick="] {
        assert!(!html.contains(hidden), "{hidden} in {html}");
    }
    for script in html.split("<script").skip(1) {
        assert!(
            script.starts_with(" src=\"/assets/") && script.contains("defer></script>"),
            "a script of its own: {script}"
        );
    }

    let logout = format!("{}/logout", server.site.console);
    server
        .site
        .http(None)
        .post(logout)
        .header(COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(page(&server, cookie).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_large_fleet_is_drawn_in_part_and_the_rest_is_a_number() {
    let server = TestServer::start().await;
    let (grano, _) = server.municipality("Granö kommun").await;
    let store = &server.server.app().store;
    let drawn = |html: &str| html.matches("<li><a class=").count();
    for number in 1..=63 {
        let name = format!("Kit {number}").try_into().unwrap();
        store.kit_named(grano, &name, Timestamp::now()).await.unwrap();
        if number == 60 {
            let (_, html) = server.log_in().await.get("/").await;
            assert!(drawn(&html) == 60 && !html.contains("kit till"), "{html}");
        }
    }
    let (_, html) = server.log_in().await.get("/").await;
    assert_eq!(drawn(&html), 60);
    assert!(html.contains("och 3 kit till"), "{html}");
}

#[tokio::test]
async fn what_another_site_s_page_sends_is_not_done() {
    let server = TestServer::start().await;
    let visitor = server.log_in().await;
    let post = async |path: &str, site: Option<&str>| {
        let mut request = server
            .site
            .http(None)
            .post(format!("{}{path}", server.site.console))
            .header(COOKIE, visitor.cookie())
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let body = format!("token={}", server.site.token);
        request.body(body).send().await.unwrap().status()
    };
    for site in ["cross-site", "same-site"] {
        for path in ["/logout", "/login"] {
            assert_eq!(
                post(path, Some(site)).await,
                StatusCode::FORBIDDEN,
                "{site} {path}"
            );
        }
    }
    for site in [Some("same-origin"), Some("none"), None] {
        assert_eq!(post("/login", site).await, StatusCode::SEE_OTHER, "{site:?}");
    }
    assert_eq!(post("/logout", Some("same-origin")).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn high_contrast_is_chosen_on_any_page_and_stays_until_it_is_chosen_away() {
    let server = TestServer::start().await;
    let visitor = server.log_in().await;
    let get = async |path: &str, cookie: &str| {
        let url = format!("{}{path}", server.site.console);
        let request = server.site.http(None).get(url).header(COOKIE, cookie);
        request.send().await.unwrap()
    };
    let dark = |html: &serde_json::Value| html.as_str().unwrap().contains("media=\"screen\"");
    let html = crate::common::read(get("/kits", visitor.cookie()).await).await.1;
    assert!(!dark(&html) && html.as_str().unwrap().contains("href=\"?contrast=more\""));

    let chosen = get("/kits?contrast=more", visitor.cookie()).await;
    assert_eq!(chosen.headers()[LOCATION], "/kits");
    let kept = chosen.headers()[SET_COOKIE].to_str().unwrap();
    let both = format!("{}; {}", visitor.cookie(), kept.split(';').next().unwrap());
    let html = crate::common::read(get("/kits", &both).await).await.1;
    assert!(dark(&html) && html.as_str().unwrap().contains("href=\"?contrast=standard\""));

    let away = get("/kits?contrast=standard", &both).await;
    assert!(away.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let elsewhere = get("//evil.example?contrast=more", visitor.cookie()).await;
    assert_eq!(
        elsewhere.headers()[LOCATION],
        "/evil.example",
        "never another host"
    );
}

#[tokio::test]
async fn a_refused_booking_keeps_what_was_filled_in_but_not_whose_it_is() {
    let server = TestServer::start().await;
    let (grano, _) = server.municipality("Granö kommun").await;
    let name = "Kit 07".to_owned().try_into().unwrap();
    let kit = server
        .server
        .app()
        .store
        .kit_named(grano, &name, Timestamp::now())
        .await
        .unwrap();
    let form = format!(
        "municipality={grano}&kit={kit}&title=care_visit&link=ftp%3A%2F%2Fvideo.example&starts_at=2026-11-20T10%3A00\
         &ends_at=2026-11-20T11%3A00&relative_daughter=1&host_pin=918273&invited_person=191212121212"
    );
    let (status, html) = server.log_in().await.post("/book", &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{html}");
    for kept in [
        "value=\"ftp://video.example\"",
        "value=\"2026-11-20T10:00\"",
        "value=\"care_visit\" selected",
        "name=\"relative_daughter\" value=\"1\" checked",
    ] {
        assert!(html.contains(kept), "{kept} in {html}");
    }
    for left_out in ["918273", "191212121212"] {
        assert!(!html.contains(left_out), "{left_out} in {html}");
    }
}

#[tokio::test]
async fn whoever_looks_at_pages_reads_a_sentence_whatever_went_wrong_and_programs_get_the_details() {
    let server = TestServer::start().await;
    let visitor = server.log_in().await;
    let unknown = format!("/kits/{}", KitId::generate());
    let cases = [
        (&*unknown, StatusCode::NOT_FOUND, "Det finns inget här"),
        ("/kits/abc", StatusCode::NOT_FOUND, "Det finns inget här"),
        ("/nowhere", StatusCode::NOT_FOUND, "Det finns inget här"),
        (
            "/kits?municipality=abc",
            StatusCode::BAD_REQUEST,
            "Det gick inte att förstå",
        ),
        (
            "/agreements",
            StatusCode::METHOD_NOT_ALLOWED,
            "Det gick inte att förstå",
        ),
    ];
    for (path, status, sentence) in cases {
        let (shown, html) = visitor.get(path).await;
        assert_eq!(shown, status, "{path}");
        assert!(
            html.starts_with("<!DOCTYPE html>") && html.contains(sentence),
            "{path}: {html}"
        );
        let rest = visitor.get(&format!("/api/v1{path}")).await.1;
        assert!(rest.contains("urn:home-visit-kit:problem:"), "{path}: {rest}");
    }
}
