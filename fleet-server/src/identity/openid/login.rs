//! One login: people are sent to their provider, and come back with a code that is worth an ID token once.
//!
//! OpenID Connect Core 1.0, section 3.1 (code flow); RFC 7636 (PKCE, S256); RFC 9207 (issuer in the answer). `pending` keeps
//! what must come back unchanged, `proof` checks what came back.

use std::{error::Error, time::Duration};

use axum::http::HeaderMap;
use jiff::Timestamp;
use openidconnect::{
    AuthenticationContextClass, CsrfToken, LogoutRequest, Nonce, PkceCodeChallenge, PostLogoutRedirectUrl,
    RequestTokenError, Scope, TokenResponse,
    core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreIdToken, CoreIdTokenClaims},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Inner, OpenId, Rule, assertion,
    metadata::Metadata,
    pending::{PATIENCE, Waiting, cookie},
    proof,
    provider::Provider,
    rules,
};
use crate::{identity::session::Farewell, store::Vault};

/// Longest name that is kept, in characters.
const NAME_LETTERS: usize = 100;

/// Why somebody is not logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The provider does not answer.
    Away,
    /// It took too long, was answered before, or the login at the provider is from long ago.
    TooOld,
    /// Somebody gave up, or the provider said no.
    Refused,
    /// What came back does not prove anything.
    Untrusted,
    /// The provider did not look closely enough for us.
    TooWeak,
}

impl Why {
    /// Names the sentence in the text files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::TooOld => "too_old",
            Self::Refused => "refused",
            Self::Untrusted => "untrusted",
            Self::TooWeak => "too_weak",
        }
    }
}

/// A login that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Why.
    pub why: Why,
    /// At whom: key and name, where that is known.
    pub provider: Option<(String, String)>,
}

/// What a provider sends people back with.
#[derive(Default, Deserialize)]
pub struct Answer {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) error: Option<String>,
    pub(super) iss: Option<String>,
}

/// Somebody whom a provider vouches for.
#[derive(Debug)]
pub struct Login {
    /// Whose provider it was.
    pub tenant: String,
    /// Who vouches.
    pub issuer: String,
    /// For whom.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// What their claims mean, if anything.
    pub rule: Option<Rule>,
    /// Where to say goodbye.
    pub farewell: Option<Farewell>,
}

impl OpenId {
    /// Begins a login at a provider: where to send the browser, and the cookie to set. `again`: the provider asks anew, even
    /// if it knows the browser. None = there is no such provider.
    pub async fn begin(
        &self,
        key: &str,
        again: bool,
        (vault, now): (&Vault, Timestamp),
    ) -> Option<Result<(String, String), Failed>> {
        let inner = self.0.as_ref()?;
        let provider = inner.provider(key)?;
        let begun = inner.begin(provider, again, now).await;
        Some(begun.map(|(address, waiting)| (address, waiting.cookie(vault))))
    }

    /// Ends a login with what came back.
    pub async fn finish(
        &self,
        headers: &HeaderMap,
        answer: Answer,
        (vault, now): (&Vault, Timestamp),
    ) -> Result<Login, Failed> {
        let begun = self.0.as_ref().and_then(|inner| {
            let waiting = Waiting::of(headers, vault, now)?;
            Some((inner, inner.provider(&waiting.provider)?, waiting))
        });
        let Some((inner, provider, waiting)) = begun else {
            return Err(Failed {
                why: Why::TooOld,
                provider: None,
            });
        };
        inner
            .finish(provider, waiting, answer, now)
            .await
            .map_err(|why| failed(provider, why))
    }

    /// The cookie that makes the browser forget the login under way.
    #[must_use]
    pub fn forget() -> String {
        cookie("", 0)
    }
}

impl Inner {
    fn provider(&self, key: &str) -> Option<&Provider> {
        let mut providers = self.providers.iter().map(|provider| &**provider);
        providers.find(|provider| provider.settings.key == key)
    }

    async fn begin(
        &self,
        provider: &Provider,
        again: bool,
        now: Timestamp,
    ) -> Result<(String, Waiting), Failed> {
        let settings = &provider.settings;
        let metadata = provider
            .metadata(now)
            .await
            .map_err(|why| failed(provider, why))?;
        let client = provider.client(metadata, self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let longest = Duration::from_secs(u64::from(settings.longest_login_minutes) * 60);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge)
            .set_max_age(longest)
            .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
            .add_extra_param("claims", wanted_claims(&settings.rules));
        for level in &settings.assurance {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.clone()));
        }
        if again {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (url, state, nonce) = request.url();
        let waiting = Waiting {
            provider: settings.key.clone(),
            state,
            nonce,
            verifier,
            ends: now + PATIENCE,
        };
        Ok((url.to_string(), waiting))
    }

    async fn finish(
        &self,
        provider: &Provider,
        waiting: Waiting,
        answer: Answer,
        now: Timestamp,
    ) -> Result<Login, Why> {
        let code = proof::check_answer(provider, &waiting.state, answer)?;
        let metadata = provider.metadata(now).await?;
        let client = provider.client(metadata.clone(), self.redirect.clone());
        let distrust = |error: &(dyn Error + 'static)| {
            tracing::warn!(provider = provider.settings.key, error, "a login was refused");
            Why::Untrusted
        };
        let mut exchange = client.exchange_code(code).map_err(|error| distrust(&error))?;
        if let (Some(key), Some(endpoint)) = (&provider.key, metadata.token_endpoint()) {
            let assertion = key.assertion(&provider.settings.client_id, endpoint, now);
            exchange = exchange
                .add_extra_param("client_assertion_type", assertion::KIND)
                .add_extra_param("client_assertion", assertion);
        }
        let tokens = exchange
            .set_pkce_verifier(waiting.verifier)
            .request_async(&provider.http)
            .await;
        let tokens = tokens.map_err(|error| match error {
            RequestTokenError::Request(error) => {
                distrust(&error);
                Why::Away
            }
            other => distrust(&other),
        })?;
        let token = tokens.id_token().ok_or(Why::Untrusted)?;
        let claims = proof::check_token(&client, token, &waiting.nonce, provider, now)?;
        Ok(Login {
            farewell: self.farewell(provider, &metadata, token),
            ..whom(provider, token, claims)?
        })
    }

    /// RP-Initiated Logout 1.0, where the provider has it.
    fn farewell(&self, provider: &Provider, metadata: &Metadata, token: &CoreIdToken) -> Option<Farewell> {
        let address = metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(format!("{}/login", self.console)).ok()?;
        let goodbye = LogoutRequest::from(address)
            .set_id_token_hint(token)
            .set_client_id(provider.settings.client_id.clone())
            .set_post_logout_redirect_uri(back);
        Some(Farewell(goodbye.http_get_url().to_string()))
    }
}

/// Whom a token that has been believed is about.
pub(super) fn whom(
    provider: &Provider,
    token: &CoreIdToken,
    claims: &CoreIdTokenClaims,
) -> Result<Login, Why> {
    let all = proof::all_claims(token).ok_or(Why::Untrusted)?;
    let subject = claims.subject().to_string();
    let name = all.get("name").and_then(Value::as_str).unwrap_or(&subject);
    Ok(Login {
        tenant: provider.settings.tenant.clone(),
        issuer: claims.issuer().to_string(),
        name: name
            .chars()
            .filter(|letter| !letter.is_control())
            .take(NAME_LETTERS)
            .collect(),
        rule: rules::first_that_fits(&provider.settings.rules, &all).cloned(),
        farewell: None,
        subject,
    })
}

/// Asks for the name and for the claims that rules look at to stand in the ID token itself (OpenID Connect Core 1.0, section
/// 5.5).
pub(super) fn wanted_claims(rules: &[Rule]) -> String {
    let names = rules.iter().flat_map(|rule| rule.when.keys()).map(String::as_str);
    let wanted: Map<String, Value> = names
        .chain(["name"])
        .map(|name| (name.to_owned(), Value::Null))
        .collect();
    serde_json::json!({ "id_token": wanted }).to_string()
}

fn failed(provider: &Provider, why: Why) -> Failed {
    let settings = &provider.settings;
    Failed {
        why,
        provider: Some((settings.key.clone(), settings.name.clone())),
    }
}
