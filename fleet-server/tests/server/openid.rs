//! Login by OpenID Connect: who gets in as what, what a cheating provider gets (nothing), and the first region operator.

use fleet_server::operator;
use reqwest::{StatusCode, header::LOCATION};
use serde_json::json;

use crate::{
    common::TestServer,
    openid_provider::{Provider, Trick},
    openid_site::{RULES, Site, cookie, text},
};

#[tokio::test]
async fn a_manager_logs_in_as_what_their_claims_say_and_out_at_both_places() {
    let site = Site::start().await;
    let login = text(site.get("/login", "").await).await;
    assert!(
        login.contains("Region Exempel") && !login.contains("Nyckel"),
        "{login}"
    );
    let token = format!("token={}", site.server.site.token);
    assert_eq!(
        site.post("/login", "", &token).await.status(),
        StatusCode::NOT_FOUND,
        "tokens are for programs"
    );
    let claims = json!({ "roles": ["other", "manager"], "name": "Karin <Lind>" });
    let back = site.log_in(&claims, Trick::None).await;
    assert_eq!(back.status(), StatusCode::OK);
    let session = cookie(&back, "__Host-session").unwrap();
    let page = text(back).await;
    assert!(
        page.contains(r#"http-equiv="refresh" content="0; url=/""#),
        "{page}"
    );
    let overview = text(site.get("/", &session).await).await;
    assert!(
        overview.contains("Granö kommun") && !overview.contains("Region Exempel"),
        "{overview}"
    );
    let people = text(site.get("/people", &session).await).await;
    assert!(people.contains("Karin &lt;Lind&gt;"), "{people}");
    let trail = text(site.get("/audit", &session).await).await;
    assert!(
        trail.contains("Inloggning") && trail.contains("Karin &lt;Lind&gt;, kommunens chef"),
        "{trail}"
    );
    // Another login in the same browser ends the first session.
    let (address, under_way) = site.begin().await;
    let query = site.provider.let_in(&address, &claims, Trick::None);
    let both = format!("{session}; {under_way}");
    let back = site.get(&format!("/login/callback?{query}"), &both).await;
    let second = cookie(&back, "__Host-session").unwrap();
    assert_eq!(site.get("/", &session).await.status(), StatusCode::SEE_OTHER);
    let goodbye = text(site.post("/logout", &second, "").await).await;
    let end = format!("{}/end?id_token_hint=", site.provider.issuer);
    assert!(goodbye.contains(&end), "{goodbye}");
    assert_eq!(site.get("/", &second).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_cheats_is_not_logged_in_and_is_told_what_to_do() {
    let site = Site::start().await;
    let claims = json!({ "roles": "manager" });
    for (trick, sentence) in [
        (Trick::WrongNonce, "gick inte att lita på"),
        (Trick::NoNonce, "gick inte att lita på"),
        (Trick::WrongState, "gick inte att lita på"),
        (Trick::OtherKey, "gick inte att lita på"),
        (Trick::NoSignature, "gick inte att lita på"),
        (Trick::SharedSecret, "gick inte att lita på"),
        (Trick::OtherAudience, "gick inte att lita på"),
        (Trick::SecondAudience, "gick inte att lita på"),
        (Trick::OtherIssuer, "gick inte att lita på"),
        (Trick::AnswerOfOtherIssuer, "gick inte att lita på"),
        (Trick::OtherVerifier, "gick inte att lita på"),
        (Trick::Expired, "hann bli för gammal"),
        (Trick::LoginOfYesterday, "hann bli för gammal"),
        (Trick::NoLoginTime, "hann bli för gammal"),
        (Trick::LowAssurance, "inte säker nog"),
    ] {
        let back = site.log_in(&claims, trick).await;
        assert_eq!(back.status(), StatusCode::FORBIDDEN, "{trick:?}");
        assert_eq!(cookie(&back, "__Host-session"), None, "{trick:?}");
        let page = text(back).await;
        assert!(
            page.contains(sentence) && page.contains("Logga in igen"),
            "{trick:?}: {page}"
        );
    }
    let honest = site.log_in(&claims, Trick::None).await;
    assert!(
        cookie(&honest, "__Host-session").is_some(),
        "the same without a trick works"
    );
}

#[tokio::test]
async fn no_query_of_a_stranger_changes_where_the_code_goes_or_how_it_is_proved() {
    let site = Site::start().await;
    let asked_for = |address: &str, name: &str| {
        let address = url::Url::parse(address).unwrap();
        let mut pairs = address.query_pairs().into_owned();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value)
    };
    let (address, _) = site.begin().await;
    let honest = asked_for(&address, "redirect_uri").unwrap();
    let path = "/login/start?at=region&redirect_uri=https://evil.example/&code_challenge_method=plain&nonce=";
    let begun = site.get(path, "").await;
    if let Some(address) = begun.headers().get(LOCATION) {
        let address = address.to_str().unwrap();
        assert_eq!(asked_for(address, "redirect_uri"), Some(honest), "{address}");
        assert_eq!(asked_for(address, "code_challenge_method").unwrap(), "S256");
        assert!(asked_for(address, "nonce").unwrap().len() >= 22);
    } else {
        assert!(begun.status().is_client_error(), "{}", begun.status());
    }
}

#[tokio::test]
async fn an_answer_counts_once_in_the_browser_that_asked() {
    let site = Site::start().await;
    let (address, cookie_of_login) = site.begin().await;
    let query = site
        .provider
        .let_in(&address, &json!({ "roles": "manager" }), Trick::None);
    let path = format!("/login/callback?{query}");
    let elsewhere = site.get(&path, "").await;
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN, "another browser");
    assert!(text(elsewhere).await.contains("hann bli för gammal"));
    let first = site.get(&path, &cookie_of_login).await;
    assert_eq!(first.status(), StatusCode::OK);
    let again = site.get(&path, &cookie_of_login).await;
    assert_eq!(
        (again.status(), cookie(&again, "__Host-session")),
        (StatusCode::FORBIDDEN, None)
    );
    // The same code in a login of its own: the provider does not take it twice.
    let (address, cookie_of_login) = site.begin().await;
    let fresh = site.provider.let_in(&address, &json!({}), Trick::None);
    let (used, fresh) = (query.split('&').next().unwrap(), fresh.split_once('&').unwrap().1);
    let replayed = site
        .get(&format!("/login/callback?{used}&{fresh}"), &cookie_of_login)
        .await;
    assert_eq!(replayed.status(), StatusCode::FORBIDDEN);
    assert!(text(replayed).await.contains("gick inte att lita på"));
    let (_, cookie_of_login) = site.begin().await;
    let forged = site
        .get("/login/callback?error=access_denied", &cookie_of_login)
        .await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_login_may_end_at_another_server_than_it_began_at() {
    let mut site = Site::start().await;
    let (address, cookie_of_login) = site.begin().await;
    let query = site
        .provider
        .let_in(&address, &json!({ "roles": "manager" }), Trick::None);
    let (another, at_another) = site.server.another().await;
    site.server.site = at_another;
    let back = site
        .get(&format!("/login/callback?{query}"), &cookie_of_login)
        .await;
    assert_eq!(back.status(), StatusCode::OK);
    assert!(cookie(&back, "__Host-session").is_some());
    another.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_plainly() {
    let files = tempfile::tempdir().unwrap();
    let provider = Provider::start().await;
    let server = TestServer::start_with(Some(&provider.settings(files.path(), RULES))).await;
    provider.leave().await;
    let url = format!("{}/login/start?at=region", server.site.console);
    let away = server.site.http(None).get(url).send().await.unwrap();
    assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = text(away).await;
    assert!(page.contains("Region Exempel svarar inte just nu"), "{page}");
}

#[tokio::test]
async fn rules_give_roles_only_where_their_provider_belongs() {
    let site = Site::start().await;
    site.server.other_tenant().await;
    for roles in ["elsewhere", "region-role-in-a-municipality", "nothing"] {
        let back = site.log_in(&json!({ "roles": roles }), Trick::None).await;
        let session = cookie(&back, "__Host-session").unwrap();
        for path in ["/", "/kits", "/people", "/audit"] {
            let refused = site.get(path, &session).await;
            assert_eq!(refused.headers()[LOCATION], "/welcome", "{roles} {path}");
        }
        let welcome = text(site.get("/welcome", &session).await).await;
        assert!(welcome.contains("har ingen roll här än"), "{welcome}");
    }
}

#[tokio::test]
async fn the_first_code_makes_one_region_operator_once() {
    let site = Site::start().await;
    let store = &site.server.server.app().store;
    let old = operator::first_code(store, "Region").await.unwrap();
    let code = operator::first_code(store, "Region").await.unwrap();
    operator::first_code(store, "Granö kommun").await.unwrap_err();
    let newcomer = async |name: &str| {
        let back = site
            .log_in(&json!({ "sub": name, "name": name }), Trick::None)
            .await;
        cookie(&back, "__Host-session").unwrap()
    };
    let enter = async |session: &str, code: &str| {
        let form = format!("code={code}");
        site.post("/welcome", session, &form).await
    };
    let first = newcomer("Amina").await;
    for wrong in [&*old.expose_grouped(), "AAAAA-AAAAA-AAAAA-AAAAA", "", "x"] {
        let refused = enter(&first, wrong).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let entered = enter(&first, &code.expose_grouped()).await;
    assert_eq!(entered.headers()[LOCATION], "/");
    let operator = cookie(&entered, "__Host-session").unwrap();
    assert_eq!(
        site.get("/people", &first).await.headers()[LOCATION],
        "/login",
        "a new role has a new session"
    );
    let people = text(site.get("/people", &operator).await).await;
    assert!(
        people.contains("Amina") && people.contains("driftansvarig i regionen"),
        "{people}"
    );
    let second = newcomer("Berit").await;
    let refused = enter(&second, &code.expose_grouped()).await;
    assert_eq!(
        refused.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "a code works once"
    );
    // The role stays at the next login, until it is taken back; then it ends at once.
    let later = newcomer("Amina").await;
    assert_eq!(site.get("/people", &later).await.status(), StatusCode::OK);
    let region = site.server.tenant("Region").await;
    let person = store.people(region, 10).await.unwrap();
    let person = person.iter().find(|person| person.operator).unwrap().id;
    let withdrawn = site.post("/people", &operator, &format!("person={person}")).await;
    assert_eq!(withdrawn.headers()[LOCATION], "/people?done=withdrawn");
    for session in [&operator, &later] {
        assert_eq!(site.get("/", session).await.headers()[LOCATION], "/login");
    }
    let again = newcomer("Amina").await;
    assert_eq!(site.get("/", &again).await.headers()[LOCATION], "/welcome");
}
