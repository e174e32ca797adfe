//! Levels of assurance (`acr`), `protocols.md` §2.5.

use serde_json::Value;

/// What this provider offers; the first where a client has no wish: it uses BankID and nobody has audited it.
pub(super) const LEVELS: [&str; 2] = [
    "http://id.swedenconnect.se/loa/1.0/uncertified-loa3",
    "http://id.elegnamnden.se/loa/1.0/loa3",
];

/// The first wanted level that is offered. None: there are wishes, and none can be met.
pub(super) fn wanted_level(acr_values: &str, claims: &Value) -> Option<&'static str> {
    let acr = &claims["id_token"]["acr"];
    let in_claims = acr["values"]
        .as_array()
        .into_iter()
        .flatten()
        .chain([&acr["value"]]);
    let mut wishes = acr_values
        .split_whitespace()
        .chain(in_claims.filter_map(Value::as_str))
        .peekable();
    if wishes.peek().is_none() {
        return Some(LEVELS[0]);
    }
    wishes.find_map(|wish| LEVELS.into_iter().find(|level| *level == wish))
}
