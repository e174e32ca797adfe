//! What `openid_provider` answers: its metadata and keys, tokens for codes, logins for a kit.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use crate::openid_provider::CLIENT;
use aws_lc_rs::{
    digest,
    signature::{EcdsaKeyPair, KeyPair},
};
use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};

/// What each code is worth: the challenge to be met, where it was sent, and the token.
pub(crate) type Codes = Arc<Mutex<HashMap<String, (String, String, String)>>>;

/// Logins for a kit that have begun, and what is said of the newest (RFC 8628).
#[derive(Clone, Default)]
pub(crate) struct Devices(pub(crate) Arc<Mutex<Device>>);

#[derive(Default)]
pub(crate) struct Device {
    begun: u32,
    pub(crate) says: Option<Value>,
}

pub(crate) fn routes(issuer: &str, key: &EcdsaKeyPair, codes: Codes) -> Router {
    // An uncompressed point: 4, x, y (SEC 1, section 2.3.3).
    let point = key.public_key().as_ref();
    let keys = json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1",
        "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]),
    }] });
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/end"),
        "device_authorization_endpoint": format!("{issuer}/device"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(async move || Json(metadata)),
        )
        .route("/keys", get(async move || Json(keys)))
        .with_state(codes)
}

/// Where a login for a kit begins, and where it is asked how it stands. The code flow's tokens come from there too.
pub(crate) fn device_routes(issuer: &str, codes: Codes, devices: Devices) -> Router {
    let (issuer, asked_of) = (issuer.to_owned(), devices.clone());
    let begin = async move |Form(asked): Form<HashMap<String, String>>| {
        assert_eq!(
            (&*asked["client_id"], &*asked["scope"]),
            (CLIENT, "openid profile")
        );
        let mut device = devices.0.lock().unwrap();
        device.begun += 1;
        device.says = None;
        let number = device.begun;
        Json(json!({
            "device_code": format!("device-code-{number}"), "user_code": format!("WDJB-MJH{number}"),
            "verification_uri": format!("{issuer}/go"),
            "verification_uri_complete": format!("{issuer}/go?user_code=WDJB-MJH{number}"),
            "expires_in": 600, "interval": 1,
        }))
    };
    let token = async move |State(codes): State<Codes>, Form(asked): Form<HashMap<String, String>>| {
        if asked["grant_type"] != "urn:ietf:params:oauth:grant-type:device_code" {
            return exchange(State(codes), Form(asked)).await;
        }
        let device = asked_of.0.lock().unwrap();
        assert_eq!(asked["device_code"], format!("device-code-{}", device.begun));
        match &device.says {
            Some(tokens) if tokens["id_token"].is_string() => (StatusCode::OK, Json(tokens.clone())),
            Some(refused) => (StatusCode::BAD_REQUEST, Json(refused.clone())),
            None => (
                StatusCode::BAD_REQUEST,
                Json(json!({ "error": "authorization_pending" })),
            ),
        }
    };
    Router::new()
        .route("/device", post(begin))
        .route("/token", post(token))
        .with_state(codes)
}

/// A code is worth its token once, and only to whoever began the login.
#[expect(clippy::unused_async, reason = "a handler")]
async fn exchange(
    State(codes): State<Codes>,
    Form(asked): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let issued = codes.lock().unwrap().remove(&asked["code"]);
    let verifier = digest::digest(&digest::SHA256, asked["code_verifier"].as_bytes());
    match issued {
        Some((challenge, sent_to, token))
            if challenge == BASE64.encode(verifier) && asked["redirect_uri"] == sent_to =>
        {
            let answer = json!({ "access_token": "-", "token_type": "Bearer", "id_token": token });
            (StatusCode::OK, Json(answer))
        }
        _ => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))),
    }
}
