//! A spare takes a broken kit's place: over REST, on the pages, and for nobody else.

use crate::{
    common::{Site, TestKit, TestServer, event, problem, reservation},
    faults::{post, reported, tickets, with_agreement},
    visitor::Visitor,
};
use fleet_api::{Fault, KitId};
use fleet_server::{audit::Act, domain::agreement::Arrangement, store::KitKey};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A rented municipality with a broken kit that is reserved in three hours, and a spare.
pub(crate) struct Broken {
    pub(crate) site: Site,
    pub(crate) kit: TestKit,
    pub(crate) spare: TestKit,
    pub(crate) ticket: String,
}

pub(crate) async fn broken(server: &TestServer) -> Broken {
    let (_, site) = with_agreement(server, "Almviks kommun", Arrangement::Rented).await;
    let (kit, spare) = (
        site.enrolled_kit("Kit 14").await,
        site.enrolled_kit("Kit 15").await,
    );
    let path = format!("/api/v1/kits/{}/spare", spare.enrolled.kit);
    assert_eq!(
        site.rest(Method::PUT, &path, None).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(site.reserve(kit.enrolled.kit, 3).await.0, StatusCode::CREATED);
    kit.sync(vec![event(1, reported(Fault::SpeakerphoneMissing))])
        .await;
    let found = tickets(&site, "").await;
    Broken {
        ticket: format!("/api/v1/tickets/{}", found[0]["id"].as_str().unwrap()),
        site,
        kit,
        spare,
    }
}

impl Broken {
    pub(crate) async fn spares(&self, site: &Site) -> Vec<Value> {
        let (status, body) = site
            .rest(Method::GET, &format!("{}/spares", self.ticket), None)
            .await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body.as_array().unwrap().clone()
    }

    pub(crate) async fn replace(&self, site: &Site, spare: KitId) -> (StatusCode, Value) {
        post(
            site,
            &format!("{}/replacement", self.ticket),
            json!({ "kit": spare }),
        )
        .await
    }
}

#[tokio::test]
async fn a_spare_takes_the_broken_kit_s_place_with_its_visit() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let (kit, spare) = (broken.kit.enrolled.kit, broken.spare.enrolled.kit);
    let spares = broken.spares(&broken.site).await;
    assert_eq!(spares.len(), 1, "{spares:?}");
    assert_eq!(spares[0]["kit"], json!(spare));
    assert_eq!(
        broken.replace(&broken.site, kit).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        broken.replace(&broken.site, spare).await.0,
        StatusCode::NO_CONTENT
    );

    assert_eq!(broken.kit.sync(Vec::new()).await.desired.reservations, []);
    let told = broken.spare.sync(Vec::new()).await.desired.reservations;
    assert_eq!(told.len(), 1, "the meeting's link opens on the spare");
    let (_, ticket) = broken.site.rest(Method::GET, &broken.ticket, None).await;
    assert_eq!(
        (&ticket["state"], &ticket["spare"]),
        (&json!("replaced"), &json!(spare))
    );
    assert!(
        ticket["replaced_after"]
            .as_i64()
            .is_some_and(|took| (0..60).contains(&took))
    );
    let (_, kits) = broken.site.rest(Method::GET, "/api/v1/kits", None).await;
    let lives: Vec<&Value> = kits.as_array().unwrap().iter().map(|kit| &kit["life"]).collect();
    assert_eq!(lives, ["in_repair", "in_service"]);
    assert_eq!(kits[1]["spare"], json!(false), "it is in daily use now");
    let (status, _) = broken.replace(&broken.site, spare).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "once is enough");
}

#[tokio::test]
async fn a_spare_that_is_away_or_reserved_at_the_time_is_not_offered() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let spare = broken.spare.enrolled.kit;
    let mut other = reservation(spare, 3);
    other["link"] = json!("https://video.example/webapp3/m/other");
    let (status, booked) = post(&broken.site, "/api/v1/reservations", other).await;
    assert_eq!(status, StatusCode::CREATED, "{booked}");
    assert_eq!(broken.spares(&broken.site).await, Vec::<Value>::new());
    let (status, body) = broken.replace(&broken.site, spare).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "replacement")
    );
    // The store holds the same, whoever was faster in between.
    let store = &server.server.app().store;
    let ticket = broken.ticket.rsplit('/').next().unwrap().parse().unwrap();
    let tenant = store.whose_ticket(ticket).await.unwrap();
    let act = Act::from(Timestamp::now());
    assert!(
        store
            .replace_kit(tenant, ticket, spare, &act)
            .await
            .unwrap()
            .is_err()
    );
}

#[tokio::test]
async fn the_region_can_give_one_of_its_own_which_is_handed_over_first() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let regional = server.site.enrolled_kit("Kit 90").await.enrolled.kit;
    let offered = broken.spares(&server.site).await;
    assert_eq!(offered.len(), 2);
    assert_eq!(
        (&offered[1]["kit"], &offered[1]["from_region"]),
        (&json!(regional), &json!(true))
    );
    assert_eq!(
        broken.replace(&broken.site, regional).await.0,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a municipality does not help itself"
    );
    assert_eq!(
        broken.replace(&server.site, regional).await.0,
        StatusCode::NO_CONTENT
    );
    let store = &server.server.app().store;
    let ticket = broken.ticket.rsplit('/').next().unwrap().parse().unwrap();
    let tenant = store.whose_ticket(ticket).await.unwrap();
    assert_eq!(store.whose_kit(regional).await.unwrap(), tenant);
    let key = KitKey {
        tenant,
        kit: regional,
    };
    assert_eq!(
        store
            .reservations_for_kit(key, Timestamp::now())
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(
        store.kit(key).await.unwrap().device.is_none(),
        "it must be enrolled anew"
    );
}

#[tokio::test]
async fn on_the_pages_a_fault_is_reported_taken_on_and_its_kit_replaced() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let visitor = Visitor::log_in(&broken.site).await;
    let (_, html) = visitor.get("/tasks?mine=true").await;
    for shown in [
        "1 uppgift är din",
        "Högtalaren saknas",
        "Utrustningen hemma hos patienten: alltid kommunens uppgift.",
        "Din uppgift",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    let page = broken.ticket.replace("/api/v1/tickets", "/tasks");
    let (status, html) = visitor.get(&page).await;
    assert_eq!(status, StatusCode::OK, "{html}");
    assert!(html.contains("Kit 15"), "the spare is offered");
    let spare = broken.spare.enrolled.kit;
    for (form, done) in [
        ("act=step&to=acknowledged".to_owned(), "ticket_step"),
        ("act=step&to=in_work".to_owned(), "ticket_step"),
        (format!("act=replace&spare={spare}"), "kit_replaced"),
        ("act=close&resolution=part_replaced".to_owned(), "ticket_closed"),
    ] {
        let (status, to) = visitor.post(&page, &form).await;
        assert_eq!(
            (status, to),
            (StatusCode::SEE_OTHER, format!("{page}?done={done}"))
        );
        assert_eq!(
            visitor.get(&format!("{page}?done={done}")).await.0,
            StatusCode::OK
        );
    }
    let (status, _) = visitor.post(&page, "act=step&to=acknowledged").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, html) = visitor.get("/tasks?state=closed").await;
    assert!(html.contains(": 1 byte."), "how long it took: {html}");
    // From the office, on the kit's own page.
    let kit = format!("/kits/{spare}");
    for form in [
        "act=report&fault=no_network",
        "act=mark_spare",
        "act=unmark_spare",
    ] {
        assert_eq!(visitor.post(&kit, form).await.0, StatusCode::SEE_OTHER, "{form}");
    }
    let (_, html) = visitor.get(&kit).await;
    assert!(html.contains("Inget mobilnät"), "{html}");
    assert!(html.contains("Behöver något"), "it is not simply ready: {html}");
}

#[tokio::test]
async fn another_tenant_finds_no_ticket_and_no_kit() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let stranger = server.other_tenant().await;
    assert_eq!(tickets(&stranger, "").await, Vec::<Value>::new());
    let kit = format!("/api/v1/kits/{}", broken.kit.enrolled.kit);
    let step = json!({ "to": "in_work" });
    for (method, path, body) in [
        (Method::GET, broken.ticket.clone(), None),
        (Method::GET, format!("{}/spares", broken.ticket), None),
        (Method::POST, format!("{}/steps", broken.ticket), Some(step)),
        (
            Method::POST,
            format!("{}/replacement", broken.ticket),
            Some(json!({ "kit": broken.spare.enrolled.kit })),
        ),
        (
            Method::POST,
            format!("{kit}/faults"),
            Some(json!({ "fault": "no_picture" })),
        ),
        (Method::PUT, format!("{kit}/spare"), None),
        (Method::DELETE, format!("{kit}/spare"), None),
    ] {
        let (status, _) = stranger.rest(method.clone(), &path, body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    let visitor = Visitor::log_in(&stranger).await;
    let page = broken.ticket.replace("/api/v1/tickets", "/tasks");
    assert_eq!(visitor.get(&page).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        visitor.post(&page, "act=step&to=in_work").await.0,
        StatusCode::NOT_FOUND
    );
}
