//! A login that somebody completes on a device of their own: OAuth 2.0 device authorization grant (RFC 8628), for kits.
//!
//! The kit shows a code; we hold the device code and ask the provider, never more often than it says. What comes back is an
//! ID token like any other and is believed on the same terms, except that there is no nonce: the device code, which never left us,
//! ties the token to the login.

use std::{str::FromStr, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use fleet_api::{UserCode, WebAddress};
use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    HttpRequest, Nonce,
    core::CoreIdToken,
    http::{Method, Request, header},
    url::form_urlencoded,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Inner, Login, OpenId, Why, assertion, login, metadata::Metadata, proof, provider::Provider};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How often to ask where the provider does not say (RFC 8628, section 3.2), in seconds.
const INTERVAL: u32 = 5;
/// Longest that a login may take, whatever the provider says.
const LONGEST: u32 = 15 * 60;

/// A login that waits to be completed.
#[derive(Debug)]
pub struct DeviceLogin {
    /// The provider's key in `openid.toml`.
    pub provider: String,
    /// What the provider knows it by. Stays here.
    pub device_code: SecretString,
    /// Shown beside the QR code.
    pub user_code: UserCode,
    /// What the QR code holds.
    pub verification_uri: WebAddress,
    /// How long it can be completed.
    pub expires_in: SignedDuration,
    /// How often the provider may be asked, in seconds.
    pub interval_s: u32,
}

/// How the provider says it stands.
#[derive(Debug)]
pub enum DeviceAnswer {
    /// Not completed yet.
    Pending,
    /// Not completed yet, and we ask too often.
    SlowDown,
    /// The person said no.
    Denied,
    /// Nobody completed it in time.
    Expired,
    /// Somebody has.
    Done(Box<Login>),
    /// Something else, which proves nothing.
    Failed(Why),
}

#[derive(Deserialize)]
struct Begun {
    device_code: SecretString,
    user_code: UserCode,
    verification_uri: WebAddress,
    verification_uri_complete: Option<WebAddress>,
    expires_in: u32,
    interval: Option<u32>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

/// What a question came to.
enum Reply<T> {
    Good(T),
    Refused(String),
}

impl OpenId {
    /// The key of the provider by which care workers of these organisations log in for kits: the first that has one.
    #[must_use]
    pub fn for_kits(&self, organisations: &[&str]) -> Option<&str> {
        let inner = self.0.as_ref()?;
        organisations.iter().find_map(|organisation| {
            let serves = |provider: &&Arc<Provider>| {
                provider.settings.kits && provider.settings.tenant == **organisation
            };
            inner
                .providers
                .iter()
                .find(serves)
                .map(|provider| &*provider.settings.key)
        })
    }

    /// Begins a login at a provider.
    pub async fn begin_device(&self, key: &str, now: Timestamp) -> Result<DeviceLogin, Why> {
        let provider = self.provider(key).ok_or(Why::Away)?;
        let metadata = provider.metadata(now).await?;
        let endpoint = metadata
            .additional_metadata()
            .additional_metadata
            .device_authorization_endpoint
            .clone();
        let Some(endpoint) = endpoint else {
            tracing::warn!(
                provider = key,
                "the provider has no device_authorization_endpoint"
            );
            return Err(Why::Away);
        };
        let scopes = ["openid"]
            .into_iter()
            .chain(provider.settings.scopes.iter().map(String::as_str));
        let mut form = vec![
            ("scope", scopes.collect::<Vec<_>>().join(" ")),
            ("claims", login::wanted_claims(&provider.settings.rules)),
        ];
        if !provider.settings.assurance.is_empty() {
            form.push(("acr_values", provider.settings.assurance.join(" ")));
        }
        match provider
            .ask::<Begun>(endpoint.as_str(), form, &metadata, now)
            .await?
        {
            Reply::Good(begun) => Ok(DeviceLogin {
                provider: key.to_owned(),
                device_code: begun.device_code,
                user_code: begun.user_code,
                verification_uri: begun.verification_uri_complete.unwrap_or(begun.verification_uri),
                expires_in: SignedDuration::from_secs(begun.expires_in.min(LONGEST).into()),
                interval_s: begun.interval.unwrap_or(INTERVAL).clamp(1, 60),
            }),
            Reply::Refused(error) => {
                tracing::warn!(provider = key, error, "the provider begins no login for kits");
                Err(Why::Refused)
            }
        }
    }

    /// Asks a provider once how a login stands.
    pub async fn ask_device(&self, key: &str, device_code: &SecretString, now: Timestamp) -> DeviceAnswer {
        let asked = match self.provider(key) {
            Some(provider) => provider.ask_device(device_code, now).await,
            None => Err(Why::Away),
        };
        asked.unwrap_or_else(DeviceAnswer::Failed)
    }

    fn provider(&self, key: &str) -> Option<&Arc<Provider>> {
        let inner: &Inner = self.0.as_deref()?;
        inner
            .providers
            .iter()
            .find(|provider| provider.settings.key == key)
    }
}

impl Provider {
    async fn ask_device(&self, device_code: &SecretString, now: Timestamp) -> Result<DeviceAnswer, Why> {
        let metadata = self.metadata(now).await?;
        let endpoint = metadata.token_endpoint().ok_or(Why::Away)?.to_string();
        let form = vec![
            ("grant_type", GRANT.to_owned()),
            ("device_code", device_code.expose_secret().to_owned()),
        ];
        Ok(match self.ask::<Tokens>(&endpoint, form, &metadata, now).await? {
            Reply::Good(tokens) => DeviceAnswer::Done(Box::new(self.believe(&tokens, metadata, now)?)),
            Reply::Refused(error) => match &*error {
                "authorization_pending" => DeviceAnswer::Pending,
                "slow_down" => DeviceAnswer::SlowDown,
                "access_denied" => DeviceAnswer::Denied,
                "expired_token" => DeviceAnswer::Expired,
                other => {
                    tracing::warn!(
                        provider = self.settings.key,
                        error = other,
                        "a login for a kit was refused"
                    );
                    DeviceAnswer::Failed(Why::Refused)
                }
            },
        })
    }

    fn believe(&self, tokens: &Tokens, metadata: Metadata, now: Timestamp) -> Result<Login, Why> {
        let token = CoreIdToken::from_str(&tokens.id_token).map_err(|_| Why::Untrusted)?;
        let client = self.client_without_redirect(metadata);
        let no_nonce = |_: Option<&Nonce>| Ok(());
        let claims = proof::check_token(&client, &token, no_nonce, self, now)?;
        login::whom(self, &token, claims)
    }

    /// Posts a form as the client that we are.
    async fn ask<T: DeserializeOwned>(
        &self,
        endpoint: &str,
        form: Vec<(&'static str, String)>,
        metadata: &Metadata,
        now: Timestamp,
    ) -> Result<Reply<T>, Why> {
        let answer = self
            .http
            .ask(self.question(endpoint, form, metadata, now)?)
            .await
            .map_err(|error| {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(
                    provider = self.settings.key,
                    error,
                    "the provider does not answer"
                );
                Why::Away
            })?;
        if answer.status().is_success() {
            let good = serde_json::from_slice(answer.body());
            return good.map(Reply::Good).map_err(|_| Why::Untrusted);
        }
        if answer.status().is_server_error() {
            return Err(Why::Away);
        }
        let refused: Refused = serde_json::from_slice(answer.body()).map_err(|_| Why::Untrusted)?;
        // Only a name of RFC 6749 and RFC 8628 goes into the log, nothing that a provider makes up.
        let named = refused.error.len() <= 40
            && refused
                .error
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        Ok(Reply::Refused(if named {
            refused.error
        } else {
            "unnamed".to_owned()
        }))
    }

    fn question(
        &self,
        endpoint: &str,
        form: Vec<(&'static str, String)>,
        metadata: &Metadata,
        now: Timestamp,
    ) -> Result<HttpRequest, Why> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("client_id", &self.settings.client_id)
            .extend_pairs(form);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(endpoint)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        if let Some(key) = &self.key {
            let audience = metadata.token_endpoint().map_or(endpoint, |token| token.as_str());
            body.append_pair("client_assertion_type", assertion::KIND)
                .append_pair(
                    "client_assertion",
                    &key.assertion(&self.settings.client_id, audience, now),
                );
        } else if let Some(secret) = &self.secret {
            // RFC 6749, section 2.3.1: both are encoded as in a form first.
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let both = format!(
                "{}:{}",
                encoded(&self.settings.client_id),
                encoded(secret.secret())
            );
            let basic = format!("Basic {}", BASE64_STANDARD.encode(both));
            request = request.header(header::AUTHORIZATION, basic);
        }
        request.body(body.finish().into_bytes()).map_err(|_| Why::Away)
    }
}
