//! How we prove to a provider who we are by a key of our own (`private_key_jwt`: RFC 7523; OpenID Connect Core 1.0, section 9),
//! as the Swedish profile demands. Without such a key: by a secret that both know.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::{Value, json};

use crate::identity::secret;

/// What the assertion is, as providers know it.
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion holds, in seconds.
const LIFETIME: i64 = 60;

/// A key that signs who we are.
pub(super) struct ClientKey {
    key: Key,
    name: Option<String>,
}

enum Key {
    Ecdsa(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl std::fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientKey(secret)")
    }
}

impl ClientKey {
    /// Reads a key (PKCS #8 as PEM: P-256 or RSA). `name` is its id at the provider, where it needs one.
    pub(super) fn read(file: &Path, name: Option<String>) -> Result<Self> {
        let pem = fs::read(file).context("could not read client_key_file")?;
        let der =
            PrivatePkcs8KeyDer::from_pem_slice(&pem).context("client_key_file is no key (PKCS #8 as PEM)")?;
        let der = der.secret_pkcs8_der();
        let key = if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            Key::Ecdsa(key)
        } else if let Ok(key) = RsaKeyPair::from_pkcs8(der) {
            Key::Rsa(Box::new(key))
        } else {
            bail!("client_key_file must be a key for ES256 (P-256) or RS256 (RSA)");
        };
        Ok(Self { key, name })
    }

    /// Says to `audience` that we are `client`, once.
    pub(super) fn assertion(&self, client: &str, audience: &str, now: Timestamp) -> String {
        let algorithm = match self.key {
            Key::Ecdsa(_) => "ES256",
            Key::Rsa(_) => "RS256",
        };
        let mut header = json!({ "alg": algorithm, "typ": "JWT" });
        if let Some(name) = &self.name {
            header["kid"] = Value::from(name.as_str());
        }
        let content = json!({
            "iss": client, "sub": client, "aud": audience, "jti": secret::random_letters(32),
            "iat": now.as_second(), "exp": now.as_second() + LIFETIME,
        });
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&content));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.sign(text.as_bytes()));
        format!("{text}.{signature}")
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Ecdsa(key) => {
                let signed = key.sign(&random, text);
                signed.expect("a key that was read signs").as_ref().to_vec()
            }
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature)
                    .expect("a key that was read signs");
                signature
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    use super::*;

    #[test]
    fn an_assertion_is_signed_by_our_key_and_names_both_sides() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("client.key");
        let key = rcgen::KeyPair::generate().unwrap();
        fs::write(&file, key.serialize_pem()).unwrap();
        let ours = ClientKey::read(&file, Some("1".to_owned())).unwrap();
        let now: Timestamp = "2026-11-26T10:00:00Z".parse().unwrap();
        let assertion = ours.assertion("fleet", "https://login.example/token", now);
        let (text, signature) = assertion.rsplit_once('.').unwrap();
        let Key::Ecdsa(pair) = &ours.key else {
            panic!("P-256")
        };
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        public.verify(text.as_bytes(), &signature).unwrap();
        let content = BASE64_URL_SAFE_NO_PAD
            .decode(text.split('.').nth(1).unwrap())
            .unwrap();
        let content: Value = serde_json::from_slice(&content).unwrap();
        assert_eq!(content["iss"], content["sub"]);
        assert_eq!(content["aud"], "https://login.example/token");
        assert_eq!(
            content["exp"].as_i64().unwrap() - content["iat"].as_i64().unwrap(),
            LIFETIME
        );
        assert!(!format!("{ours:?}").contains("Ecdsa"));
        fs::write(&file, "no key").unwrap();
        assert!(ClientKey::read(&file, None).is_err());
    }
}
