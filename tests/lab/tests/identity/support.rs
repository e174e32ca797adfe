//! A lab of BankID and `OpenID` provider, a browser without script, and a client that speaks to the provider by hand.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use lab::Clock;
use lab::bank_id::{BankId, BankIdConfig};
use lab::jose::{Claims, KeySet, Signing, SigningKey, verified};
use lab::openid::{OpenIdClient, OpenIdConfig, OpenIdProvider};
use lab::phone::{Act, App, Code, Phone, Picture};
use lab::tls::Authority;
use openidconnect::http::Response;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, IssuerUrl};
use reqwest::header;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

pub(crate) const REDIRECT: &str = "https://rp.example/callback";
pub(crate) const STAFF: &str = "staff-test";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) struct Lab {
    pub(crate) bank_id: BankId,
    pub(crate) provider: OpenIdProvider,
    pub(crate) http: reqwest::Client,
}

/// Where a browser is.
pub(crate) struct At {
    pub(crate) status: u16,
    pub(crate) address: Url,
    pub(crate) body: Vec<u8>,
    pub(crate) cookie: Option<String>,
}

impl At {
    /// What the provider sent back in the address.
    pub(crate) fn answer(&self, name: &str) -> String {
        let pairs: HashMap<_, _> = self.address.query_pairs().into_owned().collect();
        pairs.get(name).cloned().unwrap_or_default()
    }
}

impl Lab {
    /// Its time stands still until a test pushes it.
    pub(crate) async fn start() -> Self {
        let clock = Clock::standing();
        let bank_id = BankId::start(BankIdConfig {
            clock,
            ..BankIdConfig::default()
        })
        .await
        .unwrap();
        let authority = Arc::new(Authority::new("Lab web").unwrap());
        let provider = OpenIdProvider::start(OpenIdConfig::new(authority, bank_id.control()))
            .await
            .unwrap();
        let http = lab::http::client(&[provider.ca_pem()], None).unwrap();
        Self {
            bank_id,
            provider,
            http,
        }
    }

    pub(crate) fn issuer(&self) -> IssuerUrl {
        IssuerUrl::new(self.provider.issuer().into()).unwrap()
    }

    pub(crate) fn register(&self, client_id: &str, signing: Signing, staff: bool) -> SigningKey {
        let key = SigningKey::new(signing).unwrap();
        self.provider.control().put_client(OpenIdClient {
            client_id: client_id.into(),
            redirect_uris: vec![REDIRECT.into()],
            post_logout_redirect_uris: Vec::new(),
            jwks: key.public_set(),
            signed_with: signing,
            staff,
        });
        key
    }

    pub(crate) fn assertion(&self, client_id: &str, key: &SigningKey) -> String {
        let now = self.provider.control().clock().unix().as_secs();
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": self.provider.issuer(),
            "jti": uuid::Uuid::new_v4(), "exp": now + 60,
        });
        key.sign("JWT", claims.as_object().unwrap()).unwrap()
    }

    pub(crate) async fn phone(&self, person: &str) -> Phone {
        let app = App::of(self.bank_id.control_url(), person, &[self.provider.ca_pem()]).await;
        Phone::new(app.unwrap())
    }

    /// One request of a browser; redirects are followed as long as they stay at the provider.
    pub(crate) async fn go(&self, address: &str, cookie: Option<&str>) -> At {
        let mut address = Url::parse(address).unwrap();
        let mut new_cookie = None;
        loop {
            let mut request = self.http.get(address.clone());
            if let Some(cookie) = cookie {
                request = request.header(header::COOKIE, cookie);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let text = |name| {
                answer
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned())
            };
            new_cookie = text(header::SET_COOKIE)
                .map(|cookie| cookie.split(';').next().unwrap().to_owned())
                .or(new_cookie);
            let next = text(header::LOCATION).map(|next| address.join(&next).unwrap());
            let leaves = next
                .as_ref()
                .is_some_and(|next| next.origin() != address.origin());
            match next {
                Some(next) if !leaves => address = next,
                next => {
                    return At {
                        status: status.as_u16(),
                        address: next.unwrap_or(address),
                        body: read(answer).await,
                        cookie: new_cookie,
                    };
                }
            }
        }
    }

    pub(crate) async fn get(&self, address: &str) -> At {
        self.go(address, None).await
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let at = self.get(&format!("{}{path}", self.provider.issuer())).await;
        serde_json::from_slice(&at.body).unwrap()
    }

    pub(crate) async fn keys(&self) -> KeySet {
        serde_json::from_value(self.get_json("/jwks").await).unwrap()
    }

    /// Opens the authorization endpoint with a right request, changed in these places.
    pub(crate) async fn authorize(&self, changes: &[(&str, &str)], cookie: Option<&str>) -> At {
        let right = [
            ("client_id", "test"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "abcdefghijklmnopqrstuv"),
            ("nonce", "nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let mut query: HashMap<&str, &str> = right.into();
        query.extend(changes.iter().copied());
        let mut address = Url::parse(&format!("{}/authorize", self.provider.issuer())).unwrap();
        address.query_pairs_mut().extend_pairs(query);
        self.go(address.as_str(), cookie).await
    }

    /// Elsa reads the code on the login page with her phone; where the browser is then.
    pub(crate) async fn finish(&self, page: &Url, act: Act) -> At {
        let picture = self.get(&format!("{page}/qr.png")).await.body;
        let codes = Picture::of_png(&picture).unwrap().codes();
        let code = Code::of(&codes[0]).unwrap();
        self.phone("elsa").await.act_on(&code, act).await.unwrap();
        self.get(page.as_str()).await
    }

    pub(crate) async fn log_in(&self, changes: &[(&str, &str)], act: Act) -> At {
        let page = self.authorize(changes, None).await;
        assert_eq!(page.status, 200, "{}", page.address);
        self.finish(&page.address, act).await
    }

    pub(crate) async fn code(&self, changes: &[(&str, &str)]) -> String {
        self.log_in(changes, Act::Identify).await.answer("code")
    }

    async fn post(&self, path: &str, fields: &HashMap<&str, &str>) -> Value {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self.http.post(format!("{}{path}", self.provider.issuer()));
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        serde_json::from_slice(&read(request.send().await.unwrap()).await).unwrap()
    }

    /// Exchanges a code with a right request, changed in these places.
    pub(crate) async fn token(
        &self,
        client: &str,
        key: &SigningKey,
        code: &str,
        changes: &[(&str, &str)],
    ) -> Value {
        let assertion = self.assertion(client, key);
        let mut fields: HashMap<&str, &str> = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &assertion),
        ]
        .into();
        fields.extend(changes.iter().copied());
        self.post("/token", &fields).await
    }

    pub(crate) async fn id_token(&self, key: &SigningKey, code: &str) -> Claims {
        let tokens = self.token("test", key, code, &[]).await;
        verified(tokens["id_token"].as_str().unwrap(), &self.keys().await).unwrap()
    }

    pub(crate) async fn device(&self, key: &SigningKey) -> Value {
        let assertion = self.assertion(STAFF, key);
        let fields = [
            ("scope", "openid staff"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &assertion),
        ];
        self.post("/device_authorization", &fields.into()).await
    }

    pub(crate) async fn device_token(&self, key: &SigningKey, device_code: &str) -> Value {
        let assertion = self.assertion(STAFF, key);
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", device_code),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &assertion),
        ];
        self.post("/token", &fields.into()).await
    }
}

pub(crate) async fn read(mut answer: reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        body.extend_from_slice(&chunk);
    }
    body
}

/// How the library `openidconnect` asks.
pub(crate) struct Asker(pub(crate) reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Asker {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, question: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(reqwest::Request::try_from(question)?).await?;
            let mut whole = Response::builder().status(answer.status());
            for (name, value) in answer.headers() {
                whole = whole.header(name, value);
            }
            Ok(whole.body(read(answer).await).unwrap())
        })
    }
}
