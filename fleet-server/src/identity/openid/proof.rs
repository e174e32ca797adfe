//! What must be true before anything in an answer or a token is believed.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, CsrfToken, NonceVerifier,
    core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm},
};
use serde_json::{Map, Value};

use super::{
    login::{Answer, Why},
    provider::{Client, Provider},
};
use crate::identity::secret;

/// How far clocks may be apart, in seconds.
const CLOCKS: i64 = 120;
/// How old an ID token may be, in seconds: it is fetched the moment that it is made.
const OLDEST_TOKEN: i64 = 60;
/// Signatures that only the provider can make. A shared secret (HS256) is none, and "none" even less.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The code, if the answer belongs to the login that this browser began at this provider.
pub(super) fn check_answer(
    provider: &Provider,
    state: &CsrfToken,
    answer: Answer,
) -> Result<AuthorizationCode, Why> {
    let ours = secret::hash(state.secret().as_bytes());
    let theirs = secret::hash(answer.state.unwrap_or_default().as_bytes());
    let issuer = provider.settings.issuer.as_str();
    if !secret::equal(&ours, &theirs) || answer.iss.is_some_and(|theirs| theirs != issuer) {
        tracing::warn!(
            provider = provider.settings.key,
            "an answer belongs to another login"
        );
        return Err(Why::Untrusted);
    }
    if answer.error.is_some() {
        tracing::info!(provider = provider.settings.key, "the provider let nobody in");
        return Err(Why::Refused);
    }
    answer.code.map(AuthorizationCode::new).ok_or(Why::Untrusted)
}

fn assured(enough: &[String], level: Option<&AuthenticationContextClass>) -> Result<(), String> {
    let is_enough = enough.is_empty() || level.is_some_and(|level| enough.contains(level));
    is_enough
        .then_some(())
        .ok_or_else(|| "the level of assurance is too low".to_owned())
}

/// The token's claims, if it was made by this provider for us, for this login, and now.
pub(super) fn check_token<'a>(
    client: &Client,
    token: &'a CoreIdToken,
    nonce: impl NonceVerifier,
    provider: &Provider,
    now: Timestamp,
) -> Result<&'a CoreIdTokenClaims, Why> {
    let now = now.as_second();
    let oldest_login = now - i64::from(provider.settings.longest_login_minutes) * 60 - CLOCKS;
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNATURES)
        .set_issue_time_verifier_fn(move |issued| {
            let apart = (now - issued.timestamp()).abs();
            (apart <= CLOCKS + OLDEST_TOKEN)
                .then_some(())
                .ok_or_else(|| "issued at another time".to_owned())
        })
        .set_auth_time_verifier_fn(move |at| match at {
            Some(at) if at.timestamp() >= oldest_login => Ok(()),
            Some(_) => Err("logged in long ago".to_owned()),
            None => Err("auth_time is missing".to_owned()),
        })
        .set_auth_context_verifier_fn(|level| assured(&provider.settings.assurance, level));
    token.claims(&verifier, nonce).map_err(|error| {
        tracing::warn!(
            provider = provider.settings.key,
            error = &error as &dyn std::error::Error,
            "a token was refused"
        );
        match error {
            ClaimsVerificationError::Expired(_) | ClaimsVerificationError::InvalidAuthTime(_) => Why::TooOld,
            ClaimsVerificationError::InvalidAuthContext(_) => Why::TooWeak,
            _ => Why::Untrusted,
        }
    })
}

/// Everything that a token says. Only called once its signature has been verified.
pub(super) fn all_claims(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let token = token.to_string();
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
