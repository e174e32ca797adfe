//! From claims to a role: the first rule whose every claim fits. Pure.

use serde_json::{Map, Value};

use super::settings::Rule;

/// The first rule that fits, if one does.
pub(super) fn first_that_fits<'a>(rules: &'a [Rule], claims: &Map<String, Value>) -> Option<&'a Rule> {
    rules.iter().find(|rule| {
        let mut wanted = rule.when.iter();
        wanted.all(|(claim, value)| claims.get(claim).is_some_and(|found| has(found, value)))
    })
}

/// A claim is a text or a list of texts; anything else fits nothing.
fn has(found: &Value, wanted: &str) -> bool {
    match found {
        Value::String(text) => text == wanted,
        Value::Array(texts) => texts.iter().any(|text| text.as_str() == Some(wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::role::Role;

    fn rules() -> Vec<Rule> {
        #[derive(serde::Deserialize)]
        struct File {
            rule: Vec<Rule>,
        }
        let file = r#"
            [[rule]]
            when = { roles = "fleet-manager", org = "212000-0001" }
            role = "municipal_manager"
            tenant = "Granö kommun"
            [[rule]]
            when = { roles = "fleet-manager" }
            role = "auditor"
        "#;
        toml::from_str::<File>(file).unwrap().rule
    }

    #[test]
    fn the_first_rule_whose_every_claim_fits_counts() {
        let rules = rules();
        let role = |claims: Value| {
            let Value::Object(claims) = claims else {
                panic!("claims")
            };
            first_that_fits(&rules, &claims).map(|rule| rule.role)
        };
        let both = json!({ "roles": ["other", "fleet-manager"], "org": "212000-0001" });
        assert_eq!(role(both), Some(Role::MunicipalManager));
        let elsewhere = json!({ "roles": "fleet-manager", "org": "212000-0002" });
        assert_eq!(role(elsewhere), Some(Role::Auditor));
        for nothing in [
            json!({}),
            json!({ "roles": "fleet-managers" }),
            json!({ "roles": ["fleet", "manager"] }),
            json!({ "roles": { "fleet-manager": true } }),
            json!({ "role": "fleet-manager" }),
        ] {
            assert_eq!(role(nothing.clone()), None, "{nothing}");
        }
    }
}
