//! Booking by a calendar's file: over REST and from a page, and what follows from its later versions.

use std::sync::LazyLock;

use crate::{
    common::{LINK, TestServer, event, problem, read, reservation},
    visitor::Visitor,
};
use fleet_api::{EventKind, KitId, ReservationId};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

const UID: &str = "anna.andersson-19121212-1212@kommun.example";

/// A version of the meeting, in so many hours.
fn file(method: &str, sequence: u32, hours: i64, link: &str) -> String {
    static NOW: LazyLock<Timestamp> = LazyLock::new(Timestamp::now);
    let starts = *NOW + SignedDuration::from_hours(hours);
    let stamp = |time: Timestamp| time.strftime("%Y%m%dT%H0000Z").to_string();
    format!(
        "BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{UID}\r\nSEQUENCE:{sequence}\r\nDTSTART:{}\r\n\
         DTEND:{}\r\nLOCATION:{link}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        stamp(starts),
        stamp(starts + SignedDuration::from_hours(1)),
    )
}

async fn send(server: &TestServer, kit: KitId, file: impl Into<reqwest::Body>) -> (StatusCode, Value) {
    let path = format!("/api/v1/kits/{kit}/invitations?title=care_plan_meeting");
    let request = server
        .site
        .http(None)
        .post(format!("{}{path}", server.site.console))
        .bearer_auth(&server.site.token)
        .header(header::CONTENT_TYPE, "text/calendar");
    read(request.body(file).send().await.unwrap()).await
}

async fn booked(server: &TestServer) -> Vec<Value> {
    let path = "/api/v1/reservations";
    let (_, list) = server.site.rest(Method::GET, path, None).await;
    list.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_booking_follows_its_invitation_until_that_is_cancelled() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let other = server.site.enrolled_kit("Kit 15").await.enrolled.kit;
    let here = kit.enrolled.kit;
    let came = async |kit, file| {
        let (status, body) = send(&server, kit, file).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        (
            body["came"].as_str().unwrap().to_owned(),
            body["reservation"].clone(),
        )
    };
    let (first, id) = came(here, file("REQUEST", 1, 40, LINK)).await;
    assert_eq!(first, "booked");
    assert_eq!(
        came(here, file("REQUEST", 1, 40, LINK)).await,
        ("as_before".to_owned(), id.clone())
    );
    let room = "https://video.example/m/other-room";
    // Whichever kit is named: the meeting has its own.
    assert_eq!(
        came(other, file("REQUEST", 2, 44, room)).await,
        ("moved".to_owned(), id.clone())
    );
    let told = kit.sync(Vec::new()).await.desired.reservations;
    assert_eq!((told.len(), told[0].link.expose()), (1, room));
    for older in [file("REQUEST", 1, 40, LINK), file("CANCEL", 1, 40, LINK)] {
        let (status, body) = send(&server, here, older).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::CONFLICT, "invitation-older")
        );
    }
    assert_eq!(booked(&server).await.len(), 1);
    let cancelling = file("CANCEL", 3, 44, "");
    assert_eq!(
        came(here, cancelling.clone()).await,
        ("cancelled".to_owned(), id.clone())
    );
    assert_eq!(came(here, cancelling).await, ("as_before".to_owned(), id.clone()));
    assert_eq!(booked(&server).await, Vec::<Value>::new());
    assert_eq!(kit.sync(Vec::new()).await.desired.reservations, []);
    let (status, _) = send(&server, here, file("REQUEST", 2, 44, room)).await;
    assert_eq!(
        status,
        StatusCode::CONFLICT,
        "what was cancelled since does not come back"
    );
    let (again, anew) = came(here, file("REQUEST", 4, 44, room)).await;
    assert_eq!(again, "booked");
    assert_ne!(anew, id);
    let text = String::from_utf8_lossy(&server.files()).into_owned();
    assert!(
        !text.contains("anna.andersson"),
        "of what the calendar calls it only a hash is kept"
    );
}

#[tokio::test]
async fn the_meeting_that_a_version_leads_to_is_the_one_that_is_taken() {
    let server = TestServer::start().await;
    let here = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let other = server.site.enrolled_kit("Kit 15").await.enrolled.kit;
    let third = server.site.enrolled_kit("Kit 16").await.enrolled.kit;
    let book = async |kit, link: &str| {
        let mut body = reservation(kit, 40);
        body["link"] = json!(link);
        server
            .site
            .rest(Method::POST, "/api/v1/reservations", Some(body))
            .await
    };
    let follow = async |sequence, link: &str| {
        let (status, body) = send(&server, here, file("REQUEST", sequence, 40, link)).await;
        (status, problem(&body).to_owned())
    };
    let (followed, refused) = (
        (StatusCode::OK, String::new()),
        (StatusCode::CONFLICT, "booked-twice".to_owned()),
    );
    let (room, taken) = ("https://video.example/m/new", "https://video.example/m/taken");
    assert_eq!(follow(0, LINK).await, followed);
    // The same room in other letters is its own.
    assert_eq!(
        follow(1, "https://VIDEO.example/webapp3/m/Sesame").await,
        followed
    );
    assert_eq!(follow(2, room).await, followed);
    assert_eq!(book(other, room).await.0, StatusCode::CONFLICT);
    assert_eq!(book(other, LINK).await.0, StatusCode::CREATED, "it was left");
    let (_, theirs) = book(third, taken).await;
    assert_eq!(follow(3, taken).await, refused);
    let path = format!("/api/v1/reservations/{}", theirs["id"].as_str().unwrap());
    let (status, _) = server.site.rest(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(
        follow(3, taken).await,
        followed,
        "nothing of the refused try was kept"
    );
    assert_eq!(book(third, room).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_the_file_may_not_do_is_refused_in_a_sentence() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let here = kit.enrolled.kit;
    let refused = async |file: String, part: &str| {
        let (status, body) = send(&server, here, file).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(body["detail"].as_str().unwrap().contains(part), "{body}");
    };
    refused(file("REPLY", 0, 40, LINK), "an answer to an invitation").await;
    refused(file("CANCEL", 0, 40, LINK), "cancel the reservation instead").await;
    refused(file("REQUEST", 0, 40, "https://evil.example/m/a"), "link").await;
    let (_, body) = send(&server, here, file("REQUEST", 0, 40, LINK)).await;
    let reservation: ReservationId = serde_json::from_value(body["reservation"].clone()).unwrap();
    refused(file("REQUEST", 1, 40, "https://evil.example/m/a"), "link").await;
    kit.sync(vec![event(1, EventKind::MeetingJoined { reservation })])
        .await;
    for late in [file("REQUEST", 1, 44, LINK), file("CANCEL", 1, 40, LINK)] {
        let (status, body) = send(&server, here, late).await;
        assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "meeting-joined"));
    }
    let large = format!("{}{}", file("REQUEST", 0, 40, LINK), "x".repeat(300 * 1024));
    assert_eq!(send(&server, here, large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let stranger = server.other_tenant().await;
    let path = format!("/api/v1/kits/{here}/invitations?title=care_plan_meeting");
    let (status, _) = stranger.rest(Method::POST, &path, Some(json!(""))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_office_chooses_a_file_or_pastes_it() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let visitor = Visitor::log_in(&server.site).await;
    let tenant = server.tenant("Region").await;
    let (_, html) = visitor.get("/book").await;
    assert!(
        html.contains("type=\"file\"") && html.contains("multipart/form-data"),
        "{html}"
    );
    let send = async |file: String, pasted: &str| {
        let part = |name: &str, content: &str| {
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
        };
        let body = [
            part("municipality", &tenant.to_string()),
            part("kit", &kit.to_string()),
            part("title", "care_plan_meeting"),
            part("legal_mode", "care_providers_only"),
            part("file\"; filename=\"SIP Anna.ics", &file),
            part("invitation", pasted),
            "--cut--\r\n".to_owned(),
        ];
        let request = server
            .site
            .http(None)
            .post(format!("{}/book", server.site.console))
            .header(header::COOKIE, visitor.cookie())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        let response = request.body(body.concat()).send().await.unwrap();
        let to = response.headers().get(header::LOCATION);
        let to = to.map(|to| to.to_str().unwrap().to_owned());
        (response.status(), to.unwrap_or_default())
    };
    let (status, to) = send(file("REQUEST", 0, 40, LINK), "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.ends_with("done=booked"), "{to}");
    let (_, to) = send(String::new(), &file("REQUEST", 1, 42, LINK)).await;
    assert!(to.ends_with("done=moved"), "{to}");
    let (_, to) = send(file("CANCEL", 2, 42, ""), "").await;
    assert!(to.ends_with("done=cancelled"), "{to}");
    assert!(visitor.get(&to).await.1.contains("Bokningen är avbokad"));
    let (status, _) = send("x".repeat(300 * 1024), "").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "no file is that large");
}

#[tokio::test]
async fn a_line_that_is_folded_within_a_letter_is_read_all_the_same() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let subject = "LOCATION:".to_owned();
    let file = file("REQUEST", 0, 40, LINK).replacen(&subject, &format!("SUMMARY:Möte\r\n{subject}"), 1);
    let (before, after) = file.split_once('ö').unwrap();
    // RFC 5545, section 3.1: a fold may come between the bytes of a letter.
    let folded = [before.as_bytes(), b"\xc3\r\n \xb6", after.as_bytes()].concat();
    let (status, body) = send(&server, kit, folded).await;
    assert_eq!((status, &body["came"]), (StatusCode::OK, &json!("booked")));
}
