//! The portal and the conference node as clients of the provider, by a browser without script.

use std::sync::Arc;

use lab::node::{LoginResult, Node, NodeConfig, RoomSettings};
use lab::phone::Act;
use lab::portal::{Booking, Portal, PortalConfig, Way, example};
use lab::tls::Authority;
use serde_json::{Value, json};
use url::Url;

use crate::support::{At, Lab, read};

const ELSA: &str = "189001019802";
const PROVIDER: &str = "6c3f6f0c-0000-4000-8000-000000000001";
const TARGET: &str = "https://kit.invalid/sso/__pexip-sso-token__";

/// A browser that holds the portal's cookie.
struct Patient {
    http: reqwest::Client,
    portal: Portal,
    cookie: Option<String>,
}

impl Patient {
    async fn start(lab: &Lab) -> Self {
        let authority = Arc::new(Authority::new("Lab web").unwrap());
        let http = lab::http::client(&[authority.pem()], None).unwrap();
        let portal = Portal::start(PortalConfig::new(authority), &lab.provider)
            .await
            .unwrap();
        Self {
            http,
            portal,
            cookie: None,
        }
    }

    async fn get(&self, address: &str) -> (u16, String, Option<String>, Option<String>) {
        let mut request = self.http.get(address);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.send().await.unwrap();
        let text = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let (status, place, cookie) = (answer.status().as_u16(), text("location"), text("set-cookie"));
        let body = String::from_utf8(read(answer).await).unwrap();
        (status, body, place, cookie)
    }

    async fn page(&self, path: &str) -> (u16, String, Option<String>) {
        let (status, body, place, _) = self.get(&format!("{}{path}", self.portal.url())).await;
        (status, body, place)
    }

    async fn log_in(&mut self, lab: &Lab, act: Act) -> u16 {
        let (_, _, provider) = self.page("/login").await;
        let login = lab.get(&provider.unwrap()).await;
        let back = lab.finish(&login.address, act).await;
        let (status, _, _, cookie) = self.get(back.address.as_str()).await;
        self.cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        status
    }
}

#[tokio::test]
async fn a_patient_logs_in_and_finds_the_meetings_link_of_their_own_booked_time() {
    let lab = Lab::start().await;
    let mut patient = Patient::start(&lab).await;
    let link = "https://node.example/webapp3/m/plan";
    patient.portal.put_booking(example(ELSA, link));
    patient.portal.put_booking(Booking {
        id: "annan".into(),
        ..example("189001029819", link)
    });
    assert_eq!(patient.page("/times").await.2.as_deref(), Some("/"));
    assert_eq!(patient.log_in(&lab, Act::Identify).await, 303);
    let (_, list, _) = patient.page("/times").await;
    assert!(
        list.contains("Elsa Berg") && list.contains("/times/vardplanering") && !list.contains("/times/annan")
    );
    assert!(list.contains("<title>Testportal</title>"));
    let (_, page, _) = patient.page("/times/vardplanering").await;
    assert!(page.contains(&format!("href=\"{link}\"")));
    assert_eq!(patient.page("/times/annan").await.0, 404);

    patient.portal.put_booking(Booking {
        way: Way::Redirect,
        ..example(ELSA, "https://evil.example/")
    });
    let (status, _, place) = patient.page("/times/vardplanering/go").await;
    assert_eq!((status, place.as_deref()), (302, Some("https://evil.example/")));

    let (_, _, goodbye) = patient.page("/logout").await;
    assert_eq!(
        lab.get(&goodbye.unwrap()).await.address.as_str(),
        format!("{}/", patient.portal.url())
    );
    assert_eq!(patient.page("/times").await.2.as_deref(), Some("/"));
}

#[tokio::test]
async fn who_gives_up_is_not_logged_in_and_an_answer_counts_once() {
    let lab = Lab::start().await;
    let mut patient = Patient::start(&lab).await;
    assert_eq!(patient.log_in(&lab, Act::Cancel).await, 403);
    assert_eq!(patient.cookie, None);
    let (_, _, provider) = patient.page("/login").await;
    let login = lab.get(&provider.unwrap()).await;
    let back = lab.finish(&login.address, Act::Identify).await;
    let invented = back.address.as_str().replace("code=", "code=x");
    assert_eq!(patient.get(&invented).await.0, 403);
    assert_eq!(
        patient.get(back.address.as_str()).await.0,
        403,
        "its state was used"
    );
}

#[tokio::test]
async fn every_way_of_a_page_leads_where_a_test_wants_it() {
    let lab = Lab::start().await;
    let mut patient = Patient::start(&lab).await;
    patient.log_in(&lab, Act::Identify).await;
    for (way, link, sign) in [
        (
            Way::WindowOpen,
            "https://a.example/",
            "window.open(\"https://a.example/\")",
        ),
        (Way::NewTab, "https://a.example/", "target=\"_blank\""),
        (Way::Frame, "https://a.example/", "<iframe"),
        (Way::Popup, "https://a.example/", "window.open("),
        (
            Way::Script,
            "data:text/html,x",
            "location.href=\"data:text/html,x\"",
        ),
        (Way::Download, "https://a.example/f.exe", "download="),
        (Way::Parts, "https://a.example/p", "fetch(\"https://a.example/p\""),
        (Way::Link, "file:///etc/passwd", "href=\"file:///etc/passwd\""),
    ] {
        patient.portal.put_booking(Booking {
            way,
            ..example(ELSA, link)
        });
        let (_, page, _) = patient.page("/times/vardplanering").await;
        assert!(page.contains(sign), "{way:?}: {page}");
    }
}

/// A room where people log in at the provider.
struct Door {
    node: Node,
    http: reqwest::Client,
}

impl Door {
    async fn start(lab: &Lab, by_redirect: bool, result: LoginResult) -> Self {
        let node = Node::start(NodeConfig::default()).await.unwrap();
        node.log_in_at(PROVIDER, &lab.provider).await.unwrap();
        let idp = json!({"name": "Provlegitimation", "uuid": PROVIDER, "disable_popup_flow": by_redirect});
        let settings = json!({"identity_providers": [idp], "login_result": result});
        let settings: RoomSettings = serde_json::from_value(settings).unwrap();
        node.control().put_room("plan", settings).unwrap();
        let http = lab::http::client(&[node.ca_pem()], None).unwrap();
        Self { node, http }
    }

    async fn ask(&self, more: Value) -> (u16, Value) {
        let mut body = json!({"display_name": "Elsa"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let address = format!("{}/api/client/v2/conferences/plan/request_token", self.node.url());
        let answer = self.http.post(address).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            serde_json::from_slice::<Value>(&read(answer).await).unwrap()["result"].take(),
        )
    }

    /// Chooses the provider and logs in there; what the node answers to the browser.
    async fn log_in(&self, lab: &Lab, act: Act) -> reqwest::Response {
        let chosen = json!({"chosen_idp": PROVIDER, "sso_redirect_target": TARGET});
        let (_, answer) = self.ask(chosen).await;
        let address = answer["redirect_url"].as_str().unwrap();
        assert!(
            address.starts_with(lab.provider.issuer()),
            "the provider's own address"
        );
        let login: At = lab.get(address).await;
        let back: Url = lab.finish(&login.address, act).await.address;
        self.http.get(back).send().await.unwrap()
    }
}

#[tokio::test]
async fn the_node_lists_its_provider_and_gives_a_proof_by_redirect() {
    let lab = Lab::start().await;
    let door = Door::start(&lab, true, LoginResult::Success).await;
    let (status, list) = door.ask(json!({})).await;
    assert_eq!((status, &list["idp"][0]["uuid"]), (403, &json!(PROVIDER)));
    let back = door.log_in(&lab, Act::Identify).await;
    let place = back.headers()["location"].to_str().unwrap().to_owned();
    let proof = place.strip_prefix("https://kit.invalid/sso/").unwrap();
    let proof = percent_encoding::percent_decode_str(proof).decode_utf8().unwrap();
    let (status, entered) = door
        .ask(json!({"chosen_idp": PROVIDER, "sso_token": proof}))
        .await;
    assert_eq!((status, entered["display_name"].as_str()), (200, Some("Elsa")));
    let (status, _) = door
        .ask(json!({"chosen_idp": PROVIDER, "sso_token": "invented"}))
        .await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn the_node_tells_the_opener_of_a_popup_how_the_login_went() {
    let lab = Lab::start().await;
    for (result, act, message) in [
        (LoginResult::Success, Act::Identify, "\"result\":\"success\""),
        (LoginResult::Forbidden, Act::Identify, "\"result\":\"forbidden\""),
        (
            LoginResult::Unavailable,
            Act::Identify,
            "\"result\":\"service unavailable\"",
        ),
        (LoginResult::Success, Act::Cancel, "\"result\":\"forbidden\""),
    ] {
        let door = Door::start(&lab, false, result).await;
        let page = String::from_utf8(read(door.log_in(&lab, act).await).await).unwrap();
        assert!(
            page.contains("opener.postMessage(") && page.contains(message),
            "{page}"
        );
    }
}
