//! Who may use the provider: registered clients with their keys and the exact addresses that people are sent back to.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refusal::TokenRefusal;
use crate::jose::{Claims, KeySet, Signing, unverified, verified};

/// The only way to prove who a client is (RFC 7523).
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion lives this long at most, in seconds.
const LONGEST_LIFE: u64 = 600;

/// A client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenIdClient {
    /// Its name.
    pub client_id: String,
    /// Compared letter by letter.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may go after logging out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Public keys that it signs with.
    pub jwks: KeySet,
    /// How ID tokens and `UserInfo` are signed for it.
    #[serde(default)]
    pub signed_with: Signing,
    /// Only staff may log in, and they are known by their staff id.
    #[serde(default)]
    pub staff: bool,
}

/// What a client sends to prove who it is.
#[derive(Debug, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "RFC 7523 calls them so")]
pub(super) struct Assertion {
    pub(super) client_assertion_type: Option<String>,
    pub(super) client_assertion: Option<String>,
    pub(super) client_id: Option<String>,
}

/// The clients, and the assertions that were used.
#[derive(Debug, Default)]
pub(super) struct Clients {
    known: Vec<OpenIdClient>,
    used: HashSet<String>,
}

impl Clients {
    /// Adds a client, or replaces the one of the same name.
    pub(super) fn put(&mut self, client: OpenIdClient) {
        self.known.retain(|known| known.client_id != client.client_id);
        self.known.push(client);
    }

    pub(super) fn get(&self, client_id: &str) -> Option<&OpenIdClient> {
        self.known.iter().find(|client| client.client_id == client_id)
    }

    /// Checks `private_key_jwt`: signed by the client's key, for us, still alive, not used before.
    pub(super) fn authenticate(
        &mut self,
        assertion: &Assertion,
        audiences: &[String],
        unix: u64,
    ) -> Result<OpenIdClient, TokenRefusal> {
        let refuse = TokenRefusal::invalid_client;
        if assertion.client_assertion_type.as_deref() != Some(ASSERTION_TYPE) {
            return Err(refuse("only private_key_jwt is accepted"));
        }
        let token = assertion.client_assertion.as_deref().unwrap_or_default();
        let name = issuer_of(token).ok_or_else(|| refuse("the assertion is no JWT"))?;
        let client = self.get(&name).ok_or_else(|| refuse("unknown client"))?.clone();
        if assertion.client_id.as_ref().is_some_and(|id| *id != name) {
            return Err(refuse("client_id is not the assertion's"));
        }
        let claims = verified(token, &client.jwks).map_err(|_| refuse("not signed by the client's key"))?;
        check(&claims, &client.client_id, audiences, unix).map_err(refuse)?;
        let id = format!("{name} {}", text(&claims, "jti").unwrap_or_default());
        if !self.used.insert(id) {
            return Err(refuse("the assertion was used before"));
        }
        Ok(client)
    }
}

fn check(claims: &Claims, client_id: &str, audiences: &[String], unix: u64) -> Result<(), &'static str> {
    if text(claims, "iss") != Some(client_id) || text(claims, "sub") != Some(client_id) {
        return Err("iss and sub must be the client's id");
    }
    let is_for_us = |audience: &Value| {
        audience
            .as_str()
            .is_some_and(|one| audiences.iter().any(|us| us == one))
    };
    let for_us = match claims.get("aud") {
        Some(Value::Array(several)) => several.iter().any(is_for_us),
        Some(one) => is_for_us(one),
        None => false,
    };
    if !for_us {
        return Err("aud must be the token endpoint or the issuer");
    }
    let expires = claims
        .get("exp")
        .and_then(Value::as_u64)
        .ok_or("exp is missing")?;
    if expires <= unix || expires > unix + LONGEST_LIFE {
        return Err("exp must lie ahead, by ten minutes at most");
    }
    text(claims, "jti").map(|_| ()).ok_or("jti is missing")
}

/// Who claims to have written this; not verified.
fn issuer_of(token: &str) -> Option<String> {
    let claims = unverified(token)?;
    text(&claims, "iss").map(Into::into)
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}
