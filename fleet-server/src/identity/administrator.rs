//! Administrators, known by a bearer token (RFC 6750) until logins by OIDC take its place.
//!
//! A token is `fleet_NAME_SECRET`. The store knows the name and a hash of the secret.

use axum::{extract::FromRequestParts, http::header::AUTHORIZATION, http::request::Parts};
use fleet_api::TenantId;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::secret;
use crate::{
    app::App,
    audit::{Act, Actor},
    store::{NewToken, Store, StoreError},
    web::Problem,
};

const NAME_LETTERS: usize = 8;
/// 130 bits.
const SECRET_LETTERS: usize = 26;
const LONGEST_TOKEN: usize = 64;

/// Somebody who may do everything within one tenant, and nothing outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Whose administrator.
    pub tenant: TenantId,
    /// The public part of the token, by which the audit trail knows them.
    pub name: String,
}

impl Administrator {
    /// Something that they do now.
    #[must_use]
    pub fn act(&self, now: Timestamp) -> Act {
        Act::by(Actor::Administrator(self.name.clone()), now)
    }
}

/// Makes a token: what is shown once, and what is stored.
#[must_use]
pub fn new_token() -> (SecretString, NewToken) {
    let (name, secret) = (
        secret::random_letters(NAME_LETTERS),
        secret::random_letters(SECRET_LETTERS),
    );
    let token = format!("fleet_{name}_{secret}");
    (
        token.into(),
        NewToken {
            name,
            secret_hash: secret::hash(secret.as_bytes()),
        },
    )
}

/// Whose token this is. None = nobody's.
pub async fn recognise(store: &Store, token: &SecretString) -> Result<Option<Administrator>, StoreError> {
    let token = token.expose_secret();
    let parts = token.strip_prefix("fleet_").and_then(|rest| rest.split_once('_'));
    let Some((name, secret)) = parts.filter(|_| token.len() <= LONGEST_TOKEN) else {
        return Ok(None);
    };
    let Some((tenant, secret_hash)) = store.token(name).await? else {
        return Ok(None);
    };
    let genuine = secret::equal(&secret_hash, &secret::hash(secret.as_bytes()));
    Ok(genuine.then(|| Administrator {
        tenant,
        name: name.to_owned(),
    }))
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer "));
        let Some(token) = token else {
            return Err(Problem::unauthorized());
        };
        recognise(&app.store, &token.to_owned().into())
            .await?
            .ok_or_else(Problem::unauthorized)
    }
}
