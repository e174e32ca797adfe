//! A small OpenID provider in this process that can be told to cheat, in every way that a login must not survive. The honest
//! provider that others wrote stands in `tests/browser`.

use std::{collections::HashMap, path::Path};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use fleet_server::web::{Limits, Listener};
use jiff::Timestamp;
use openidconnect::url::Url;
use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    openid_provider_routes::{Codes, Devices, device_routes, routes},
    self_signed::self_signed,
};

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

fn new_key() -> EcdsaKeyPair {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref()).unwrap()
}

impl Provider {
    /// A server's `openid.toml` that knows this provider; `rest` is what else stands at it. The files that it names go into
    /// the folder.
    pub(crate) fn settings(&self, folder: &Path, rest: &str) -> String {
        let (ca, secret) = (folder.join("ca.pem"), folder.join("secret"));
        std::fs::write(&ca, &self.authority).unwrap();
        std::fs::write(&secret, SECRET).unwrap();
        format!(
            r#"
            console = "https://console.example"
            [[provider]]
            key = "region"
            name = "Region Exempel"
            tenant = "Region"
            issuer = "{}"
            client_id = "{CLIENT}"
            client_secret_file = "{}"
            ca_file = "{}"
            scopes = ["profile"]
            assurance = ["high"]
            {rest}
            "#,
            self.issuer,
            secret.display(),
            ca.display(),
        )
    }

    pub(crate) async fn start() -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("https://{}", tcp.local_addr().unwrap());
        let (tls, authority) = self_signed("127.0.0.1");
        let (key, codes, devices) = (new_key(), Codes::default(), Devices::default());
        let listener = Listener {
            tcp,
            tls: Some(watch::channel(tls).1),
            router: routes(&issuer, &key, codes.clone()).merge(device_routes(
                &issuer,
                codes.clone(),
                devices.clone(),
            )),
            limits: Limits::at_most(20),
            connections: Gauge::default(),
            refused: Counter::default(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(listener.run(CancellationToken::new()));
        Self {
            issuer,
            authority,
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
