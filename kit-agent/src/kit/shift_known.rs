//! Whose shift the server knows of, and that it has ended: by a return, another login, or the office.
//!
//! What the server wants may be older than a login on the kit. So a shift can end there once the server has confirmed it, or
//! once the server was asked after the login and says otherwise. In a meeting nothing is taken from whoever is with the
//! patient: that is the visit's rule. Neighbour: `logins` begins shifts.

use tokio::time::Instant;

use super::Kit;
use crate::visit::Event;

/// Whose shift on this kit the server has confirmed.
#[derive(Debug, Default)]
pub(super) struct ShiftKnown {
    confirmed: Option<String>,
    logged_in: Option<Instant>,
}

impl ShiftKnown {
    /// The server has just said who logged in: what it is asked from now on takes that into account.
    pub(super) fn logged_in(&mut self, now: Instant) {
        *self = Self {
            confirmed: None,
            logged_in: Some(now),
        };
    }

    /// Whether the binding is over, by what the server says and when it was asked.
    fn ends(&mut self, bound: Option<&String>, on_shift: Option<&String>, asked_at: Option<Instant>) -> bool {
        let Some(bound) = bound else {
            self.confirmed = None;
            return false;
        };
        if Some(bound) == on_shift {
            self.confirmed = Some(bound.clone());
            return false;
        }
        let asked_since = matches!((self.logged_in, asked_at), (Some(login), Some(asked)) if asked > login);
        asked_since || self.confirmed.as_ref() == Some(bound)
    }
}

impl Kit {
    /// What the server says of the shift.
    pub(super) fn follow_shift(&mut self) {
        if self.visit.state().live().is_some() {
            return;
        }
        let on_shift = self
            .desired
            .borrow()
            .on_shift
            .map(|staff| staff.pseudonym.to_string());
        let bound = self.visit.bound_to().map(|staff| staff.pseudonym.clone());
        let asked_at = *self.asked_at.borrow();
        if self.shift_known.ends(bound.as_ref(), on_shift.as_ref(), asked_at) {
            self.journal.note("shift_ended", &());
            tracing::info!("the server has ended the shift that this kit was bound to");
            self.step(Event::ShiftEnded);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_binding_ends_once_the_server_has_known_it_and_not_before() {
        let mut known = ShiftKnown::default();
        let (amina, berit) = ("amina".to_owned(), "berit".to_owned());
        let older = Some(Instant::now());
        known.logged_in(Instant::now() + Duration::from_secs(1));
        assert!(
            !known.ends(Some(&amina), None, older),
            "what it wants is older than the login"
        );
        assert!(!known.ends(Some(&amina), Some(&amina), older));
        assert!(known.ends(Some(&amina), None, older), "ended");
        assert!(known.ends(Some(&amina), Some(&berit), older), "taken over");
        assert!(!known.ends(None, None, older));
        known.logged_in(Instant::now() + Duration::from_secs(1));
        assert!(
            !known.ends(Some(&amina), None, older),
            "a new login of the same person"
        );
    }

    #[test]
    fn a_shift_that_was_never_confirmed_ends_by_the_first_sync_after_the_login() {
        let mut known = ShiftKnown::default();
        let amina = "amina".to_owned();
        let login = Instant::now();
        known.logged_in(login);
        assert!(!known.ends(Some(&amina), None, None), "never asked");
        assert!(!known.ends(Some(&amina), None, Some(login)));
        assert!(known.ends(Some(&amina), None, Some(login + Duration::from_millis(1))));
    }
}
