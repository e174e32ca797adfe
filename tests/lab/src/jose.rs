//! Signed JSON (JWS, compact): what the `OpenID` provider signs, and what its clients prove who they are with.
//!
//! Only RS256 and ES256, as the Swedish profile has it. Claims are checked by those who read them, with the lab's own time.

use anyhow::{Context, ensure};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The claims of a token.
pub type Claims = Map<String, Value>;

/// How something is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signing {
    /// RSA, SHA-256.
    #[default]
    RS256,
    /// ECDSA on P-256, SHA-256.
    ES256,
}

/// A public key (RFC 7517); keys it does not know are read as such and vouch for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
    /// `sig`.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub used_for: Option<String>,
}

/// What a public key is made of, in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum Numbers {
    /// RSA.
    #[serde(rename = "RSA")]
    Rsa {
        /// Modulus.
        n: String,
        /// Exponent.
        e: String,
    },
    /// P-256.
    #[serde(rename = "EC")]
    Ec {
        /// The curve's name.
        crv: String,
        /// A coordinate.
        x: String,
        /// The other one.
        y: String,
    },
}

/// Public keys (RFC 7517).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// Each of them.
    pub keys: Vec<PublicKey>,
}

/// A private key with its name.
pub struct SigningKey {
    kid: String,
    private: Private,
    pem: String,
}

enum Private {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl SigningKey {
    /// Makes a new key.
    pub fn new(signing: Signing) -> anyhow::Result<Self> {
        let kind = match signing {
            Signing::RS256 => &PKCS_RSA_SHA256,
            Signing::ES256 => &PKCS_ECDSA_P256_SHA256,
        };
        let key = KeyPair::generate_for(kind)?;
        let der = key.serialize_der();
        let private = match signing {
            Signing::RS256 => Private::Rsa(RsaKeyPair::from_pkcs8(&der)?),
            Signing::ES256 => Private::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)?),
        };
        Ok(Self {
            kid: Uuid::new_v4().to_string(),
            private,
            pem: key.serialize_pem(),
        })
    }

    /// The public half, as others may see it.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let numbers = match &self.private {
            Private::Rsa(key) => {
                let public = key.public_key();
                Numbers::Rsa {
                    n: text(public.modulus().big_endian_without_leading_zero()),
                    e: text(public.exponent().big_endian_without_leading_zero()),
                }
            }
            Private::Ec(key) => {
                // One byte that says "uncompressed", then both coordinates.
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                Numbers::Ec {
                    crv: "P-256".into(),
                    x: text(x),
                    y: text(y),
                }
            }
        };
        PublicKey {
            kid: Some(self.kid.clone()),
            numbers,
            used_for: Some("sig".into()),
        }
    }

    /// The public half alone in a set.
    #[must_use]
    pub fn public_set(&self) -> KeySet {
        KeySet {
            keys: vec![self.public()],
        }
    }

    /// The private half (PEM, PKCS #8).
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Signs claims. `kind`: the header's `typ`.
    pub fn sign(&self, kind: &str, claims: &Claims) -> anyhow::Result<String> {
        let alg = match self.private {
            Private::Rsa(_) => Signing::RS256,
            Private::Ec(_) => Signing::ES256,
        };
        let header = json!({"alg": alg, "typ": kind, "kid": self.kid});
        let signed = format!(
            "{}.{}",
            text(header.to_string().as_bytes()),
            text(&serde_json::to_vec(claims)?)
        );
        let random = SystemRandom::new();
        let signature = match &self.private {
            Private::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature)?;
                signature
            }
            Private::Ec(key) => key.sign(&random, signed.as_bytes())?.as_ref().to_vec(),
        };
        Ok(format!("{signed}.{}", text(&signature)))
    }
}

#[derive(Deserialize)]
struct Header {
    alg: Signing,
    kid: Option<String>,
}

/// Reads claims that one of these keys has signed. Says nothing of what they mean.
pub fn verified(token: &str, keys: &KeySet) -> anyhow::Result<Claims> {
    let (signed, signature) = token.rsplit_once('.').context("this is no signed token")?;
    let (header, claims) = signed.split_once('.').context("this is no signed token")?;
    let header: Header = serde_json::from_slice(&bytes(header)?).context("neither RS256 nor ES256")?;
    let signature = bytes(signature)?;
    let fits = |key: &&PublicKey| header.kid.is_none() || key.kid == header.kid;
    let vouches = |key: &PublicKey| key.vouches(header.alg, signed.as_bytes(), &signature).is_ok();
    ensure!(
        keys.keys.iter().filter(fits).any(vouches),
        "no known key has signed this"
    );
    Ok(serde_json::from_slice(&bytes(claims)?)?)
}

/// What a token claims, whoever signed it.
pub(crate) fn unverified(token: &str) -> Option<Claims> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&bytes(claims).ok()?).ok()
}

impl PublicKey {
    fn vouches(&self, alg: Signing, signed: &[u8], signature: &[u8]) -> anyhow::Result<()> {
        match (&self.numbers, alg) {
            (Numbers::Rsa { n, e }, Signing::RS256) => {
                let (n, e) = (bytes(n)?, bytes(e)?);
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)?;
            }
            (Numbers::Ec { crv, x, y }, Signing::ES256) => {
                ensure!(crv == "P-256", "not on P-256");
                let point = [vec![4], bytes(x)?, bytes(y)?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)?;
            }
            _ => anyhow::bail!("the key is of another kind"),
        }
        Ok(())
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &str) -> anyhow::Result<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_signs_only_that_key_vouches_for() {
        for signing in [Signing::RS256, Signing::ES256] {
            let key = SigningKey::new(signing).unwrap();
            let other = SigningKey::new(signing).unwrap();
            let claims = Claims::from_iter([("sub".to_owned(), Value::from("kit"))]);
            let token = key.sign("JWT", &claims).unwrap();
            assert_eq!(verified(&token, &key.public_set()).unwrap(), claims);
            assert!(verified(&token, &other.public_set()).is_err());
            let nameless = KeySet {
                keys: vec![PublicKey {
                    kid: None,
                    ..key.public()
                }],
            };
            assert!(verified(&token, &nameless).is_err());
        }
    }

    #[test]
    fn unsigned_and_symmetric_tokens_are_refused() {
        let key = SigningKey::new(Signing::RS256).unwrap();
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#] {
            let token = format!("{}.{}.", text(header.as_bytes()), text(b"{}"));
            assert!(verified(&token, &key.public_set()).is_err());
        }
    }
}
