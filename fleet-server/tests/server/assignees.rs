//! Who sees to a ticket: chosen by the organisation whose task it is, among its own people.

use crate::faults::{post, reported, tickets, with_agreement};
use crate::{
    common::{Site, TestServer, event, logged_in},
    visitor::Visitor,
};
use fleet_api::{Fault, PersonId};
use fleet_server::domain::{agreement::Arrangement, role::Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn whoever_has_the_task_says_who_sees_to_it_among_their_own() {
    let server = TestServer::start().await;
    let (tenant, site) = with_agreement(&server, "Almviks kommun", Arrangement::Rented).await;
    let store = &server.server.app().store;
    let region = server.tenant("Region").await;
    let support = logged_in(store, region, "Amina", Role::RegionSupport).await.0;
    let auditor = logged_in(store, region, "Bo", Role::Auditor).await.0;
    let manager = logged_in(store, tenant, "Karin", Role::MunicipalManager).await.0;

    let kit = site.enrolled_kit("Kit 14").await;
    kit.sync(vec![event(1, reported(Fault::HearNothing))]).await;
    let ticket = tickets(&site, "").await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tickets/{ticket}");
    let give = async |site: &Site, person: Option<PersonId>| {
        let body = json!({ "person": person });
        site.rest(Method::PUT, &format!("{path}/assignee"), Some(body))
            .await
    };
    // Rented, so that it is the region's task.
    for (asks, person) in [
        (&site, Some(manager)),
        (&site, None),
        (&server.site, Some(manager)),
        (&server.site, Some(auditor)),
        (&server.site, Some(PersonId::generate())),
    ] {
        let (status, body) = give(asks, person).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{person:?}: {body}");
    }
    let now = async || site.rest(Method::GET, &path, None).await.1["assignee"].clone();
    assert_eq!(now().await, Value::Null);
    for person in [Some(support), None, Some(support)] {
        assert_eq!(give(&server.site, person).await.0, StatusCode::NO_CONTENT);
        assert_eq!(now().await, json!(person));
    }
    // Whoever may choose is told among whom; nobody else learns their names.
    let choices = async |token: String| {
        let asking = Site {
            token,
            ..server.site.clone()
        };
        asking.rest(Method::GET, &format!("{path}/assignees"), None).await
    };
    let amina = json!([{ "id": support, "name": "Amina", "role": "region_support" }]);
    let at_region = server.token_as(region, Role::RegionOperator).await;
    assert_eq!(choices(at_region).await, (StatusCode::OK, amina));
    for (tenant, role, status) in [
        (region, Role::Auditor, StatusCode::FORBIDDEN),
        (tenant, Role::CareWorker, StatusCode::FORBIDDEN),
        (tenant, Role::MunicipalManager, StatusCode::UNPROCESSABLE_ENTITY),
        // Support without the municipality's consent.
        (region, Role::RegionSupport, StatusCode::NOT_FOUND),
    ] {
        let (got, body) = choices(server.token_as(tenant, role).await).await;
        assert_eq!(got, status, "{role:?}: {body}");
        assert!(!body.to_string().contains("Amina"), "{body}");
    }
    // The page names a colleague, and of others only at whose organisation they are.
    let page = format!("/tasks/{ticket}");
    let (at_region, at_municipality) = (server.log_in().await, Visitor::log_in(&site).await);
    let (_, html) = at_region.get(&page).await;
    assert!(
        html.contains("<dd>Amina</dd>") && !html.contains("Karin"),
        "{html}"
    );
    let (_, html) = at_municipality.get(&page).await;
    assert!(
        html.contains("Någon hos regionen") && !html.contains("Amina"),
        "{html}"
    );
    let (_, to) = at_region.post(&page, "act=assign&person=").await;
    assert_eq!(to, format!("{page}?done=ticket_assigned"));
    assert_eq!(now().await, Value::Null);
    let (_, to) = at_region
        .post(&page, &format!("act=assign&person={support}"))
        .await;
    assert_eq!(to, format!("{page}?done=ticket_assigned"));
    let close = json!({ "to": "closed", "resolution": "repaired" });
    post(&server.site, &format!("{path}/steps"), close).await;
    let (status, body) = give(&server.site, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert_eq!(now().await, json!(support), "what is closed is history");
    let (_, trail) = site.rest(Method::GET, "/api/v1/audit", None).await;
    let assigned = format!(r#"{{"kind":"ticket_assigned","ticket":"{ticket}","assignee":"{support}"}}"#);
    assert_eq!(
        trail.to_string().matches(&assigned.replace('"', "\\\"")).count(),
        3,
        "{trail}"
    );
}
