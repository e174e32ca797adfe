//! What clients ask the provider: discovery, keys, tokens, `UserInfo`, device authorization.

use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::clients::{Assertion, OpenIdClient};
use super::levels::{LEVELS, wanted_level};
use super::provider::OpenIdControl;
use super::refusal::TokenRefusal;
use super::request::Wanted;
use super::settings::OpenIdFault;
use super::state::{ACCESS_LIFE, Grant};
use super::tokens::{CLAIMS, SCOPES, id_token, user_info};

/// RFC 8628.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

type Provider = State<OpenIdControl>;

pub(super) fn router() -> Router<OpenIdControl> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(keys))
        .route("/token", post(token))
        .route("/userinfo", get(about_user).post(about_user))
        .route("/device_authorization", post(device_authorization))
}

async fn discovery(State(provider): Provider) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", provider.issuer());
    Json(json!({
        "issuer": provider.issuer(),
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("jwks"),
        "end_session_endpoint": at("logout"),
        "device_authorization_endpoint": at("device_authorization"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", DEVICE_GRANT],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": SCOPES,
        "claims_supported": CLAIMS,
        "acr_values_supported": LEVELS,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "userinfo_signing_alg_values_supported": ["RS256", "ES256"],
        "request_object_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": false,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["sv", "en"],
        "authorization_response_iss_parameter_supported": true,
        "https://id.oidc.se/disco/userMessageSupported": true,
    }))
}

async fn keys(State(provider): Provider) -> Json<Value> {
    Json(json!(provider.keys()))
}

#[derive(Deserialize)]
struct TokenRequest {
    #[serde(flatten)]
    assertion: Assertion,
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    device_code: Option<String>,
}

async fn token(State(provider): Provider, Form(request): Form<TokenRequest>) -> Response {
    match provider.with(|state, _| state.take_fault(OpenIdFault::of_token_endpoint)) {
        Some(OpenIdFault::TokenError { error }) => {
            return TokenRefusal::new(&error, "armed by a test").into_response();
        }
        Some(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        None => {}
    }
    let answer = provider.authenticate(&request.assertion).and_then(|client| {
        let (grant, code) = match request.grant_type.as_deref() {
            Some("authorization_code") => (by_code(&provider, &client, &request)?, request.code.as_deref()),
            Some(DEVICE_GRANT) => (by_device(&provider, &client, &request)?, None),
            _ => {
                return Err(TokenRefusal::new(
                    "unsupported_grant_type",
                    "only codes and devices",
                ));
            }
        };
        tokens(&provider, &client, &grant, code)
    });
    match answer {
        Ok(answer) => (no_store(), Json(answer)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn by_code(
    provider: &OpenIdControl,
    client: &OpenIdClient,
    request: &TokenRequest,
) -> Result<Grant, TokenRefusal> {
    let code = request.code.as_deref().unwrap_or_default();
    let code = provider.with(|state, unix| state.take_code(code, unix));
    let code = code.ok_or(TokenRefusal::invalid_grant(
        "the code is unknown, used or too old",
    ))?;
    if code.grant.client_id != client.client_id {
        return Err(TokenRefusal::invalid_grant(
            "the code was given to another client",
        ));
    }
    if request.redirect_uri.as_deref() != Some(&code.redirect_uri) {
        return Err(TokenRefusal::invalid_grant(
            "redirect_uri is not that of the request",
        ));
    }
    let verifier = request.code_verifier.as_deref().unwrap_or_default();
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
        return Err(TokenRefusal::invalid_grant("code_verifier does not fit"));
    }
    Ok(code.grant)
}

fn by_device(
    provider: &OpenIdControl,
    client: &OpenIdClient,
    request: &TokenRequest,
) -> Result<Grant, TokenRefusal> {
    let device = request.device_code.as_deref().unwrap_or_default();
    let answer = provider.with(|state, unix| state.devices.ask(device, &client.client_id, unix));
    answer.map_err(|error| TokenRefusal::new(error, "see RFC 8628, section 3.5"))
}

fn tokens(
    provider: &OpenIdControl,
    client: &OpenIdClient,
    grant: &Grant,
    code: Option<&str>,
) -> Result<Value, TokenRefusal> {
    let id_token = provider
        .with(|state, unix| {
            let fault = state.take_fault(OpenIdFault::of_id_token);
            let keys = provider.key_for(client);
            id_token(
                grant,
                client,
                provider.issuer(),
                &state.settings,
                keys,
                fault.as_ref(),
                unix,
            )
        })
        .map_err(|_| TokenRefusal::new("server_error", "the token cannot be signed"))?;
    let access = provider.with(|state, unix| state.new_access(grant.clone(), code, unix));
    Ok(json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFE,
        "scope": grant.wanted.scopes.join(" "),
        "id_token": id_token,
    }))
}

async fn about_user(State(provider): Provider, headers: HeaderMap) -> Response {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let found = provider.with(|state, unix| {
        let grant = state.access(token?, unix)?.clone();
        let client = state.clients.get(&grant.client_id)?.clone();
        Some((grant, client, state.take_fault(OpenIdFault::of_user_info)))
    });
    let Some((grant, client, fault)) = found else {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    };
    let claims = user_info(&grant, &client, provider.issuer(), fault.as_ref());
    if fault == Some(OpenIdFault::UnsignedUserInfo) {
        return Json(claims).into_response();
    }
    match provider.key_for(&client).0.sign("JWT", &claims) {
        Ok(signed) => ([(header::CONTENT_TYPE, "application/jwt")], signed).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Deserialize)]
struct DeviceRequest {
    #[serde(flatten)]
    assertion: Assertion,
    scope: Option<String>,
    acr_values: Option<String>,
    claims: Option<String>,
}

/// RFC 8628, section 3.1. `acr_values` and `claims` are taken as at the authorization endpoint [INF].
async fn device_authorization(
    State(provider): Provider,
    Form(request): Form<DeviceRequest>,
) -> Result<Response, TokenRefusal> {
    let client = provider.authenticate(&request.assertion)?;
    let scopes: Vec<String> = request
        .scope
        .unwrap_or_default()
        .split_whitespace()
        .map(Into::into)
        .collect();
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(TokenRefusal::new("invalid_scope", "scope must contain openid"));
    }
    let claims = match request.claims.as_deref() {
        None | Some("") => Value::Null,
        Some(text) => serde_json::from_str(text)
            .map_err(|_| TokenRefusal::new("invalid_request", "claims is no JSON"))?,
    };
    let level = wanted_level(request.acr_values.as_deref().unwrap_or_default(), &claims).ok_or(
        TokenRefusal::new("invalid_request", "none of the wanted levels is offered"),
    )?;
    let wanted = Wanted {
        scopes,
        claims,
        level,
    };
    let (device, settings) = provider.with(|state, unix| {
        let settings = state.settings.clone();
        (
            state.devices.begin(&client.client_id, wanted, &settings, unix),
            settings,
        )
    });
    let address = format!("{}/device", provider.issuer());
    let answer = json!({
        "device_code": device.device_code,
        "user_code": device.user_code,
        "verification_uri_complete": format!("{address}?user_code={}", device.user_code),
        "verification_uri": address,
        "expires_in": settings.device_expires_s,
        "interval": settings.device_interval_s,
    });
    Ok((no_store(), Json(answer)).into_response())
}

fn no_store() -> [(HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}
