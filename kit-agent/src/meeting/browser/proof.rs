//! The proof of a login at the meeting service (protocols §1.3), in both of the ways in which a node gives it.
//!
//! *By redirect*: the node sends the browser to an address that we named. *By message*: the node's page tells the window
//! that opened it; our script plays that window and goes to the same address. The address is under `.invalid`, which
//! nobody can own (RFC 6761); it is caught before anything is looked up, so the proof never leaves the tablet. A number
//! in it that only the node has been told keeps any other page from making one up.

use percent_encoding::percent_decode_str;
use rand::RngExt as _;
use rand::distr::Alphanumeric;
use secrecy::SecretString;
use serde_json::json;
use url::Url;

/// Where the node's administrator lets proofs go to.
const ADDRESS: &str = "https://login.kit.invalid/done";
/// Replaced by the node.
const PLACEHOLDER: &str = "__pexip-sso-token__";
/// Longest proof, bytes.
const MAX_PROOF: usize = 8 * 1024;

/// One address for one login.
#[derive(Clone, PartialEq, Eq)]
pub struct ProofTarget {
    number: String,
    /// Where the page that gives the proof by message lives.
    node: Url,
}

/// Why a login came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum LoginRefusal {
    /// The meeting service does not let this person in.
    #[error("the meeting's login did not let you in: ring the person who booked it")]
    Forbidden,
    /// The login does not work just now.
    #[error("the meeting's login is not working just now: try again in a few minutes")]
    Unavailable,
}

impl ProofTarget {
    /// A new one, for a login at this node.
    #[must_use]
    pub fn new(node: &Url) -> Self {
        let number = rand::rng()
            .sample_iter(Alphanumeric)
            .take(32)
            .map(char::from)
            .collect();
        Self {
            number,
            node: node.clone(),
        }
    }

    /// The node whose login it is.
    #[must_use]
    pub fn node(&self) -> &Url {
        &self.node
    }

    /// As the node is told it.
    #[must_use]
    pub fn for_node(&self) -> String {
        format!("{ADDRESS}?login={}&token={PLACEHOLDER}", self.number)
    }

    /// What an address says. `None`: it is not this one.
    pub(super) fn read(&self, url: &Url) -> Option<Result<SecretString, LoginRefusal>> {
        if !url.as_str().starts_with(ADDRESS) || field(url, "login")? != self.number {
            return None;
        }
        if let Some(end) = field(url, "end") {
            return Some(Err(match end.as_str() {
                "forbidden" => LoginRefusal::Forbidden,
                _ => LoginRefusal::Unavailable,
            }));
        }
        let proof = field(url, "token").filter(|proof| !proof.is_empty() && proof.len() <= MAX_PROOF);
        Some(proof.map(SecretString::from).ok_or(LoginRefusal::Unavailable))
    }

    /// A script that plays the window which the node's page wants to tell. It does nothing on pages of others.
    pub(super) fn listener(&self) -> String {
        let base = format!("{ADDRESS}?login={}", self.number);
        format!(
            "if (window === window.top && location.origin === {node}) {{
                const go = (rest) => location.replace({base} + rest);
                const postMessage = (said) => {{
                    if (said?.result === 'success' && typeof said.token === 'string') go('&token=' + encodeURIComponent(said.token));
                    else if (typeof said?.result === 'string') go('&end=' + (said.code === 403 ? 'forbidden' : 'unavailable'));
                }};
                Object.defineProperty(window, 'opener', {{ value: {{ postMessage, closed: false }} }});
                window.close = () => {{}};
            }}",
            node = json!(self.node.origin().ascii_serialization()),
            base = json!(base),
        )
    }
}

impl std::fmt::Debug for ProofTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProofTarget(…)")
    }
}

/// One field of the query. A plus stays a plus: the node writes proofs as they are.
fn field(url: &Url, name: &str) -> Option<String> {
    let value = url
        .query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn target() -> ProofTarget {
        ProofTarget::new(&Url::parse("https://node.example/").unwrap())
    }

    fn read(target: &ProofTarget, address: &str) -> Option<Result<String, LoginRefusal>> {
        let read = target.read(&Url::parse(address).unwrap())?;
        Some(read.map(|proof| proof.expose_secret().to_owned()))
    }

    #[test]
    fn a_proof_comes_through_as_the_node_wrote_it() {
        let target = target();
        for (written, proof) in [("ab+c/d%3D", "ab+c/d="), ("p", "p")] {
            let address = target.for_node().replace(PLACEHOLDER, written);
            assert_eq!(read(&target, &address), Some(Ok(proof.into())), "{written}");
        }
    }

    #[test]
    fn nobody_but_the_node_can_make_one() {
        let (target, other) = (target(), target());
        assert_eq!(read(&target, &other.for_node()), None);
        assert_eq!(read(&target, "https://login.kit.invalid/done?token=x"), None);
        assert_eq!(
            read(&target, "https://login.kit.invalid.example/done?token=x"),
            None
        );
        assert!(!format!("{target:?}").contains(&target.number));
    }

    #[test]
    fn a_refusal_says_which_kind() {
        let target = target();
        let address = |rest: &str| format!("{ADDRESS}?login={}{rest}", target.number);
        for (rest, why) in [
            ("&end=forbidden", LoginRefusal::Forbidden),
            ("&end=unavailable", LoginRefusal::Unavailable),
            ("&end=?", LoginRefusal::Unavailable),
            ("&token=", LoginRefusal::Unavailable),
            ("", LoginRefusal::Unavailable),
        ] {
            assert_eq!(read(&target, &address(rest)), Some(Err(why)), "{rest}");
        }
    }
}
