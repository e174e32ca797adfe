//! Whoever uses the console: somebody who has logged in, or a program with a bearer token (RFC 6750).
//!
//! A token is `fleet_NAME_SECRET`. The store knows the name and a hash of the secret. `console::routes` recognises
//! the caller before a handler runs; a handler that takes an [`Administrator`] gets the one who was let in.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use fleet_api::TenantId;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::secret;
use crate::{
    app::App,
    audit::{Act, Actor},
    domain::role::Role,
    store::{NewToken, Store, StoreError, Tenant},
    web::Problem,
};

const NAME_LETTERS: usize = 8;
/// 130 bits.
const SECRET_LETTERS: usize = 26;
const LONGEST_TOKEN: usize = 64;

/// Somebody with one role in one tenant, and nothing outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// In whose name they came.
    pub tenant: TenantId,
    /// What they may do.
    pub role: Role,
    /// As whom the audit trail knows them.
    pub actor: Actor,
}

impl Administrator {
    /// Something that they do now.
    #[must_use]
    pub fn act(&self, now: Timestamp) -> Act {
        Act::by(self.actor.clone(), now)
    }

    /// The tenants whose things exist for them: their own first, then a region's municipalities by name. Support reaches
    /// only those that let it look now.
    pub async fn reach(&self, store: &Store) -> Result<Vec<Tenant>, StoreError> {
        let family = store.family(self.tenant).await?;
        if !self.role.needs_consent() {
            return Ok(family);
        }
        let mut reach = Vec::new();
        for tenant in family {
            if tenant.id == self.tenant || store.support_access(tenant.id, Timestamp::now()).await?.is_some()
            {
                reach.push(tenant);
            }
        }
        Ok(reach)
    }
}

/// Makes a token for a program: what is shown once, and what is stored.
#[must_use]
pub fn new_token() -> (SecretString, NewToken) {
    new_token_as(Role::Program)
}

/// Makes a token that may do no more than a role may.
#[must_use]
pub fn new_token_as(role: Role) -> (SecretString, NewToken) {
    let (name, secret) = (
        secret::random_letters(NAME_LETTERS),
        secret::random_letters(SECRET_LETTERS),
    );
    let token = format!("fleet_{name}_{secret}");
    let stored = NewToken {
        name,
        secret_hash: secret::hash(secret.as_bytes()),
        role,
    };
    (token.into(), stored)
}

/// Whose token this is. None = nobody's.
pub async fn recognise(store: &Store, token: &SecretString) -> Result<Option<Administrator>, StoreError> {
    let Some((name, secret)) = parts(token) else {
        return Ok(None);
    };
    let Some((tenant, role, secret_hash)) = store.token(name).await? else {
        return Ok(None);
    };
    let genuine = secret::equal(&secret_hash, &secret::hash(secret.as_bytes()));
    Ok(genuine.then(|| Administrator {
        tenant,
        role,
        actor: Actor::Administrator(name.to_owned()),
    }))
}

/// Whose token is named by one whose secret may be wrong, and its name. None = nobody's.
pub async fn named_by(store: &Store, token: &SecretString) -> Result<Option<(TenantId, String)>, StoreError> {
    let Some((name, _)) = parts(token) else {
        return Ok(None);
    };
    let known = store.token(name).await?;
    Ok(known.map(|(tenant, ..)| (tenant, name.to_owned())))
}

/// A token's name and secret. Nothing else than what a name can be is looked for in the database: PostgreSQL takes no NUL in a text.
fn parts(token: &SecretString) -> Option<(&str, &str)> {
    let token = token.expose_secret();
    let parts = token.strip_prefix("fleet_").and_then(|rest| rest.split_once('_'));
    let can_be = |name: &str| name.bytes().all(|letter| letter.is_ascii_alphanumeric());
    parts.filter(|(name, _)| token.len() <= LONGEST_TOKEN && can_be(name))
}

/// Whose token a request carries. None = nobody's, or none at all.
pub async fn by_token(store: &Store, headers: &HeaderMap) -> Result<Option<Administrator>, StoreError> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match header.and_then(bearer) {
        Some(token) => recognise(store, &token.to_owned().into()).await,
        None => Ok(None),
    }
}

/// The token of a header (RFC 6750); the scheme's name is written in any case (RFC 9110, section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    is_bearer.then(|| token.trim_start_matches(' '))
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Problem> {
        let let_in = parts.extensions.get::<Self>().cloned();
        let_in.ok_or_else(Problem::unauthorized)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_written_in_any_case_and_no_other_is_taken() {
        for (header, token) in [
            ("Bearer fleet_A_B", Some("fleet_A_B")),
            ("bearer fleet_A_B", Some("fleet_A_B")),
            ("BEARER  fleet_A_B", Some("fleet_A_B")),
            ("Basic fleet_A_B", None),
            ("Bearerfleet_A_B", None),
            ("Bearer", None),
        ] {
            assert_eq!(bearer(header), token, "{header}");
        }
    }

    #[test]
    fn only_what_can_be_a_token_is_looked_for() {
        let (token, _) = new_token();
        assert!(parts(&token).is_some());
        for wrong in [
            "fleet_\0_AAAA",
            "fleet_å_AAAA",
            "fleet_A A_AAAA",
            "fleet_AAAA",
            "AAAA_AAAA",
        ] {
            assert!(parts(&wrong.to_owned().into()).is_none(), "{wrong:?}");
        }
    }
}
