//! The meeting's own login (protocols §1.3): which one is chosen, where its proof goes, and the proof itself. Pure.

use secrecy::SecretString;

use super::admission::Provider;
use crate::meeting::browser::ProofTarget;

/// What a session knows of the login.
pub(super) struct Login {
    /// Those that may be used, by name or id, the preferred one first. Empty: any.
    wanted: Vec<String>,
    /// Where the proof goes.
    pub(super) target: ProofTarget,
    /// The one that was chosen.
    pub(super) chosen: Option<String>,
    /// The proof, once there is one.
    pub(super) proof: Option<SecretString>,
    /// Whether the proof has let us in once.
    used: bool,
}

impl Login {
    /// None yet.
    pub(super) fn new(wanted: Vec<String>, target: ProofTarget) -> Self {
        Self {
            wanted,
            target,
            chosen: None,
            proof: None,
            used: false,
        }
    }

    /// Chooses one of those that are offered: the only one, or the one that policy names first. Whether one was chosen.
    pub(super) fn choose(&mut self, offered: &[Provider]) -> bool {
        if self.chosen.is_some() {
            return false; // Chosen before, and the node asks again: it would for ever.
        }
        let named = |wanted: &String| {
            offered
                .iter()
                .find(|provider| provider.uuid == *wanted || provider.name == *wanted)
        };
        let chosen = match offered {
            [only] => Some(only),
            several if self.wanted.is_empty() => several.first(),
            _ => self.wanted.iter().find_map(named),
        };
        self.chosen = chosen.map(|provider| provider.uuid.clone());
        self.chosen.is_some()
    }

    /// The proof let us in.
    pub(super) fn worked(&mut self) {
        self.used = self.proof.is_some();
    }

    /// The node does not take the proof. Whether a new login may help: one that worked before has only run out.
    pub(super) fn may_begin_anew(&mut self) -> bool {
        let again = self.used;
        (self.used, self.chosen, self.proof) = (false, None, None);
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(names: &[&str]) -> Vec<Provider> {
        let provider = |name: &&str| Provider {
            uuid: format!("id-{name}"),
            name: (*name).to_owned(),
        };
        names.iter().map(provider).collect()
    }

    fn login(wanted: &[&str]) -> Login {
        let node = url::Url::parse("https://node.example/").unwrap();
        Login::new(
            wanted.iter().map(|name| (*name).to_owned()).collect(),
            ProofTarget::new(&node),
        )
    }

    #[test]
    fn the_only_one_or_the_policys_first_is_chosen() {
        for (wanted, names, chosen) in [
            (&[][..], &["a"][..], Some("id-a")),
            (&["b"], &["a"], Some("id-a")),
            (&["c", "b"], &["a", "b", "c"], Some("id-c")),
            (&["x", "id-b"], &["a", "b"], Some("id-b")),
            (&["x"], &["a", "b"], None),
            (&[], &["a", "b"], Some("id-a")),
            (&[], &[], None),
        ] {
            let mut login = login(wanted);
            assert_eq!(
                login.choose(&offered(names)),
                chosen.is_some(),
                "{wanted:?} {names:?}"
            );
            assert_eq!(login.chosen.as_deref(), chosen, "{wanted:?} {names:?}");
            assert!(!login.choose(&offered(names)) || chosen.is_none(), "chosen twice");
        }
    }

    #[test]
    fn only_a_proof_that_worked_is_worth_a_new_login() {
        let mut login = login(&[]);
        login.proof = Some("p".into());
        assert!(!login.may_begin_anew());
        login.proof = Some("p".into());
        login.worked();
        assert!(login.may_begin_anew());
        assert!(login.proof.is_none() && login.chosen.is_none());
    }
}
