//! A kit stays its owner's wherever it goes, and the register says so.

use fleet_api::TenantId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    common::TestServer,
    kits::take_in,
    owners::{id, kit_of},
    register::exported,
    visitor::Visitor,
};

const HEAD: &str =
    "kit;owner;part;serial;condition;warranty_until;screen_inches;iccid;operator;subscription_owner";

async fn hand_over(server: &TestServer, kit: &Value, to: TenantId) {
    let path = format!("/api/v1/kits/{}/hand-over", id(kit));
    let body = Some(json!({ "municipality": to }));
    let (status, body) = server.site.rest(Method::POST, &path, body).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
}

#[tokio::test]
async fn a_kit_that_is_handed_over_stays_its_owners_and_the_register_says_so() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    let (almvik, almvik_site) = server.municipality("Almviks kommun").await;
    let table = format!("{HEAD}\nKit 14;municipality;stand;1;good;;;;;\nKit 15;region;;;;;;;;\n");
    take_in(&site, grano, &table).await;
    let kit = kit_of(&site, "Kit 14").await;
    hand_over(&server, &kit, tallnas).await;
    hand_over(&server, &kit_of(&site, "Kit 15").await, tallnas).await;

    let there = kit_of(&tallnas_site, "Kit 14").await;
    assert_eq!(
        [
            &there["tenant"],
            &there["owner"],
            &there["owner_municipality"],
            &there["owner_name"]
        ],
        [
            &json!(tallnas),
            &json!("municipality"),
            &json!(grano),
            &json!("Granö kommun")
        ]
    );
    assert_eq!(kit_of(&tallnas_site, "Kit 15").await["owner"], "region");
    let page = format!("/kits/{}", id(&kit));
    let (_, html) = Visitor::log_in(&tallnas_site).await.get(&page).await;
    assert!(html.contains("<dt>Ägare</dt><dd>Granö kommun</dd>"), "{html}");

    let out = exported(&tallnas_site, tallnas).await;
    assert!(
        out.contains("Kit 14;municipality: Granö kommun;stand;1;"),
        "{out}"
    );
    let again = take_in(&tallnas_site, tallnas, &out).await;
    assert_eq!([&again["changed"], &again["errors"]], [&json!(0), &json!([])]);
    let refused = |answer: &Value| {
        answer["errors"][0]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for claim in ["municipality", "municipality: Almviks kommun"] {
        let claimed = out.replace("municipality: Granö kommun", claim);
        let answer = take_in(&tallnas_site, tallnas, &claimed).await;
        assert_eq!(refused(&answer), "row_owner_differs", "{answer}");
    }
    let new = format!("{HEAD}\nKit 16;municipality: Granö kommun;;;;;;;;\n");
    let answer = take_in(&tallnas_site, tallnas, &new).await;
    assert_eq!(refused(&answer), "row_owner_elsewhere", "{answer}");

    // Further on, and home again: always the same owner's.
    hand_over(&server, &kit, almvik).await;
    assert_eq!(
        kit_of(&almvik_site, "Kit 14").await["owner_municipality"],
        json!(grano)
    );
    hand_over(&server, &kit, grano).await;
    let home = kit_of(&site, "Kit 14").await;
    assert_eq!(home["owner_municipality"], json!(grano));
    let out = exported(&site, grano).await;
    assert!(out.contains("Kit 14;municipality;stand;1;"), "{out}");
}

/// As servers wrote it that did not know the column.
async fn write_as_before(server: &TestServer) {
    let before = "UPDATE kits SET owner_id = NULL";
    if let Some(cluster) = server.cluster() {
        let changed = sqlx::query(before).execute(&cluster.look().await).await;
        assert_eq!(changed.unwrap().rows_affected(), 1);
    } else {
        let file = server.data.path().join("data/fleet.db");
        let database = sqlx::SqlitePool::connect(file.to_str().unwrap()).await.unwrap();
        let changed = sqlx::query(before).execute(&database).await;
        assert_eq!(changed.unwrap().rows_affected(), 1);
    }
}

#[tokio::test]
async fn what_was_written_before_owners_had_names_is_its_own_municipalitys_and_stays_so() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    take_in(
        &site,
        grano,
        &format!("{HEAD}\nKit 14;municipality;stand;1;good;;;;;\n"),
    )
    .await;
    write_as_before(&server).await;
    let kit = kit_of(&site, "Kit 14").await;
    assert_eq!(kit["owner_municipality"], json!(grano));
    hand_over(&server, &kit, tallnas).await;
    let there = kit_of(&tallnas_site, "Kit 14").await;
    assert_eq!(there["owner_municipality"], json!(grano));
}
