//! Whose property a kit is, who answers for its service, and who has it now are three things: none follows from another.

use fleet_api::TenantId;
use fleet_server::domain::role::Role;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use reqwest::{
    Method, StatusCode,
    header::{ETAG, IF_MATCH},
};
use serde_json::{Value, json};

use crate::{
    care_worker::care_worker,
    common::{Site, TestServer, problem},
    visitor::Visitor,
};

/// The region's operator.
async fn operator(server: &TestServer) -> Site {
    somebody(server, "Region", Role::RegionOperator).await
}

async fn somebody(server: &TestServer, of: &str, role: Role) -> Site {
    Site {
        token: server.token_as(server.tenant(of).await, role).await,
        ..server.site.clone()
    }
}

/// An agreement from today in so many days on.
async fn agree(server: &TestServer, municipality: TenantId, arrangement: &str, days: i64) {
    let sweden = TimeZone::get("Europe/Stockholm").unwrap();
    let from = Timestamp::now().to_zoned(sweden).date() + days.days();
    let path = format!("/api/v1/municipalities/{municipality}/agreements");
    let agreement = json!({ "arrangement": arrangement, "from": from });
    let (status, body) = server.site.rest(Method::POST, &path, Some(agreement)).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
}

/// The kit of that name as somebody sees it.
pub(crate) async fn kit_of(site: &Site, name: &str) -> Value {
    let (_, kits) = site.rest(Method::GET, "/api/v1/kits", None).await;
    let mut kits = kits.as_array().unwrap().iter();
    let found = kits.find(|kit| kit["name"] == name);
    found
        .unwrap_or_else(|| panic!("no {name} among {kits:?}"))
        .clone()
}

pub(crate) fn id(kit: &Value) -> &str {
    kit["id"].as_str().unwrap()
}

fn owner_path(kit: &Value) -> String {
    format!("/api/v1/kits/{}/owner", id(kit))
}

fn municipality(owner: TenantId) -> Value {
    json!({ "owner": "municipality", "municipality": owner })
}

/// Who became owner after whom, as somebody's trail tells it.
async fn changes(site: &Site) -> Vec<[String; 2]> {
    let (_, trail) = site.rest(Method::GET, "/api/v1/audit?limit=200", None).await;
    let events = trail.as_array().unwrap().iter().map(|entry| &entry["event"]);
    let events = events.map(|event| serde_json::from_str::<Value>(event.as_str().unwrap()).unwrap());
    let changed = events.filter(|event| event["kind"] == "kit_owner_changed");
    changed
        .map(|event| ["from", "to"].map(|field| event[field].as_str().unwrap().to_owned()))
        .collect()
}

#[tokio::test]
async fn a_kit_that_comes_by_its_code_is_whose_the_agreement_of_that_day_says() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    site.enrolled_kit("Before any agreement").await;
    agree(&server, grano, "rented", -300).await;
    agree(&server, grano, "owned", 10).await;
    site.enrolled_kit("While renting").await;
    assert_eq!(kit_of(&site, "Before any agreement").await["owner"], "region");
    assert_eq!(kit_of(&site, "While renting").await["owner"], "region");

    agree(&server, grano, "owned", 0).await;
    site.enrolled_kit("While owning").await;
    let kit = kit_of(&site, "While owning").await;
    assert_eq!(
        [&kit["owner"], &kit["owner_municipality"], &kit["owner_name"]],
        [&json!("municipality"), &json!(grano), &json!("Granö kommun")]
    );
    let kit = kit_of(&site, "While renting").await;
    assert_eq!(kit["owner"], "region", "a later agreement buys nothing");
    // Who answers for service follows the agreement of today all the same.
    assert_eq!(kit["service"], json!({ "who": "municipality", "why": "owned" }));
    server.site.enrolled_kit("The region's own").await;
    let own = kit_of(&server.site, "The region's own").await;
    assert_eq!(own["owner"], "region");
    assert_eq!(own["owner_municipality"], Value::Null);
    assert_eq!(
        own["service"],
        json!({ "who": "region", "why": "always_region" }),
        "no agreement is needed for what nobody else has"
    );
}

#[tokio::test]
async fn owner_service_and_custodian_are_told_apart_and_nobody_by_name() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    site.enrolled_kit("Kit 14").await;
    let kit = kit_of(&site, "Kit 14").await;
    assert_eq!(kit["service"], json!({ "who": null, "why": "no_agreement" }));
    assert_eq!(kit["custodian"], Value::Null);
    agree(&server, grano, "rented", 0).await;
    let worker = care_worker(&server, grano).await;
    let takes = json!({ "care_worker": worker, "without_sign_off": "acute" });
    let path = format!("/api/v1/kits/{}/check-out", id(&kit));
    let (status, body) = site.rest(Method::POST, &path, Some(takes)).await;
    assert!(status.is_success(), "{body}");

    for reader in [&site, &server.site] {
        let (_, kit) = reader
            .rest(Method::GET, &format!("/api/v1/kits/{}", id(&kit)), None)
            .await;
        assert_eq!(kit["owner"], "region");
        assert_eq!(kit["service"], json!({ "who": "region", "why": "rented" }));
        let custodian = &kit["custodian"];
        assert_eq!(
            [
                &custodian["care_worker"],
                &custodian["pseudonym"],
                &custodian["unit_name"]
            ],
            [&json!(worker), &json!("7K2"), &json!("Hemtjänst norr")]
        );
        assert!(!kit.to_string().contains("Amina"), "{kit}");
    }
    let (_, html) = Visitor::log_in(&site)
        .await
        .get(&format!("/kits/{}", id(&kit)))
        .await;
    assert!(html.contains("7K2, Hemtjänst norr, "), "{html}");
    let back = format!("/api/v1/kits/{}/return", id(&kit));
    let (status, body) = site
        .rest(Method::POST, &back, Some(json!({ "care_worker": worker })))
        .await;
    assert!(status.is_success(), "{body}");
    assert_eq!(kit_of(&site, "Kit 14").await["custodian"], Value::Null);
}

#[tokio::test]
async fn only_the_regions_operator_changes_an_owner_and_all_whom_it_concerns_read_of_it() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    let (_, almvik_site) = server.municipality("Almviks kommun").await;
    let stranger = server.other_tenant().await;
    site.enrolled_kit("Kit 14").await;
    let kit = kit_of(&site, "Kit 14").await;
    let put = async |by: &Site, wanted: Value| by.rest(Method::PUT, &owner_path(&kit), Some(wanted)).await;
    let operator = operator(&server).await;
    for role in Role::ALL.iter().filter(|role| **role != Role::RegionOperator) {
        let of = if role.fits(false) {
            "Granö kommun"
        } else {
            "Region"
        };
        let other = somebody(&server, of, *role).await;
        let (status, body) = put(&other, municipality(grano)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{role:?}: {body}");
    }
    let elsewhere = somebody(&server, "Another", Role::RegionOperator).await;
    let (status, _) = put(&elsewhere, municipality(grano)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another region's operator");
    let (status, _) = stranger.rest(Method::GET, &owner_path(&kit), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let regions = [server.tenant("Another").await, server.tenant("Region").await];
    for no_municipality in [regions[0], regions[1], TenantId::generate()] {
        let (status, body) = put(&operator, municipality(no_municipality)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{body}");
    }
    for unclear in [
        json!({ "owner": "municipality" }),
        json!({ "owner": "region", "municipality": grano }),
    ] {
        let (status, body) = put(&operator, unclear).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "owner")
        );
    }
    assert_eq!(
        kit_of(&site, "Kit 14").await["owner"],
        "region",
        "nothing has changed"
    );

    let (status, body) = put(&operator, municipality(tallnas)).await;
    let owned =
        json!({ "owner": "municipality", "municipality": tallnas, "municipality_name": "Tallnäs kommun" });
    assert_eq!((status, &body), (StatusCode::OK, &owned));
    let (_, seen) = site.rest(Method::GET, &owner_path(&kit), None).await;
    assert_eq!(seen, owned, "whoever has it reads whose it is");
    put(&operator, municipality(tallnas)).await;
    let once = vec![["Region".to_owned(), "Tallnäs kommun".to_owned()]];
    for concerned in [&server.site, &site, &tallnas_site] {
        assert_eq!(changes(concerned).await, once);
    }
    assert!(changes(&almvik_site).await.is_empty());
}

#[tokio::test]
async fn an_owner_is_changed_only_on_what_was_seen() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let tallnas = server.municipality("Tallnäs kommun").await.0;
    let enrolled = site.enrolled_kit("Kit 14").await;
    let (kit, operator) = (kit_of(&site, "Kit 14").await, operator(&server).await);
    let path = owner_path(&kit);
    let seen = operator.see(&path).await.header(&ETAG);
    let put = async |tag: &str, owner: TenantId| {
        let body = municipality(owner);
        operator
            .ask(Method::PUT, &path, &[(IF_MATCH, tag)], Some(&body))
            .await
    };
    // What a kit tells meanwhile is another matter.
    enrolled.sync(vec![]).await;
    let changed = put(&seen, grano).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let stale = put(&seen, tallnas).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.body);
    let seen = operator.see(&path).await;
    assert_eq!(seen.body["municipality"], json!(grano));
    assert_eq!(put(&seen.header(&ETAG), tallnas).await.status, StatusCode::OK);
    assert_eq!(changes(&site).await.len(), 2);
}

#[tokio::test]
async fn the_kits_page_has_the_form_for_whoever_may_and_for_nobody_else() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    site.enrolled_kit("Kit 14").await;
    let page = format!("/kits/{}", id(&kit_of(&site, "Kit 14").await));
    let (operator, manager) = (
        Visitor::log_in(&operator(&server).await).await,
        Visitor::log_in(&somebody(&server, "Granö kommun", Role::MunicipalManager).await).await,
    );
    let form = format!("act=change_owner&owner={grano}");
    let (_, html) = manager.get(&page).await;
    assert!(html.contains("Ägare") && !html.contains("change_owner"), "{html}");
    assert_eq!(manager.post(&page, &form).await.0, StatusCode::FORBIDDEN);

    let (_, html) = operator.get(&page).await;
    assert!(html.contains("value=\"change_owner\""), "{html}");
    assert!(html.contains("<option value=\"region\" selected>"), "{html}");
    let (status, html) = operator.post(&page, "act=change_owner&owner=nobody").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{html}");
    let (status, to) = operator.post(&page, &form).await;
    assert_eq!(
        (status, &*to),
        (StatusCode::SEE_OTHER, &*format!("{page}?done=owner"))
    );
    let (_, html) = operator.get(&to).await;
    assert!(html.contains("Kitets ägare är ändrad"), "{html}");
    assert!(
        html.contains(&format!("<option value=\"{grano}\" selected>")),
        "{html}"
    );
    assert_eq!(kit_of(&site, "Kit 14").await["owner_name"], "Granö kommun");
}
