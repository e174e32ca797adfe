//! Training, the routine, how meetings felt, and the figures of a month, from the kit's report to the printed page.

use crate::{
    care_worker::with_worker,
    common::{TestKit, TestServer, event},
};
use fleet_api::{CareWorkerId, EndCause, EventKind, Rating, ReservationId, TenantId};
use fleet_server::{audit::Act, domain::follow_up::month::Month, store::NewReservation};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// So many minutes into the second day of last month.
pub(crate) fn last_month(minute: i64) -> Timestamp {
    let (begins, _) = Month::of(Timestamp::now()).after(-1).span();
    begins + SignedDuration::from_hours(24) + SignedDuration::from_mins(minute)
}

/// A meeting of last month that lasted for half an hour.
pub(crate) async fn meeting(
    server: &TestServer,
    kit: &TestKit,
    tenant: TenantId,
    minute: i64,
) -> ReservationId {
    let starts_at = last_month(minute);
    let new = NewReservation {
        kit: kit.enrolled.kit,
        title: fleet_api::NeutralTitle::CarePlanMeeting,
        starts_at,
        ends_at: starts_at + SignedDuration::from_mins(30),
        link: fleet_api::MeetingLink::parse(crate::common::LINK).unwrap(),
    };
    server
        .server
        .app()
        .store
        .reserve(tenant, &new, starts_at)
        .await
        .unwrap()
}

pub(crate) async fn check_out(
    server: &TestServer,
    kit: &TestKit,
    worker: CareWorkerId,
) -> (StatusCode, Value) {
    let path = format!("/api/v1/kits/{}/check-out", kit.enrolled.kit);
    let body = json!({ "care_worker": worker, "without_sign_off": "acute" });
    server.site.rest(Method::POST, &path, Some(body)).await
}

#[tokio::test]
async fn a_month_from_the_kits_reports_to_the_page_the_table_and_the_programs() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    let held = meeting(&server, &kit, tenant, 60).await;
    let missed = meeting(&server, &kit, tenant, 120).await;
    let store = &server.server.app().store;
    let key = fleet_server::store::KitKey {
        tenant,
        kit: kit.enrolled.kit,
    };
    store
        .check_out(key, worker, Some(held), None, &Act::from(last_month(50)))
        .await
        .unwrap();
    let mut events = vec![
        event(1, EventKind::JoinTapped { reservation: held }),
        event(2, EventKind::MeetingJoined { reservation: held }),
        event(
            3,
            EventKind::MeetingEnded {
                reservation: held,
                cause: EndCause::LeftByRoom,
            },
        ),
        event(
            4,
            EventKind::Wiped {
                reservation: held,
                confirmed: true,
            },
        ),
    ];
    for (minute, event) in [62, 63, 89, 90].into_iter().zip(&mut events) {
        event.event.at = last_month(minute);
    }
    let rated = |number: u32| {
        let mut rated = event(number, EventKind::MeetingRated { rating: Rating::Good });
        rated.event.at = last_month(91);
        rated
    };
    events.extend((5..9).map(rated));
    kit.sync(events.clone()).await;
    kit.sync(events).await;
    store
        .take_back(key, worker, &Act::from(last_month(100)))
        .await
        .unwrap();

    let visitor = server.log_in().await;
    let month = Month::of(last_month(0));
    let address = format!("municipality={tenant}&month={month}");
    let page = async || {
        let (status, html) = visitor.get(&format!("/follow-up?{address}")).await;
        assert_eq!(status, StatusCode::OK, "{html}");
        html
    };
    let html = page().await;
    for shown in [
        "1 av 2 möten blev av",
        "50\u{a0}%",
        "60\u{a0}s",
        "Ingen hämtade kitet",
        "Färre än 5",
        "Hemtjänst norr",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    for refused in ["style=", "<script>", "Amina"] {
        assert!(!html.contains(refused), "{refused} in {html}");
    }
    kit.sync(vec![rated(9)]).await;
    assert!(
        page().await.contains("<b>5</b>"),
        "each answer once, however often it is sent"
    );

    let stated = format!(
        "reservation={missed}&cause=weak_network&back={}",
        crate::visitor::encoded(&address)
    );
    let (status, to) = visitor.post("/follow-up", &stated).await;
    assert_eq!(
        (status, to),
        (StatusCode::SEE_OTHER, format!("/follow-up?{address}&done=cause"))
    );
    assert!(page().await.contains("Svagt nät"));
    let (status, csv) = visitor.get(&format!("/follow-up.csv?{address}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        csv.contains("Möten som blev av;;50;procent;1;2;;Bokade möten där kitet"),
        "{csv}"
    );
    let path = format!("/api/v1/municipalities/{tenant}/follow-up/{month}");
    let (status, figures) = server.site.rest(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(figures["figures"][0]["value"], json!(50));
    let (_, html) = visitor.get(&format!("/utilisation?{address}")).await;
    assert!(html.contains("Kit 14"), "{html}");
}

#[tokio::test]
async fn a_kit_that_is_out_for_two_visits_counts_for_both_and_travels_once() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    let (first, second) = (
        meeting(&server, &kit, tenant, 60).await,
        meeting(&server, &kit, tenant, 120).await,
    );
    let silent = meeting(&server, &kit, tenant, 180).await;
    let store = &server.server.app().store;
    let key = fleet_server::store::KitKey {
        tenant,
        kit: kit.enrolled.kit,
    };
    let act = Act::from(last_month(50));
    let out = store.check_out(key, worker, Some(first), None, &act);
    out.await.unwrap();
    store
        .take_back(key, worker, &Act::from(last_month(200)))
        .await
        .unwrap();
    let joined = [(first, 61), (second, 121)]
        .into_iter()
        .zip(1..)
        .map(|((reservation, minute), number)| {
            let mut joined = event(number, EventKind::MeetingJoined { reservation });
            joined.event.at = last_month(minute);
            joined
        });
    kit.sync(joined.collect()).await;
    let month = Month::of(last_month(0));
    let visitor = server.log_in().await;
    let settings =
        format!("municipality={tenant}&untrained=warn&travellers=2&km_each=30&kit_km=20&km_per_hour=60");
    let (status, to) = visitor.post("/follow-up/settings", &settings).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
    let (_, html) = visitor
        .get(&format!("/follow-up?municipality={tenant}&month={month}"))
        .await;
    assert!(html.contains("Resor med kit: 1 × 20 km"), "{html}");
    assert!(
        html.contains("2 av 2 möten blev av") && html.contains("För ett möte saknas uppgift"),
        "{html}"
    );
    assert!(html.contains(&silent.to_string()), "it is asked for: {html}");
}

#[tokio::test]
async fn an_answer_is_kept_without_its_meeting_and_a_care_workers_without_its_name() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    assert_eq!(check_out(&server, &kit, worker).await.0, StatusCode::NO_CONTENT);
    kit.sync(vec![event(1, EventKind::MeetingRated { rating: Rating::Bad })])
        .await;
    let path = format!("/api/v1/kits/{}/return", kit.enrolled.kit);
    let body = json!({ "care_worker": worker, "rating": "so_so" });
    assert_eq!(
        server.site.rest(Method::POST, &path, Some(body)).await.0,
        StatusCode::NO_CONTENT
    );
    let store = &server.server.app().store;
    let answers = store.ratings(tenant, Month::of(Timestamp::now())).await.unwrap();
    let unit = store.units(tenant).await.unwrap()[0].id;
    assert_eq!(answers.len(), 2);
    assert!(
        answers
            .iter()
            .all(|answer| answer.unit == Some(unit) && answer.number == 1)
    );
    let (_, trail) = server.site.rest(Method::GET, "/api/v1/audit", None).await;
    let trail = trail.to_string();
    assert!(
        !trail.contains("so_so") && !trail.contains("\\\"bad\\\""),
        "{trail}"
    );
    // Nor in the database: no row but the counts knows an answer.
    let text = String::from_utf8_lossy(&server.files()).into_owned();
    assert!(!text.contains("\"rating\""), "an event holds its answer");
}

#[tokio::test]
async fn strangers_see_no_follow_up() {
    let server = TestServer::start().await;
    let (municipality, _) = server.municipality("Granö kommun").await;
    let stranger = crate::visitor::Visitor::log_in(&server.other_tenant().await).await;
    for page in [
        "follow-up",
        "follow-up.csv",
        "follow-up/settings",
        "utilisation",
        "utilisation.csv",
        "training",
        "training.csv",
    ] {
        let (status, _) = stranger
            .get(&format!("/{page}?municipality={municipality}"))
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{page}");
    }
    let plan = format!("municipality={municipality}&meetings=1&home_percent=1&division=equal");
    assert_eq!(
        stranger.post("/follow-up/plan", &plan).await.0,
        StatusCode::NOT_FOUND
    );
    let settings = format!("municipality={municipality}&untrained=warn");
    assert_eq!(
        stranger.post("/follow-up/settings", &settings).await.0,
        StatusCode::NOT_FOUND
    );
    let form = "act=adopt&title=x&from=2026-01-01&review_on=2026-01-01";
    let path = format!("/training?municipality={municipality}");
    assert_eq!(stranger.post(&path, form).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_plan_is_the_region_s_and_a_cause_comes_after_the_fact() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let (tenant, _) = server.municipality("Almviks kommun").await;
    let region = server.tenant("Region").await;
    let of = |tenant| format!("/api/v1/municipalities/{tenant}/follow-up-settings");
    let plan = |meetings: u32| json!({ "meetings": meetings, "home_percent": 80, "division": "equal" });
    let put = async |tenant, meetings| {
        let body = json!({ "inhabitants": 1000, "plan": plan(meetings) });
        let (status, body) = server.site.rest(Method::PUT, &of(tenant), Some(body)).await;
        (status, crate::common::problem(&body).to_owned())
    };
    assert_eq!(put(region, 3000).await, (StatusCode::NO_CONTENT, String::new()));
    assert_eq!(
        put(tenant, 9).await,
        (StatusCode::FORBIDDEN, "plan-of-region".to_owned()),
        "it would be shown and never counted with"
    );
    assert_eq!(put(tenant, 3000).await.0, StatusCode::NO_CONTENT);
    let slip = json!({ "inhabitant": 2000 });
    let (status, body) = server.site.rest(Method::PUT, &of(tenant), Some(slip)).await;
    assert_eq!(
        (status, crate::common::problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "not-understood"),
        "it would have taken the number of inhabitants away"
    );
    assert_eq!(put(region, 4000).await.0, StatusCode::NO_CONTENT);
    let (_, seen) = server.site.rest(Method::GET, &of(tenant), None).await;
    assert_eq!((&seen["plan"], &seen["inhabitants"]), (&plan(4000), &json!(1000)));

    let (_, booked) = server.site.reserve(kit.enrolled.kit, 5).await;
    let path = format!("/api/v1/reservations/{}/cause", booked["id"].as_str().unwrap());
    let cause = json!({ "cause": "not_clean" });
    let (status, body) = server.site.rest(Method::PUT, &path, Some(cause)).await;
    assert_eq!(
        (status, crate::common::problem(&body)),
        (StatusCode::CONFLICT, "cause-before-meeting")
    );
}
