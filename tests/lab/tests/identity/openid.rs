//! The `OpenID` provider judged by the library `openidconnect`, and by what it refuses.

use std::time::Duration;

use lab::jose::{Claims, Numbers, Signing, SigningKey};
use lab::openid::OpenIdFault;
use lab::phone::Act;
use openidconnect::core::{CoreClient, CoreGenderClaim, CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RedirectUrl, TokenResponse,
    UserInfoClaims,
};
use serde_json::{Value, json};
use url::Url;

use crate::support::{Asker, Lab, REDIRECT, VERIFIER};

type Refused = Result<openidconnect::core::CoreIdTokenClaims, String>;

/// Exchanges a code with the library, and has it judge the ID token.
async fn judged(lab: &Lab, key: &SigningKey, code: &str) -> Refused {
    let metadata = CoreProviderMetadata::discover_async(lab.issuer(), &Asker(lab.http.clone()))
        .await
        .unwrap();
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new("test".into()), None)
        .set_redirect_uri(RedirectUrl::new(REDIRECT.into()).unwrap());
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.into()))
        .unwrap()
        .set_pkce_verifier(PkceCodeVerifier::new(VERIFIER.into()))
        .add_extra_param(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        )
        .add_extra_param("client_assertion", lab.assertion("test", key))
        .request_async(&Asker(lab.http.clone()))
        .await
        .map_err(|error| format!("{error:?}"))?;
    let verifier = client.id_token_verifier().set_allowed_algs([
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    ]);
    let token = tokens.id_token().ok_or("no ID token")?;
    let claims = token
        .claims(&verifier, &Nonce::new("nonce".into()))
        .map_err(|error| error.to_string())?;
    if matches!(key.public().numbers, Numbers::Rsa { .. }) {
        // The library takes `UserInfo` that is signed by RS256 alone.
        let user: UserInfoClaims<openidconnect::EmptyAdditionalClaims, CoreGenderClaim> = client
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
            .unwrap()
            .require_signed_response(true)
            .request_async(&Asker(lab.http.clone()))
            .await
            .map_err(|error| format!("{error:?}"))?;
        assert_eq!(user.name().unwrap().get(None).unwrap().as_str(), "Elsa Berg");
    }
    Ok(claims.clone())
}

#[tokio::test]
async fn the_outside_library_accepts_a_login_with_either_kind_of_key() {
    let lab = Lab::start().await;
    for signing in [Signing::RS256, Signing::ES256] {
        let key = lab.register("test", signing, false);
        let code = lab
            .code(&[("scope", "openid https://id.oidc.se/scope/naturalPersonInfo")])
            .await;
        let claims = judged(&lab, &key, &code).await.unwrap();
        assert!((claims.expiration() - claims.issue_time()).num_seconds() <= 300);
        assert!(claims.auth_time().is_some());
        let level = claims.auth_context_ref().unwrap().as_str();
        assert_eq!(level, "http://id.swedenconnect.se/loa/1.0/uncertified-loa3");
        assert!(claims.name().is_none(), "who it is stands in UserInfo only");
        assert!(
            judged(&lab, &key, &code)
                .await
                .unwrap_err()
                .contains("invalid_grant")
        );
    }
}

#[tokio::test]
async fn the_outside_library_refuses_what_a_test_has_go_wrong() {
    let lab = Lab::start().await;
    let key = lab.register("test", Signing::RS256, false);
    for fault in [
        OpenIdFault::WrongNonce,
        OpenIdFault::NoNonce,
        OpenIdFault::OldToken,
        OpenIdFault::WrongAudience,
        OpenIdFault::WrongIssuer,
        OpenIdFault::BadSignature,
        OpenIdFault::UnknownKey,
        OpenIdFault::Unsigned,
        OpenIdFault::OtherUser,
        OpenIdFault::UnsignedUserInfo,
        OpenIdFault::TokenError {
            error: "server_error".into(),
        },
        OpenIdFault::Unavailable,
    ] {
        let code = lab
            .code(&[("scope", "openid https://id.oidc.se/scope/naturalPersonInfo")])
            .await;
        lab.provider.control().fault(fault.clone());
        assert!(judged(&lab, &key, &code).await.is_err(), "{fault:?}");
    }
}

#[tokio::test]
async fn what_only_our_own_rules_catch_is_told_as_armed() {
    let lab = Lab::start().await;
    let key = lab.register("test", Signing::RS256, false);
    let mut tokens = Vec::new();
    for fault in [
        OpenIdFault::LongLife,
        OpenIdFault::OldLogin,
        OpenIdFault::NoAuthTime,
        OpenIdFault::WrongAcr {
            acr: Some("http://id.elegnamnden.se/loa/1.0/loa2".into()),
        },
    ] {
        let code = lab.code(&[]).await;
        lab.provider.control().fault(fault);
        tokens.push(lab.id_token(&key, &code).await);
    }
    let number = |claims: &Claims, name: &str| claims[name].as_u64().unwrap();
    assert!(number(&tokens[0], "exp") - number(&tokens[0], "iat") > 300);
    assert!(number(&tokens[1], "iat") - number(&tokens[1], "auth_time") >= 7_200);
    assert!(!tokens[2].contains_key("auth_time"));
    assert_eq!(tokens[3]["acr"], "http://id.elegnamnden.se/loa/1.0/loa2");
}

#[tokio::test]
async fn identity_is_told_only_where_it_is_asked_for() {
    let lab = Lab::start().await;
    let key = lab.register("test", Signing::RS256, false);
    let number = "https://id.oidc.se/claim/personalIdentityNumber";
    let token = lab.id_token(&key, &lab.code(&[]).await).await;
    assert!(!token.contains_key(number) && !token.contains_key("name"));
    let claims = json!({"id_token": {number: {"essential": true}}}).to_string();
    let token = lab.id_token(&key, &lab.code(&[("claims", &claims)]).await).await;
    assert_eq!(token[number], "189001019802");
}

#[tokio::test]
async fn the_token_endpoint_refuses_wrong_proofs() {
    let lab = Lab::start().await;
    let key = lab.register("test", Signing::ES256, false);
    let other = lab.register("other", Signing::ES256, false);
    let assertion = lab.assertion("test", &key);
    for (change, error) in [
        (("code_verifier", "x".repeat(43)), "invalid_grant"),
        (("redirect_uri", format!("{REDIRECT}/")), "invalid_grant"),
        (("code", "guessed".into()), "invalid_grant"),
        (("grant_type", "implicit".into()), "unsupported_grant_type"),
        (("client_assertion", String::new()), "invalid_client"),
        (
            ("client_assertion", lab.assertion("test", &other)),
            "invalid_client",
        ),
        (
            ("client_assertion_type", "client_secret_basic".into()),
            "invalid_client",
        ),
        (
            ("client_assertion", lab.assertion("other", &other)),
            "invalid_grant",
        ),
        (("client_assertion", assertion.clone()), ""),
        (("client_assertion", assertion), "invalid_client"),
    ] {
        let code = lab.code(&[]).await;
        let (name, value) = change;
        let answer = lab.token("test", &key, &code, &[(name, &value)]).await;
        assert_eq!(
            answer["error"].as_str().unwrap_or_default(),
            error,
            "{name}: {answer}"
        );
    }
    let code = lab.code(&[]).await;
    lab.provider.control().advance(Duration::from_secs(61));
    assert_eq!(
        lab.token("test", &key, &code, &[]).await["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn without_prompt_a_known_browser_logs_in_anew_and_with_none_it_does_not() {
    let lab = Lab::start().await;
    lab.register("test", Signing::RS256, false);
    let refused = lab.authorize(&[("prompt", "none")], None).await;
    assert_eq!(refused.answer("error"), "login_required");
    let login = lab.log_in(&[], Act::Identify).await;
    let cookie = login.cookie.clone().unwrap();
    assert!(
        !lab.authorize(&[("prompt", "none")], Some(&cookie))
            .await
            .answer("code")
            .is_empty()
    );
    assert!(
        lab.authorize(&[], Some(&cookie))
            .await
            .address
            .path()
            .starts_with("/login/")
    );
    lab.provider.control().advance(Duration::from_secs(3_601));
    let refused = lab.authorize(&[("prompt", "none")], Some(&cookie)).await;
    assert_eq!(refused.answer("error"), "login_required");
}

#[tokio::test]
async fn who_gives_up_in_the_app_goes_back_without_a_code_and_a_slow_one_gets_new_codes() {
    let lab = Lab::start().await;
    lab.register("test", Signing::RS256, false);
    let refused = lab.log_in(&[], Act::Cancel).await;
    assert_eq!(
        (refused.answer("error"), refused.answer("error_description")),
        ("access_denied".into(), "userCancel".into())
    );
    let page = lab.authorize(&[], None).await;
    for _ in 0..3 {
        lab.provider.control().advance(Duration::from_secs(31));
        lab.get(page.address.as_str()).await;
    }
    assert!(
        !lab.finish(&page.address, Act::Identify)
            .await
            .answer("code")
            .is_empty()
    );
}

#[tokio::test]
async fn a_signed_request_object_counts_and_a_foreign_one_does_not() {
    let lab = Lab::start().await;
    let key = lab.register("test", Signing::RS256, false);
    let stranger = SigningKey::new(Signing::RS256).unwrap();
    let object = |key: &SigningKey| {
        let claims =
            json!({"iss": "test", "aud": lab.provider.issuer(), "client_id": "test", "nonce": "in-object"});
        key.sign("JWT", claims.as_object().unwrap()).unwrap()
    };
    let code = lab.code(&[("request", &object(&key))]).await;
    assert_eq!(lab.id_token(&key, &code).await["nonce"], "in-object");
    let refused = lab.authorize(&[("request", &object(&stranger))], None).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn logging_out_forgets_the_browser_and_leads_only_to_registered_addresses() {
    let lab = Lab::start().await;
    lab.register("test", Signing::RS256, false);
    let cookie = lab.log_in(&[], Act::Identify).await.cookie.unwrap();
    let mut address = Url::parse(&format!("{}/logout", lab.provider.issuer())).unwrap();
    address.query_pairs_mut().append_pair("client_id", "test");
    address
        .query_pairs_mut()
        .append_pair("post_logout_redirect_uri", "https://evil.example/");
    let ended = lab.go(address.as_str(), Some(&cookie)).await;
    assert_eq!(ended.status, 200);
    let refused = lab.authorize(&[("prompt", "none")], Some(&cookie)).await;
    assert_eq!(refused.answer("error"), "login_required");
}

#[tokio::test]
async fn what_it_says_of_itself_names_what_the_profile_demands() {
    let lab = Lab::start().await;
    let about: Value = lab.get_json("/.well-known/openid-configuration").await;
    for (name, value) in [
        ("response_types_supported", json!(["code"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
        ),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            json!(["RS256", "ES256"]),
        ),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(true)),
        ("ui_locales_supported", json!(["sv", "en"])),
    ] {
        assert_eq!(about[name], value, "{name}");
    }
}
