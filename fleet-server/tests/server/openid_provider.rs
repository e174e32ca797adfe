//! A small OpenID provider in this process that can be told to cheat, in every way that a login must not survive. The honest
//! provider that others wrote stands in `tests/browser`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_lc_rs::{
    digest, hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use fleet_server::web::{Limits, Listener};
use jiff::Timestamp;
use openidconnect::url::Url;
use prometheus_client::metrics::gauge::Gauge;
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

pub(crate) const CLIENT: &str = "fleet";
pub(crate) const SECRET: &str = "only-between-the-two-of-us";

/// A way to cheat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trick {
    None,
    WrongNonce,
    NoNonce,
    WrongState,
    OtherKey,
    NoSignature,
    SharedSecret,
    Expired,
    OtherAudience,
    SecondAudience,
    OtherIssuer,
    AnswerOfOtherIssuer,
    LoginOfYesterday,
    NoLoginTime,
    LowAssurance,
    OtherVerifier,
}

pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) authority: String,
    key: EcdsaKeyPair,
    codes: Codes,
    devices: Devices,
    tasks: JoinSet<()>,
}

/// What each code is worth: the challenge to be met, where it was sent, and the token.
type Codes = Arc<Mutex<HashMap<String, (String, String, String)>>>;

/// Logins for a kit that have begun, and what is said of the newest (RFC 8628).
#[derive(Clone, Default)]
pub(crate) struct Devices(Arc<Mutex<Device>>);

#[derive(Default)]
struct Device {
    begun: u32,
    says: Option<Value>,
}

fn new_key() -> EcdsaKeyPair {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref()).unwrap()
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("https://{}", tcp.local_addr().unwrap());
        let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let (key, codes, devices) = (new_key(), Codes::default(), Devices::default());
        let listener = Listener {
            tcp,
            tls: Some(watch::channel(Arc::new(tls)).1),
            router: routes(&issuer, &key, codes.clone()).merge(device_routes(
                &issuer,
                codes.clone(),
                devices.clone(),
            )),
            limits: Limits::at_most(20),
            connections: Gauge::default(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(listener.run(CancellationToken::new()));
        Self {
            issuer,
            authority: certified.cert.pem(),
            key,
            codes,
            devices,
            tasks,
        }
    }

    /// What the token endpoint says of a login for a kit from now on; `authorization_pending` without it.
    pub(crate) fn device_says(&self, error: &str) {
        self.devices.0.lock().unwrap().says = Some(json!({ "error": error }));
    }

    /// Somebody completes the login for a kit on their phone.
    pub(crate) fn device_completed(&self, claims: &Value, trick: Trick) {
        let token = self.token("none", claims, trick);
        let tokens = json!({ "access_token": "-", "token_type": "Bearer", "id_token": token });
        self.devices.0.lock().unwrap().says = Some(tokens);
    }

    /// Goes away in the middle of the day.
    pub(crate) async fn leave(mut self) {
        self.tasks.shutdown().await;
    }

    /// Lets somebody in who came with `address`: the query to come back with.
    pub(crate) fn let_in(&self, address: &str, claims: &Value, trick: Trick) -> String {
        let address = Url::parse(address).unwrap();
        let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
        for (name, wanted) in [
            ("response_type", "code"),
            ("code_challenge_method", "S256"),
            ("client_id", CLIENT),
            ("scope", "openid profile"),
        ] {
            assert_eq!(asked[name], wanted, "{asked:?}");
        }
        assert!(
            asked["state"].len() >= 22 && asked["nonce"].len() >= 22,
            "128 bits"
        );
        // Exactly ours and nothing that somebody else could have added: where the code goes is who gets in.
        assert!(asked["redirect_uri"].ends_with("/login/callback"), "{asked:?}");
        let code = format!("code-of-{}", asked["nonce"]);
        let challenge = match trick {
            Trick::OtherVerifier => "another".to_owned(),
            _ => asked["code_challenge"].clone(),
        };
        let token = self.token(&asked["nonce"], claims, trick);
        self.codes
            .lock()
            .unwrap()
            .insert(code.clone(), (challenge, asked["redirect_uri"].clone(), token));
        let state = match trick {
            Trick::WrongState => "another",
            _ => &asked["state"],
        };
        let issuer = match trick {
            Trick::AnswerOfOtherIssuer => "https://another.example",
            _ => &self.issuer,
        };
        format!("code={code}&state={state}&iss={issuer}")
    }

    fn token(&self, nonce: &str, claims: &Value, trick: Trick) -> String {
        let now = Timestamp::now().as_second();
        let mut content = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "somebody", "nonce": nonce,
            "iat": now, "exp": now + 300, "auth_time": now - 60, "acr": "high",
        });
        for (name, value) in claims.as_object().unwrap() {
            content[name] = value.clone();
        }
        match trick {
            Trick::WrongNonce => content["nonce"] = json!("another"),
            Trick::NoNonce => {
                content.as_object_mut().unwrap().remove("nonce");
            }
            Trick::Expired => {
                content["iat"] = json!(now - 100);
                content["exp"] = json!(now - 1);
            }
            Trick::OtherAudience => content["aud"] = json!("another"),
            Trick::SecondAudience => content["aud"] = json!([CLIENT, "another"]),
            Trick::OtherIssuer => content["iss"] = json!("https://another.example"),
            Trick::LoginOfYesterday => content["auth_time"] = json!(now - 86_400),
            Trick::NoLoginTime => {
                content.as_object_mut().unwrap().remove("auth_time");
            }
            Trick::LowAssurance => content["acr"] = json!("low"),
            _ => {}
        }
        let algorithm = match trick {
            Trick::NoSignature => "none",
            Trick::SharedSecret => "HS256",
            _ => "ES256",
        };
        let header = json!({ "alg": algorithm, "kid": "1" });
        let text = format!(
            "{}.{}",
            BASE64.encode(header.to_string()),
            BASE64.encode(content.to_string())
        );
        let signature = match trick {
            Trick::NoSignature => Vec::new(),
            Trick::SharedSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Trick::OtherKey => sign(&new_key(), &text),
            _ => sign(&self.key, &text),
        };
        format!("{text}.{}", BASE64.encode(signature))
    }
}

fn sign(key: &EcdsaKeyPair, text: &str) -> Vec<u8> {
    key.sign(&SystemRandom::new(), text.as_bytes())
        .unwrap()
        .as_ref()
        .to_vec()
}

fn routes(issuer: &str, key: &EcdsaKeyPair, codes: Codes) -> Router {
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
fn device_routes(issuer: &str, codes: Codes, devices: Devices) -> Router {
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
