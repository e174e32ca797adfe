//! A region and its municipalities: who sees whom, agreements over time, who answers for what.

use crate::common::{TestServer, problem};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_switch_from_rented_to_owned_moves_what_follows_the_agreement_and_nothing_else() {
    let server = TestServer::start().await;
    let (municipality, site) = server.municipality("Granö kommun").await;
    let today = Timestamp::now()
        .to_zoned(TimeZone::get("Europe/Stockholm").unwrap())
        .date();
    let path = format!("/api/v1/municipalities/{municipality}");
    let agree = async |arrangement: &str, days: i64| {
        let body = json!({ "arrangement": arrangement, "from": today + days.days() });
        server
            .site
            .rest(Method::POST, &format!("{path}/agreements"), Some(body))
            .await
    };
    assert_eq!(
        agree("rented", -300).await.0,
        StatusCode::CREATED,
        "the first may be entered afterwards"
    );
    assert_eq!(agree("owned", 10).await.0, StatusCode::CREATED);
    for (days, kind) in [(10, "agreement"), (-1, "agreement")] {
        let (status, body) = agree("rented", days).await;
        assert_eq!((status, problem(&body)), (StatusCode::UNPROCESSABLE_ENTITY, kind));
    }
    let who = async |days: i64, item: &str| -> Value {
        let path = format!("{path}/responsibility?on={}", today + days.days());
        let (status, body) = site.rest(Method::GET, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let items = body["items"].as_array().unwrap();
        assert_eq!((items.len(), &body["base_fee"]), (12, &json!(true)));
        items.iter().find(|found| found["item"] == item).unwrap()["who"].clone()
    };
    for (days, broadband) in [
        (-301, Value::Null),
        (-300, json!("region")),
        (9, json!("region")),
        (10, json!("municipality")),
    ] {
        assert_eq!(who(days, "mobile_broadband").await, broadband, "day {days}");
        assert_eq!(who(days, "hygiene_routines").await, json!("municipality"));
        assert_eq!(who(days, "central_infrastructure").await, json!("region"));
    }
    // The municipality reads its agreements, but the region makes them.
    let body = json!({ "arrangement": "rented", "from": today + 20.days() });
    let (status, _) = site
        .rest(Method::POST, &format!("{path}/agreements"), Some(body))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_agreement_ends_from_today_on_and_only_what_has_not_begun_is_withdrawn() {
    let server = TestServer::start().await;
    let (municipality, site) = server.municipality("Granö kommun").await;
    let today = Timestamp::now()
        .to_zoned(TimeZone::get("Europe/Stockholm").unwrap())
        .date();
    let path = format!("/api/v1/municipalities/{municipality}/agreements");
    let (begun, coming) = (today - 300.days(), today + 10.days());
    for (arrangement, from) in [("rented", begun), ("owned", coming)] {
        let body = json!({ "arrangement": arrangement, "from": from });
        assert_eq!(
            server.site.rest(Method::POST, &path, Some(body)).await.0,
            StatusCode::CREATED
        );
    }
    let end = async |from: Date, until: Option<Date>| {
        let body = json!({ "until": until });
        server
            .site
            .rest(Method::PATCH, &format!("{path}/{from}"), Some(body))
            .await
    };
    let (status, body) = end(begun, Some(today - 1.day())).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "agreement")
    );
    assert_eq!(
        end(coming, Some(coming + 30.days())).await.0,
        StatusCode::NO_CONTENT
    );
    let withdraw = async |from: Date| {
        server
            .site
            .rest(Method::DELETE, &format!("{path}/{from}"), None)
            .await
            .0
    };
    assert_eq!(
        withdraw(begun).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it has begun"
    );
    assert_eq!(withdraw(coming).await, StatusCode::NO_CONTENT);
    assert_eq!(withdraw(coming).await, StatusCode::NOT_FOUND);
    assert_eq!(end(begun, Some(today)).await.0, StatusCode::NO_CONTENT);
    assert_eq!(
        end(begun, None).await.0,
        StatusCode::NO_CONTENT,
        "it is still in force today"
    );
    assert_eq!(end(begun, Some(today)).await.0, StatusCode::NO_CONTENT);
    let (_, agreements) = site.rest(Method::GET, &path, None).await;
    assert_eq!(
        agreements,
        json!([{ "arrangement": "rented", "from": begun, "until": today }])
    );
    let body = json!({ "arrangement": "owned", "from": today });
    assert_eq!(
        server.site.rest(Method::POST, &path, Some(body)).await.0,
        StatusCode::CREATED
    );
    assert_eq!(
        end(begun, None).await.0,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it was replaced"
    );
    let newest = format!("{path}/{today}");
    let unsaid = server.site.rest(Method::PATCH, &newest, Some(json!({}))).await;
    assert!(
        unsaid.0.is_client_error(),
        "nothing becomes endless by an empty body"
    );
    let own = site.rest(Method::DELETE, &format!("{path}/{begun}"), None).await;
    assert_eq!(
        own.0,
        StatusCode::NOT_FOUND,
        "a municipality does not decide alone"
    );
    let visitor = server.log_in().await;
    let form = format!("municipality={municipality}&from={today}&until={today}");
    assert_eq!(
        visitor.post("/agreements/end", &form).await.0,
        StatusCode::SEE_OTHER
    );
    let (status, html) = visitor.post("/agreements/withdraw", &form).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("inte har börjat"),
        "{html}"
    );
}

#[tokio::test]
async fn a_municipality_sees_itself_and_a_region_its_own() {
    let server = TestServer::start().await;
    let (grano, grano_site) = server.municipality("Granö kommun").await;
    let (tallnas, _) = server.municipality("Tallnäs kommun").await;
    let names = |body: Value| -> Vec<String> {
        let names = body
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    let list = "/api/v1/municipalities";
    let (_, body) = server.site.rest(Method::GET, list, None).await;
    assert_eq!(names(body), ["Granö kommun", "Tallnäs kommun"]);
    let (_, body) = grano_site.rest(Method::GET, list, None).await;
    assert_eq!(names(body), ["Granö kommun"]);
    let stranger = server.other_tenant().await;
    for (site, id) in [(&grano_site, tallnas), (&stranger, grano)] {
        for route in ["agreements", "responsibility"] {
            let path = format!("{list}/{id}/{route}");
            assert_eq!(
                site.rest(Method::GET, &path, None).await.0,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn the_matrix_page_and_its_csv_say_who_and_why() {
    let server = TestServer::start().await;
    let (municipality, _) = server.municipality("Granö kommun").await;
    let visitor = server.log_in().await;
    let form = format!("municipality={municipality}&arrangement=rented&from=2026-01-01&until=");
    let (status, location) = visitor.post("/agreements", &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{location}");
    let (status, html) = visitor.get(&location).await;
    assert_eq!(status, StatusCode::OK);
    for shown in [
        "Granö kommun hyr sina kit",
        "Mobilt bredband",
        "Avtalet är sparat",
        "samma grundavgift",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    let (status, csv) = visitor
        .get(&format!("/responsibility.csv?municipality={municipality}"))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        csv.contains("Mobilt bredband;Region;Hyrd utrustning. Regionen ansvarar."),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 13);
    // A refusal is shown in the page's language, and nothing is saved.
    let (status, html) = visitor.post("/agreements", &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("Ett annat avtal börjar den dagen"), "{html}");
}

#[tokio::test]
async fn demo_data_is_the_same_for_the_same_seed_and_its_audit_trail_is_whole() {
    let now = "2026-11-20T09:00:00Z".parse().unwrap();
    let mut fleets = Vec::new();
    for _ in 0..2 {
        let server = TestServer::start().await;
        let store = &server.server.app().store;
        fleet_server::demo::fill(store, "Region", (7, fleet_server::demo::Size::default()), now)
            .await
            .unwrap();
        let mut fleet = Vec::new();
        for tenant in store
            .tenants()
            .await
            .unwrap()
            .into_iter()
            .filter(|tenant| tenant.region.is_some())
        {
            let units = store.units(tenant.id).await.unwrap();
            let units: Vec<_> = units
                .into_iter()
                .map(|unit| (unit.name, unit.information_owner))
                .collect();
            fleet.push((tenant.name, units, store.agreements(tenant.id).await.unwrap()));
        }
        assert_eq!(fleet.len(), 7);
        let trails = fleet_server::operator::audit_trail::verify(store).await.unwrap();
        assert_eq!(trails.len(), 8, "{trails:?}");
        fleets.push(fleet);
    }
    assert_eq!(fleets[0], fleets[1]);
}
