//! Something done with several kits or tickets at once: named before, accounted for afterwards, each by its own rule.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::TestServer;

#[tokio::test]
async fn several_kits_take_a_step_and_the_page_says_which_cannot() {
    let server = TestServer::start().await;
    let mut ids = Vec::new();
    for name in ["Kit 01", "Kit 02", "Kit 03"] {
        ids.push(server.site.enrolled_kit(name).await.enrolled.kit.to_string());
    }
    let step = json!({ "to": "in_repair" });
    let path = format!("/api/v1/kits/{}/life", ids[2]);
    server.site.rest(Method::POST, &path, Some(step)).await;
    let visitor = server.log_in().await;
    let ticks = format!("chosen={}&", ids.join("&chosen="));

    let (status, html) = visitor.post("/kits/bulk", &format!("{ticks}to=in_repair")).await;
    assert_eq!(status, StatusCode::OK);
    for shown in [
        "Kitet blir: På service",
        "Ja, ändra 2",
        "Det här ändras inte",
        "Kit 03",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    let (_, kits) = server.site.rest(Method::GET, "/api/v1/kits", None).await;
    assert_eq!(
        kits[0]["life"],
        json!("in_service"),
        "nothing is done before it is confirmed"
    );

    let confirmed = format!("{ticks}to=in_repair&confirmed=true");
    let (_, html) = visitor.post("/kits/bulk", &confirmed).await;
    assert!(html.contains("Det gick för 2"), "{html}");
    let (_, kits) = server.site.rest(Method::GET, "/api/v1/kits", None).await;
    for kit in kits.as_array().unwrap() {
        assert_eq!(kit["life"], json!("in_repair"));
    }
    let (_, trail) = visitor.get("/audit").await;
    let steps = trail.matches("kit_step_taken").count();
    assert!(steps >= 3, "each stands in the trail: {trail}");

    let lost = format!("chosen={}&to=lost&confirmed=true", ids[0]);
    let (status, _) = visitor.post("/kits/bulk", &lost).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "what cuts a kit off is asked for one by one"
    );
    let too_many = format!("chosen={}&", ids[0]).repeat(201);
    let (status, _) = visitor
        .post("/kits/bulk", &format!("{too_many}to=in_repair"))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let (_, csv) = visitor.get(&format!("/kits/chosen.csv?chosen={}", ids[0])).await;
    assert!(csv.starts_with('\u{feff}') && !csv.contains("Kit 02"), "{csv}");
    for page in ["labels", "sheets"] {
        let (status, html) = visitor.get(&format!("/kits/{page}?{ticks}")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(html.contains("Kit 01") && html.contains("Kit 03"), "{html}");
    }
}

#[tokio::test]
async fn several_tickets_are_taken_on_and_closed() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 01").await.enrolled.kit;
    let mut ids = Vec::new();
    for fault in ["hear_nothing", "no_picture"] {
        let path = format!("/api/v1/kits/{kit}/faults");
        let (_, ticket) = server
            .site
            .rest(Method::POST, &path, Some(json!({ "fault": fault })))
            .await;
        ids.push(ticket["id"].as_str().unwrap().to_owned());
    }
    let ticks = format!("chosen={}&", ids.join("&chosen="));
    let visitor = server.log_in().await;
    for (act, said) in [
        ("to=acknowledged&resolution=repaired", "Det gick för 2"),
        ("to=acknowledged&resolution=repaired", "Det gick för 0"),
        ("to=closed&resolution=nothing_wrong", "Det gick för 2"),
    ] {
        let (status, html) = visitor
            .post("/tasks/bulk", &format!("{ticks}{act}&confirmed=true"))
            .await;
        assert_eq!(status, StatusCode::OK);
        assert!(html.contains(said), "{said} in {html}");
    }
    let (_, html) = visitor.get("/tasks").await;
    assert!(html.contains("Inga uppgifter är dina"), "{html}");
    let (status, _) = visitor.post("/tasks/bulk", &format!("{ticks}to=replaced")).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a spare is chosen for each ticket alone"
    );
}
