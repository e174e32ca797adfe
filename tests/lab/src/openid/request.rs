//! The rules of the authorization endpoint (Swedish profile, `protocols.md` §2.7). Pure.
//!
//! Code flow only, PKCE with S256 only, `state` of 128 bits, a nonce, an exact redirect address. A request object by value
//! says the same as the query, signed; what it says counts.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::clients::OpenIdClient;
use super::levels::wanted_level;
use super::refusal::Refused;
use crate::jose::verified;

/// 128 bits in base64url.
const STATE_LETTERS: usize = 22;
/// SHA-256 in base64url.
const CHALLENGE_LETTERS: usize = 43;

/// A request that may go on to the login.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Authorization {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
    pub(super) wanted: Wanted,
    pub(super) prompt_none: bool,
    pub(super) max_age: Option<u64>,
    pub(super) english: bool,
    /// The client's text to the person, in base64.
    pub(super) message: Option<String>,
}

/// What a client wants to know of the person.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) scopes: Vec<String>,
    /// The request's `claims`.
    pub(super) claims: Value,
    /// The level of assurance that will be told.
    pub(super) level: &'static str,
}

/// Checks a request. `client_of` finds the registered client.
pub(super) fn check<'a>(
    query: HashMap<String, String>,
    client_of: impl Fn(&str) -> Option<&'a OpenIdClient>,
    issuer: &str,
) -> Result<Authorization, Refused> {
    let client = query.get("client_id").and_then(|id| client_of(id));
    let client = client.ok_or(Refused::Here("This client is not registered."))?;
    let query = with_object(query, client, issuer)?;
    let redirect_uri = query
        .get("redirect_uri")
        .filter(|uri| client.redirect_uris.contains(uri));
    let redirect_uri = redirect_uri
        .ok_or(Refused::Here("This redirect_uri is not registered."))?
        .clone();
    let back = |error, description| Refused::Back {
        redirect_uri: redirect_uri.clone(),
        state: query.get("state").cloned(),
        error,
        description,
    };
    checked(&query, &redirect_uri).map_err(|(error, description)| back(error, description))
}

type Wrong = (&'static str, &'static str);

fn checked(query: &HashMap<String, String>, redirect_uri: &str) -> Result<Authorization, Wrong> {
    let get = |name: &str| query.get(name).map_or("", String::as_str);
    let ensure = |right: bool, description| {
        if right {
            Ok(())
        } else {
            Err(("invalid_request", description))
        }
    };
    if get("response_type") != "code" {
        return Err(("unsupported_response_type", "Only the code flow is allowed"));
    }
    ensure(
        matches!(get("response_mode"), "" | "query"),
        "Only response_mode=query is allowed",
    )?;
    ensure(get("state").len() >= STATE_LETTERS, "state must hold 128 bits")?;
    ensure(!get("nonce").is_empty(), "nonce is required")?;
    ensure(
        get("code_challenge_method") == "S256",
        "PKCE with S256 is required",
    )?;
    ensure(
        get("code_challenge").len() == CHALLENGE_LETTERS,
        "code_challenge is required",
    )?;
    ensure(!query.contains_key("request_uri"), "request_uri is not supported")?;
    let scopes: Vec<String> = get("scope").split_whitespace().map(Into::into).collect();
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(("invalid_scope", "scope must contain openid"));
    }
    let claims = match get("claims") {
        "" => Value::Null,
        text => serde_json::from_str(text).map_err(|_| ("invalid_request", "claims is no JSON"))?,
    };
    let level = wanted_level(get("acr_values"), &claims);
    let level = level.ok_or((
        "unmet_authentication_requirements",
        "None of the wanted levels is offered",
    ))?;
    let max_age = match get("max_age") {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| ("invalid_request", "max_age is no number"))?,
        ),
    };
    let prompts: Vec<&str> = get("prompt").split_whitespace().collect();
    let known = |prompt: &&str| ["none", "login", "consent", "select_account"].contains(prompt);
    ensure(prompts.iter().all(known), "prompt is not understood")?;
    let prompt_none = prompts.contains(&"none");
    ensure(!prompt_none || prompts.len() == 1, "prompt=none stands alone")?;
    Ok(Authorization {
        client_id: get("client_id").into(),
        redirect_uri: redirect_uri.into(),
        state: get("state").into(),
        nonce: get("nonce").into(),
        challenge: get("code_challenge").into(),
        wanted: Wanted {
            scopes,
            claims,
            level,
        },
        prompt_none,
        max_age,
        english: get("ui_locales").split_whitespace().next() == Some("en"),
        message: message(get("https://id.oidc.se/param/userMessage"))?,
    })
}

/// What the request object says replaces what the query says.
fn with_object(
    mut query: HashMap<String, String>,
    client: &OpenIdClient,
    issuer: &str,
) -> Result<HashMap<String, String>, Refused> {
    let Some(object) = query.remove("request") else {
        return Ok(query);
    };
    let wrong = Refused::Here("The request object is not signed by this client, or not for this provider.");
    let claims = verified(&object, &client.jwks).map_err(|_| wrong.clone())?;
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    if !is("iss", &client.client_id) || !is("aud", issuer) || !is("client_id", &client.client_id) {
        return Err(wrong);
    }
    for (name, value) in claims {
        let text = value.as_str().map_or_else(|| value.to_string(), Into::into);
        query.insert(name, text);
    }
    Ok(query)
}

/// `{"message#sv": base64, "mime_type": "text/plain"}`.
fn message(parameter: &str) -> Result<Option<String>, Wrong> {
    if parameter.is_empty() {
        return Ok(None);
    }
    let wrong = ("invalid_request", "userMessage is not understood");
    let json: Value = serde_json::from_str(parameter).map_err(|_| wrong)?;
    let kind = json["mime_type"].as_str().unwrap_or("text/plain");
    let text = ["message#sv", "message", "message#en"]
        .iter()
        .find_map(|name| json[name].as_str());
    let is_text = |text: &&str| {
        STANDARD
            .decode(text)
            .is_ok_and(|bytes| std::str::from_utf8(&bytes).is_ok())
    };
    match (kind, text.filter(is_text)) {
        ("text/plain" | "text/markdown", Some(text)) => Ok(Some(text.into())),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> HashMap<String, String> {
        [
            ("client_id", "kit"),
            ("redirect_uri", "https://rp.example/callback"),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "abcdefghijklmnopqrstuv"),
            ("nonce", "n"),
            ("code_challenge_method", "S256"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn tried(name: &str, value: Option<&str>) -> Result<Authorization, Refused> {
        let client = OpenIdClient {
            client_id: "kit".into(),
            redirect_uris: vec!["https://rp.example/callback".into()],
            post_logout_redirect_uris: Vec::new(),
            jwks: crate::jose::KeySet::default(),
            signed_with: crate::jose::Signing::RS256,
            staff: false,
        };
        let mut query = right();
        match value {
            Some(value) => query.insert(name.into(), value.into()),
            None => query.remove(name),
        };
        check(query, |id| (id == "kit").then_some(&client), "https://op.example")
    }

    #[test]
    fn what_the_profile_asks_for_passes() {
        let request = tried("acr_values", Some("x http://id.elegnamnden.se/loa/1.0/loa3")).unwrap();
        assert_eq!(request.wanted.level, "http://id.elegnamnden.se/loa/1.0/loa3");
        assert!(tried("ui_locales", Some("en sv")).unwrap().english);
        assert!(tried("prompt", Some("none")).unwrap().prompt_none);
    }

    #[test]
    fn what_the_profile_forbids_goes_back_with_an_error() {
        for (name, value, error) in [
            ("response_type", Some("id_token"), "unsupported_response_type"),
            ("response_type", None, "unsupported_response_type"),
            ("response_mode", Some("fragment"), "invalid_request"),
            ("code_challenge_method", Some("plain"), "invalid_request"),
            ("code_challenge_method", None, "invalid_request"),
            ("code_challenge", None, "invalid_request"),
            ("state", Some("short"), "invalid_request"),
            ("state", None, "invalid_request"),
            ("nonce", None, "invalid_request"),
            ("scope", Some("profile"), "invalid_scope"),
            ("claims", Some("{"), "invalid_request"),
            ("prompt", Some("none login"), "invalid_request"),
            (
                "https://id.oidc.se/param/userMessage",
                Some("{\"message\":\"no base64\"}"),
                "invalid_request",
            ),
            ("request_uri", Some("https://rp.example/r"), "invalid_request"),
            (
                "acr_values",
                Some("http://id.elegnamnden.se/loa/1.0/loa4"),
                "unmet_authentication_requirements",
            ),
        ] {
            match tried(name, value) {
                Err(Refused::Back { error: got, .. }) => assert_eq!(got, error, "{name}={value:?}"),
                other => panic!("{name}={value:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn nothing_is_sent_to_an_address_that_is_not_registered_letter_by_letter() {
        for uri in [
            "https://rp.example/callback/",
            "https://rp.example/callback?x=1",
            "https://RP.example/callback",
            "https://evil.example/callback",
        ] {
            assert!(
                matches!(tried("redirect_uri", Some(uri)), Err(Refused::Here(_))),
                "{uri}"
            );
        }
        assert!(matches!(tried("client_id", Some("other")), Err(Refused::Here(_))));
        assert!(matches!(tried("request", Some("a.b.c")), Err(Refused::Here(_))));
    }
}
