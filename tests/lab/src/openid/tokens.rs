//! What the provider says about a person, signed: ID token and `UserInfo`; and how each goes wrong where a test wants it.
//!
//! Who somebody is stands in `UserInfo` only, unless a client asks for it in the ID token by `claims`; staff clients may also
//! ask by the scope `staff` [INF].

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::clients::OpenIdClient;
use super::settings::{OpenIdFault, OpenIdSettings};
use super::state::Grant;
use crate::jose::{Claims, SigningKey};

/// Twelve digits, no hyphen.
const PERSONAL_NUMBER: &str = "https://id.oidc.se/claim/personalIdentityNumber";
const INFO: &str = "https://id.oidc.se/scope/naturalPersonInfo";
const NUMBER: &str = "https://id.oidc.se/scope/naturalPersonNumber";
const STAFF: &str = "staff";

/// What discovery says of it.
pub(super) const SCOPES: [&str; 4] = ["openid", INFO, NUMBER, STAFF];
pub(super) const CLAIMS: [&str; 10] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    PERSONAL_NUMBER,
    "roles",
    "organisation",
    "auth_time",
    "acr",
    "nonce",
];

/// Signs the ID token of a login.
pub(super) fn id_token(
    grant: &Grant,
    client: &OpenIdClient,
    issuer: &str,
    settings: &OpenIdSettings,
    (key, unpublished): (&SigningKey, &SigningKey),
    fault: Option<&OpenIdFault>,
    unix: u64,
) -> anyhow::Result<String> {
    let mut claims = object(json!({
        "iss": issuer,
        "sub": subject(grant, client),
        "aud": client.client_id,
        "iat": unix,
        "exp": unix + settings.id_token_life_s,
        "auth_time": grant.auth_time,
        "acr": grant.wanted.level,
    }));
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".into(), nonce.as_str().into());
    }
    let asked = &grant.wanted.claims["id_token"];
    let by_scope = client.staff && has_scope(grant, STAFF);
    let is_wanted = |name: &str| asked.get(name).is_some() || (by_scope && is_of_staff(name));
    claims.extend(identity(grant).into_iter().filter(|(name, _)| is_wanted(name)));
    if let Some(fault) = fault {
        spoil(&mut claims, fault, unix);
    }
    let key = if fault == Some(&OpenIdFault::UnknownKey) {
        unpublished
    } else {
        key
    };
    let token = key.sign("JWT", &claims)?;
    Ok(match fault {
        Some(OpenIdFault::BadSignature) => with_changed_signature(&token),
        Some(OpenIdFault::Unsigned) => unsigned(&claims)?,
        _ => token,
    })
}

/// The claims of `UserInfo`.
pub(super) fn user_info(
    grant: &Grant,
    client: &OpenIdClient,
    issuer: &str,
    fault: Option<&OpenIdFault>,
) -> Claims {
    let mut claims = object(json!({"iss": issuer, "aud": client.client_id, "sub": subject(grant, client)}));
    let asked = &grant.wanted.claims["userinfo"];
    let is_wanted = |name: &str| {
        asked.get(name).is_some()
            || (has_scope(grant, INFO) && ["name", "given_name", "family_name"].contains(&name))
            || (has_scope(grant, NUMBER) && name == PERSONAL_NUMBER)
            || (client.staff && has_scope(grant, STAFF) && is_of_staff(name))
    };
    claims.extend(identity(grant).into_iter().filter(|(name, _)| is_wanted(name)));
    if fault == Some(&OpenIdFault::OtherUser) {
        claims.insert("sub".into(), "somebody-else".into());
    }
    claims
}

/// Staff go by their staff id; others by a name of their own at each client, which says nothing about them.
fn subject(grant: &Grant, client: &OpenIdClient) -> String {
    if let Some(staff) = grant.person.staff.as_ref().filter(|_| client.staff) {
        return staff.staff_id.clone();
    }
    let text = format!("lab {} {}", client.client_id, grant.person.personal_number);
    hex::encode(&Sha256::digest(text)[..16])
}

/// Everything that could be told about a person.
fn identity(grant: &Grant) -> Claims {
    let person = &grant.person;
    let mut all = object(json!({
        "name": person.name(),
        "given_name": person.given_name,
        "family_name": person.surname,
        PERSONAL_NUMBER: person.personal_number,
    }));
    if let Some(staff) = &person.staff {
        all.insert("roles".into(), json!(staff.roles));
        all.insert("organisation".into(), json!(staff.organisation));
    }
    all
}

fn is_of_staff(name: &str) -> bool {
    ["name", "roles", "organisation"].contains(&name)
}

fn has_scope(grant: &Grant, scope: &str) -> bool {
    grant.wanted.scopes.iter().any(|asked| asked == scope)
}

fn spoil(claims: &mut Claims, fault: &OpenIdFault, unix: u64) {
    let mut set = |name: &str, value: Value| claims.insert(name.into(), value);
    match fault {
        OpenIdFault::WrongNonce => set("nonce", "of-another-login".into()),
        OpenIdFault::NoNonce => claims.remove("nonce"),
        OpenIdFault::OldToken => {
            set("iat", (unix - 900).into());
            set("exp", (unix - 600).into())
        }
        OpenIdFault::LongLife => set("exp", (unix + 3_600).into()),
        OpenIdFault::OldLogin => set("auth_time", (unix - 7_200).into()),
        OpenIdFault::NoAuthTime => claims.remove("auth_time"),
        OpenIdFault::WrongAcr { acr: Some(acr) } => set("acr", acr.as_str().into()),
        OpenIdFault::WrongAcr { acr: None } => claims.remove("acr"),
        OpenIdFault::WrongAudience => set("aud", "another-client".into()),
        OpenIdFault::WrongIssuer => set("iss", "https://another.example".into()),
        _ => None,
    };
}

fn with_changed_signature(token: &str) -> String {
    let (signed, signature) = token.split_at(token.rfind('.').unwrap_or_default() + 1);
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{signed}{first}{}", &signature[1..])
}

fn unsigned(claims: &Claims) -> anyhow::Result<String> {
    use base64::Engine;
    let text = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    Ok(format!(
        "{}.{}.",
        text(br#"{"alg":"none"}"#),
        text(&serde_json::to_vec(claims)?)
    ))
}

fn object(value: Value) -> Claims {
    match value {
        Value::Object(claims) => claims,
        _ => unreachable!("only objects are given"),
    }
}
