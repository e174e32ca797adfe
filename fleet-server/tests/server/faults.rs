//! How kits are, and what is wrong with them: from the kit's report to the ticket, and whose task that is.

use std::collections::BTreeMap;

use crate::common::{Site, TestServer, event, problem};
use fleet_api::{
    Battery, ByteCount, Check, EventKind, Fault, FaultSource, KitState, Network, NetworkKind, Outcome,
    TenantId, paths,
};
use fleet_server::{
    audit::Act,
    domain::agreement::{Agreement, Arrangement},
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub(crate) fn reported(fault: Fault) -> EventKind {
    EventKind::FaultReported {
        fault,
        source: FaultSource::Room,
    }
}

/// A municipality with an agreement since a month ago.
pub(crate) async fn with_agreement(
    server: &TestServer,
    name: &str,
    arrangement: Arrangement,
) -> (TenantId, Site) {
    let (tenant, site) = server.municipality(name).await;
    agree(server, tenant, arrangement, -30).await;
    (tenant, site)
}

/// An agreement from some days from now on.
async fn agree(server: &TestServer, tenant: TenantId, arrangement: Arrangement, days: i32) {
    let sweden = TimeZone::get("Europe/Stockholm").unwrap();
    let today = Timestamp::now().to_zoned(sweden).date();
    let from = today + days.days();
    let agreement = Agreement {
        arrangement,
        from,
        until: None,
    };
    let act = Act::from(Timestamp::now());
    let store = &server.server.app().store;
    store
        .make_agreement(tenant, &agreement, today, &act)
        .await
        .unwrap()
        .unwrap();
}

pub(crate) async fn tickets(site: &Site, query: &str) -> Vec<Value> {
    let (status, body) = site
        .rest(Method::GET, &format!("/api/v1/tickets{query}"), None)
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body.as_array().unwrap().clone()
}

pub(crate) async fn post(site: &Site, path: &str, body: Value) -> (StatusCode, Value) {
    site.rest(Method::POST, path, Some(body)).await
}

#[tokio::test]
async fn a_fault_that_a_kit_reports_is_one_ticket_however_often_it_is_sent_and_pressed() {
    let server = TestServer::start().await;
    let (_, site) = with_agreement(&server, "Almviks kommun", Arrangement::Rented).await;
    let kit = site.enrolled_kit("Kit 14").await;
    let pressed = event(1, reported(Fault::HearNothing));
    kit.sync(vec![pressed.clone()]).await;
    // The answer was lost on the way: the same event is sent again.
    kit.sync(vec![pressed]).await;
    let found = tickets(&site, "").await;
    assert_eq!((found.len(), &found[0]["reports"]), (1, &json!(1)), "{found:?}");
    kit.sync(vec![
        event(2, reported(Fault::HearNothing)),
        event(3, reported(Fault::ExtensionCableMissing)),
    ])
    .await;
    let found = tickets(&site, "").await;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["reports"], json!(2));
    assert_eq!(
        (&found[0]["responsible"], &found[0]["reason"]),
        (&json!("region"), &json!("rented"))
    );
    assert_eq!(
        (&found[1]["responsible"], &found[1]["reason"]),
        (&json!("municipality"), &json!("always_municipality"))
    );
    // Each sees both, and calls its own what is its own.
    for (site, mine) in [(&server.site, "hear_nothing"), (&site, "extension_cable_missing")] {
        let mine_only = tickets(site, "?mine=true").await;
        assert_eq!(mine_only.len(), 1);
        assert_eq!(mine_only[0]["fault"], json!(mine));
    }
    // Closed, it is over; what happens then is a new ticket.
    let path = format!("/api/v1/tickets/{}/steps", found[0]["id"].as_str().unwrap());
    let closed = json!({ "to": "closed", "resolution": "repaired" });
    assert_eq!(post(&server.site, &path, closed).await.0, StatusCode::NO_CONTENT);
    kit.sync(vec![event(4, reported(Fault::HearNothing))]).await;
    assert_eq!(tickets(&site, "?state=open").await.len(), 2);
    assert_eq!(tickets(&site, "?state=closed").await.len(), 1);
}

#[tokio::test]
async fn a_later_agreement_moves_no_ticket_that_is_there_already() {
    let server = TestServer::start().await;
    let (tenant, site) = with_agreement(&server, "Almviks kommun", Arrangement::Rented).await;
    let kit = site.enrolled_kit("Kit 14").await;
    let mut yesterday = event(1, reported(Fault::SomethingBroken));
    yesterday.event.at = Timestamp::now() - 24.hours();
    kit.sync(vec![yesterday]).await;
    agree(&server, tenant, Arrangement::Owned, 0).await;
    kit.sync(vec![event(2, reported(Fault::NoPicture))]).await;
    let whose: BTreeMap<String, Value> = tickets(&site, "")
        .await
        .into_iter()
        .map(|ticket| {
            (
                ticket["fault"].as_str().unwrap().to_owned(),
                ticket["responsible"].clone(),
            )
        })
        .collect();
    assert_eq!(
        whose["something_broken"],
        json!("region"),
        "rented on the day of the fault"
    );
    assert_eq!(whose["no_picture"], json!("municipality"), "its own by now");
}

#[tokio::test]
async fn a_ticket_goes_forwards_only_and_says_what_it_came_to() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let (status, body) = post(
        &server.site,
        &format!("/api/v1/kits/{}/faults", kit.enrolled.kit),
        json!({ "fault": "no_picture" }),
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let ticket = format!("/api/v1/tickets/{}", body["id"].as_str().unwrap());
    let step = async |body| post(&server.site, &format!("{ticket}/steps"), body).await;
    assert_eq!(step(json!({ "to": "in_work" })).await.0, StatusCode::NO_CONTENT);
    for refused in [
        json!({ "to": "acknowledged" }),
        json!({ "to": "closed" }),
        json!({ "to": "replaced" }),
    ] {
        let (status, body) = step(refused).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "ticket-step")
        );
    }
    let closed = json!({ "to": "closed", "resolution": "nothing_wrong" });
    assert_eq!(step(closed.clone()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(step(closed).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, read) = server.site.rest(Method::GET, &ticket, None).await;
    assert_eq!(
        (&read["state"], &read["resolution"], &read["source"]),
        (&json!("closed"), &json!("nothing_wrong"), &json!("office"))
    );
    let (_, trail) = server.site.rest(Method::GET, "/api/v1/audit", None).await;
    let trail = trail.to_string();
    for kind in ["ticket_opened", "ticket_step_taken"] {
        assert!(trail.contains(kind), "{kind}");
    }
}

#[tokio::test]
async fn the_kit_s_own_state_shows_in_the_list_on_its_page_and_in_rest() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let mut request = kit.request(Vec::new());
    request.state = Some(KitState {
        looked_at: Timestamp::now(),
        self_test: BTreeMap::from([(Check::Media, Outcome::Passed), (Check::Storage, Outcome::Failed)]),
        battery: Some(Battery {
            percent: 17.try_into().unwrap(),
            charging: false,
        }),
        storage_free: Some(ByteCount(12_400_000_000)),
        network: Some(Network {
            kind: NetworkKind::Mobile,
            signal: Some(70.try_into().unwrap()),
        }),
    });
    let (status, _) = kit.post(paths::SYNC, &request).await;
    assert_eq!(status, StatusCode::OK);
    // An agent that tells nothing wipes out nothing.
    kit.sync(Vec::new()).await;
    let (_, kits) = server.site.rest(Method::GET, "/api/v1/kits", None).await;
    assert_eq!(
        kits[0]["state"]["battery"],
        json!({ "percent": 17, "charging": false })
    );
    assert_eq!(
        kits[0]["state"]["network"],
        json!({ "kind": "mobile", "signal": 70 })
    );
    assert_eq!(
        (&kits[0]["readiness"], &kits[0]["cause"]),
        (&json!("must_not_be_used"), &json!("self_test"))
    );
    assert_eq!(kits[0]["connected"], json!(true), "it was heard within 90 s");
    let visitor = server.log_in().await;
    let page = format!("/kits/{}", kit.enrolled.kit);
    let (in_the_list, on_its_page) = (
        &["17 %", "Självtestet gick inte bra"][..],
        &["17 %", "Mobilnät, 70 %", "12,4 GB", "Självtestet gick inte bra"][..],
    );
    for (path, wanted) in [("/kits", in_the_list), (&page, on_its_page)] {
        let (_, html) = visitor.get(path).await;
        for shown in wanted {
            assert!(html.contains(shown), "{shown} in {path}");
        }
    }
    // What a hostile kit sends is bounded like everything else.
    let mut wire = serde_json::to_value(&request).unwrap();
    wire["state"]["battery"]["percent"] = json!(101);
    assert_eq!(
        kit.post(paths::SYNC, &wire).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}
