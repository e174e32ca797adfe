//! An id in a path that is none is answered by a problem on every REST route, whatever stands there.

use reqwest::{Client, Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::common::{Site, TestServer, problem, read};

/// What was put in the place of an id and is none: no text, too long, another thing's, nothing to speak of.
fn malformed() -> [String; 6] {
    [
        "%FF".to_owned(),
        "%C3%28".to_owned(),
        "a".repeat(1_000),
        "..%2F..%2Fkits".to_owned(),
        "%00".to_owned(),
        "-".to_owned(),
    ]
}

/// The path with that in the place of every id.
fn filled_in(path: &str, id: &str) -> String {
    let pieces = path.split('{').map(|piece| match piece.split_once('}') {
        Some((_, rest)) => format!("{id}{rest}"),
        None => piece.to_owned(),
    });
    pieces.collect()
}

async fn refused(site: &Site, client: &Client, method: &Method, path: &str) {
    let mut request = client
        .request(method.clone(), format!("{}{path}", site.console))
        .bearer_auth(&site.token);
    if *method != Method::GET {
        request = request.json(&json!({}));
    }
    let response = request.send().await.unwrap();
    let kind = response.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
    let (status, body): (_, Value) = read(response).await;
    assert!(
        status.is_client_error() && kind == "application/problem+json",
        "{method} {path}: {status} {kind} {body}"
    );
    assert_eq!(body["status"], json!(status.as_u16()), "{method} {path}: {body}");
}

#[tokio::test]
async fn an_id_that_is_none_is_answered_by_a_problem_on_every_route() {
    let server = TestServer::start().await;
    let client = server.site.http(None);
    let document = serde_json::to_value(fleet_server::console::openapi_document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut asked = 0;
    for (path, operations) in paths.iter().filter(|(path, _)| path.contains('{')) {
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            for id in malformed() {
                refused(&server.site, &client, &method, &filled_in(path, &id)).await;
                asked += 1;
            }
        }
    }
    assert!(asked > 200, "{asked}");
}

#[tokio::test]
async fn a_list_is_no_object_though_its_elements_would_fit() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let path = format!("/api/v1/kits/{kit}/faults");
    let (status, body) = server
        .site
        .rest(Method::POST, &path, Some(json!(["no_network"])))
        .await;
    assert_eq!(
        (status.as_u16(), problem(&body)),
        (422, "not-understood"),
        "{body}"
    );
}
