//! Whose shift the server knows of, and that it has ended: by a return, another login, or the office.
//!
//! What the server wants may be older than a login on the kit, so only a shift that it has once confirmed can end there. In a
//! meeting nothing is taken from whoever is with the patient: that is the visit's rule. Neighbour: `logins` begins shifts.

use super::Kit;
use crate::visit::Event;

/// Whose shift on this kit the server has confirmed.
#[derive(Debug, Default)]
pub(super) struct ShiftKnown(Option<String>);

impl ShiftKnown {
    /// Whether the binding is over, by what the server says now.
    fn ends(&mut self, bound: Option<String>, on_shift: Option<&String>) -> bool {
        if bound.is_some() && bound.as_ref() == on_shift {
            self.0 = bound;
            return false;
        }
        let known = bound.is_some() && bound == self.0;
        if bound.is_none() {
            self.0 = None;
        }
        known
    }
}

impl Kit {
    /// What the server says of the shift. It ends the binding only once the server has known of it: what it wants may be
    /// older than the login.
    pub(super) fn follow_shift(&mut self) {
        let on_shift = self
            .desired
            .borrow()
            .on_shift
            .map(|staff| staff.pseudonym.to_string());
        let bound = self.visit.bound_to().map(|staff| staff.pseudonym.clone());
        if self.shift_known.ends(bound, on_shift.as_ref()) {
            self.journal.note("shift_ended", &());
            tracing::info!("the server has ended the shift that this kit was bound to");
            self.step(Event::ShiftEnded);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_ends_once_the_server_has_known_it_and_not_before() {
        let mut known = ShiftKnown::default();
        let amina = || Some("amina".to_owned());
        assert!(
            !known.ends(amina(), None),
            "what it wants may be older than the login"
        );
        assert!(!known.ends(amina(), amina().as_ref()));
        assert!(known.ends(amina(), None), "ended");
        assert!(known.ends(amina(), Some(&"berit".to_owned())), "taken over");
        assert!(!known.ends(None, None));
        assert!(!known.ends(amina(), None), "a new login of the same person");
    }
}
