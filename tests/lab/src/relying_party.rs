//! A client of an `OpenID` provider, for the lab's own portal and conference node: the code flow with PKCE, proved by
//! `private_key_jwt`, and who it was from a signed `UserInfo`.
//!
//! Built on the library `openidconnect`, so that each of their logins is also that library's judgement of our provider.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata};
use openidconnect::http::Response;
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthorizationCode, ClientId, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Clock;
use crate::http;
use crate::jose::{Claims, Signing, SigningKey};
use crate::openid::{OpenIdClient, OpenIdProvider};

/// Logins under way at most; the oldest are not forgotten, new ones are refused.
const MAX_PENDING: usize = 1_000;
/// An assertion lives this long.
const ASSERTION_LIFE: Duration = Duration::from_mins(1);
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const SCOPES: [&str; 2] = [
    "https://id.oidc.se/scope/naturalPersonInfo",
    "https://id.oidc.se/scope/naturalPersonNumber",
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A client at a provider.
pub(crate) struct RelyingParty {
    client: Client,
    client_id: String,
    issuer: String,
    key: SigningKey,
    http: Asker,
    clock: Clock,
    pending: Mutex<HashMap<String, Pending>>,
}

struct Pending {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    redirect: RedirectUrl,
}

/// Where to send a browser, and what it comes back with.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) address: String,
    pub(crate) state: String,
}

/// Somebody who logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoggedIn {
    pub(crate) name: String,
    pub(crate) personal_number: String,
}

/// What a browser comes back with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) iss: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Extra {
    #[serde(rename = "https://id.oidc.se/claim/personalIdentityNumber")]
    personal_number: Option<String>,
}

impl AdditionalClaims for Extra {}

impl RelyingParty {
    /// Registers at a provider and reads what it says of itself.
    pub(crate) async fn register(
        provider: &OpenIdProvider,
        client_id: &str,
        redirect_uris: Vec<String>,
        post_logout_redirect_uris: Vec<String>,
    ) -> anyhow::Result<Self> {
        let key = SigningKey::new(Signing::ES256)?;
        provider.control().put_client(OpenIdClient {
            client_id: client_id.into(),
            redirect_uris,
            post_logout_redirect_uris,
            jwks: key.public_set(),
            signed_with: Signing::RS256,
            staff: false,
        });
        let http = Asker(http::client(&[provider.ca_pem()], None)?);
        let issuer = IssuerUrl::new(provider.issuer().into())?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await?;
        Ok(Self {
            client: CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.into()), None),
            client_id: client_id.into(),
            issuer: provider.issuer().into(),
            key,
            http,
            clock: provider.control().clock(),
            pending: Mutex::default(),
        })
    }

    /// Begins a login.
    pub(crate) fn begin(&self, redirect_uri: &str) -> anyhow::Result<Begun> {
        let redirect = RedirectUrl::new(redirect_uri.into())?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = self
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect))
            .set_pkce_challenge(challenge)
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.into())))
            .url();
        let state = state.into_secret();
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        ensure!(pending.len() < MAX_PENDING, "too many logins are under way");
        let waiting = Pending {
            nonce,
            verifier,
            redirect,
        };
        pending.insert(state.clone(), waiting);
        Ok(Begun {
            address: address.into(),
            state,
        })
    }

    /// Ends a login with what the browser came back with.
    pub(crate) async fn finish(&self, answer: Answer) -> anyhow::Result<LoggedIn> {
        let state = answer.state.context("there is no state")?;
        let waiting = self
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&state);
        let waiting = waiting.context("this login was not begun here")?;
        if let Some(error) = answer.error {
            anyhow::bail!("the provider says {error}");
        }
        ensure!(
            answer.iss.as_deref() == Some(&*self.issuer),
            "another provider answers"
        );
        let code = AuthorizationCode::new(answer.code.context("there is no code")?);
        let tokens = self
            .client
            .exchange_code(code)?
            .set_pkce_verifier(waiting.verifier)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&waiting.redirect))
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", self.assertion()?)
            .request_async(&self.http)
            .await
            .context("no token was given")?;
        let token = tokens.id_token().context("there is no ID token")?;
        let claims = token.claims(&self.client.id_token_verifier(), &waiting.nonce)?;
        let user: UserInfoClaims<Extra, CoreGenderClaim> = self
            .client
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?
            .require_signed_response(true)
            .request_async(&self.http)
            .await
            .context("UserInfo cannot be trusted")?;
        let name = user
            .name()
            .and_then(|name| name.get(None))
            .map(|name| name.as_str().to_owned());
        Ok(LoggedIn {
            name: name.context("UserInfo has no name")?,
            personal_number: user
                .additional_claims()
                .personal_number
                .clone()
                .context("UserInfo has no personal number")?,
        })
    }

    fn assertion(&self) -> anyhow::Result<String> {
        let now = self.clock.unix();
        let Value::Object(claims) = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "jti": Uuid::new_v4(),
            "iat": now.as_secs(),
            "exp": (now + ASSERTION_LIFE).as_secs(),
        }) else {
            unreachable!("an object is given")
        };
        let claims: Claims = claims;
        self.key.sign("JWT", &claims)
    }
}

/// Asks the provider over the lab's own client.
struct Asker(reqwest::Client);

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    #[error("the provider cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the provider's answer is no HTTP")]
    Malformed(#[from] openidconnect::http::Error),
    #[error("the provider's answer cannot be read: {0}")]
    Unreadable(anyhow::Error),
}

impl<'c> AsyncHttpClient<'c> for Asker {
    type Error = AskError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send + 'c>>;

    fn call(&'c self, question: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(reqwest::Request::try_from(question)?).await?;
            let mut whole = Response::builder().status(answer.status());
            for (name, value) in answer.headers() {
                whole = whole.header(name, value);
            }
            let text = http::text(answer).await.map_err(AskError::Unreadable)?;
            Ok(whole.body(text.into_bytes())?)
        })
    }
}
