//! The node over real HTTPS, asked by an ordinary HTTP client.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; clippy knows only the tests themselves"
)]

use std::time::Duration;

use futures_util::StreamExt;
use lab::node::{Fault, Node, NodeConfig, RoomFault, RoomSettings};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(10);
const ALIAS: &str = "vård.plan@region.se";
const ALIAS_IN_PATH: &str = "v%C3%A5rd.plan%40region.se";

struct Lab {
    node: Node,
    http: Client,
}

impl Lab {
    async fn with(settings: Value) -> Self {
        // Only the first test of the process installs it; the others find it there.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let node = Node::start(NodeConfig::default()).await.unwrap();
        node.control()
            .put_room(ALIAS, serde_json::from_value::<RoomSettings>(settings).unwrap())
            .unwrap();
        let anchor = reqwest::Certificate::from_pem(node.ca_pem().as_bytes()).unwrap();
        let http = Client::builder()
            .tls_certs_only([anchor])
            .timeout(LIMIT)
            .build()
            .unwrap();
        Self { node, http }
    }

    fn url(&self, path: &str) -> String {
        format!(
            "{}/api/client/v2/conferences/{ALIAS_IN_PATH}/{path}",
            self.node.url()
        )
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> (StatusCode, Value) {
        let request = self.http.post(self.url(path)).header("token", token).json(&body);
        read(request.send().await.unwrap()).await
    }

    async fn join(&self, name: &str) -> (String, String) {
        let (status, answer) = self
            .post("request_token", "", json!({"display_name": name}))
            .await;
        assert_eq!(status, 200, "{answer}");
        let field = |key: &str| answer["result"][key].as_str().unwrap().to_owned();
        (field("participant_uuid"), field("token"))
    }

    /// Opens the stream as a browser does: raw alias and token in the address.
    async fn events(&self, token: &str) -> Events {
        let url = self.url(&format!("events?token={token}"));
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200);
        Events {
            body: response.bytes_stream().boxed(),
            text: String::new(),
        }
    }
}

async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.unwrap());
        assert!(body.len() < 1_000_000);
    }
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

struct Events {
    body: futures_util::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    text: String,
}

impl Events {
    /// The next event: name and data. `None` at the end of the stream.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .unwrap_or_default()
                        .trim()
                        .to_owned()
                };
                let found = (
                    field("event:"),
                    serde_json::from_str(&field("data:")).unwrap_or(Value::Null),
                );
                self.text = String::from(rest);
                return Some(found);
            }
            let piece = tokio::time::timeout(LIMIT, self.body.next())
                .await
                .expect("an event in time")?;
            self.text.push_str(std::str::from_utf8(&piece.ok()?).unwrap());
        }
    }

    async fn until(&mut self, name: &str) -> Value {
        loop {
            let (event, data) = self
                .next()
                .await
                .unwrap_or_else(|| panic!("the stream ended before {name}"));
            if event == name {
                return data;
            }
        }
    }
}

#[tokio::test]
async fn joins_sees_another_come_and_leaves() {
    let lab = Lab::with(json!({})).await;
    let (anna, token) = lab.join("Anna").await;
    let mut events = lab.events(&token).await;
    assert_eq!(events.until("participant_create").await["uuid"], *anna);
    assert_eq!(events.until("participant_sync_end").await, Value::Null);
    let (bo, bos_token) = lab.join("Bo").await;
    assert_eq!(events.until("participant_create").await["uuid"], *bo);
    assert_eq!(
        lab.post("release_token", &bos_token, json!({})).await.1["result"],
        true
    );
    assert_eq!(events.until("participant_delete").await["uuid"], *bo);
    assert_eq!(lab.post("refresh_token", &bos_token, json!({})).await.0, 403);
}

#[tokio::test]
async fn unknown_room_and_bad_token_are_plain_refusals() {
    let lab = Lab::with(json!({})).await;
    let url = format!(
        "{}/api/client/v2/conferences/nowhere/request_token",
        lab.node.url()
    );
    let response = lab
        .http
        .post(url)
        .json(&json!({"display_name": "A"}))
        .send()
        .await
        .unwrap();
    let (status, answer) = read(response).await;
    assert_eq!(
        (status.as_u16(), &answer["result"]),
        (404, &json!("Neither conference nor gateway found"))
    );
    let (status, answer) = lab.post("refresh_token", "wrong", json!({})).await;
    assert_eq!((status.as_u16(), &answer["status"]), (403, &json!("failed")));
}

#[tokio::test]
async fn garbage_from_a_client_is_refused_and_the_node_lives_on() {
    let lab = Lab::with(json!({})).await;
    let (uuid, token) = lab.join("Anna").await;
    for path in [
        "request_token".into(),
        format!("participants/{uuid}/calls"),
        format!("participants/{uuid}/role"),
    ] {
        let request = lab
            .http
            .post(lab.url(&path))
            .header("token", &token)
            .body("{\"x\": [\u{0}");
        assert_eq!(request.send().await.unwrap().status(), 400, "{path}");
    }
    let (status, _) = lab
        .post(
            &format!("participants/{uuid}/calls"),
            &token,
            json!({"sdp": "garbage"}),
        )
        .await;
    assert_eq!(status, 400);
    assert_eq!(lab.post("refresh_token", &token, json!({})).await.0, 200);
}

#[tokio::test]
async fn preflight_allows_the_headers_of_a_browser() {
    let lab = Lab::with(json!({})).await;
    let request = lab
        .http
        .request(reqwest::Method::OPTIONS, lab.url("request_token"))
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "pin,content-type");
    let response = request.send().await.unwrap();
    assert!(response.status().is_success());
    let allowed = response.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(
        ["token", "pin", "content-type"]
            .iter()
            .all(|header| allowed.contains(header)),
        "{allowed}"
    );
}

#[tokio::test]
async fn next_two_joins_get_503_and_the_third_gets_in() {
    let lab = Lab::with(json!({})).await;
    let fault = json!({"kind": "answer", "to": "request_token", "times": 2, "status": 503,
        "result": "System in maintenance mode"});
    let fault: RoomFault = serde_json::from_value(fault).unwrap();
    lab.node.control().room_fault(ALIAS, fault).unwrap();
    for _ in 0..2 {
        let (status, answer) = lab.post("request_token", "", json!({"display_name": "A"})).await;
        assert_eq!(
            (status.as_u16(), &answer["result"]),
            (503, &json!("System in maintenance mode"))
        );
    }
    lab.join("A").await;
}

#[tokio::test]
async fn cut_event_stream_can_be_opened_again_and_a_kick_says_why() {
    let lab = Lab::with(json!({})).await;
    let (uuid, token) = lab.join("Anna").await;
    let mut first = lab.events(&token).await;
    first.until("participant_sync_end").await;
    lab.node
        .control()
        .fault(ALIAS, &uuid, Fault::DropEvents { refuse_ms: 0 })
        .await
        .unwrap();
    while first.next().await.is_some() {}
    let mut second = lab.events(&token).await;
    second.until("participant_sync_end").await;
    lab.node.control().fault(ALIAS, &uuid, Fault::Kick).await.unwrap();
    assert_eq!(
        second.until("disconnect").await["reason"],
        "Disconnected by another participant"
    );
    assert_eq!(second.next().await, None);
}

#[tokio::test]
async fn outage_holds_requests_until_it_ends() {
    let lab = Lab::with(json!({})).await;
    let (uuid, token) = lab.join("Anna").await;
    let outage = json!({"outages": {"length_ms": 60_000, "signalling": true}});
    lab.node
        .control()
        .set_link(ALIAS, &uuid, &serde_json::from_value(outage).unwrap())
        .unwrap();
    let request = lab.post("refresh_token", &token, json!({}));
    tokio::pin!(request);
    let held = tokio::time::timeout(Duration::from_millis(300), &mut request).await;
    assert!(held.is_err(), "answered during an outage");
    lab.node
        .control()
        .set_link(ALIAS, &uuid, &serde_json::from_value(json!({})).unwrap())
        .unwrap();
    assert_eq!(request.await.0, 200);
}

#[tokio::test]
async fn control_port_makes_rooms_and_shows_them() {
    let lab = Lab::with(json!({})).await;
    let room = format!("{}/rooms/other", lab.node.control_url());
    let made = lab
        .http
        .put(&room)
        .json(&json!({"host_pin": "1"}))
        .send()
        .await
        .unwrap();
    assert_eq!(read(made).await.1["alias"], "other");
    let shown = read(lab.http.get(&room).send().await.unwrap()).await.1;
    assert_eq!(shown["participants"], json!([]));
    let wrong = lab
        .http
        .put(&room)
        .json(&json!({"no_such_setting": 1}))
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 422);
}
