//! A kit's life, from order to retirement (R50), and which step may follow which.

use super::{closed_list::closed_list, part::PartKind, refusal::Refusal};

closed_list! {
    /// Where a kit is in its life.
    LifeState {
        /// Ordered from the supplier.
        Ordered = "ordered",
        /// Arrived.
        Received = "received",
        /// Software installed and configured.
        Configured = "configured",
        /// All parts put together.
        Assembled = "assembled",
        /// Handed to the municipality.
        Delivered = "delivered",
        /// In daily use.
        InService = "in_service",
        /// Away for repair.
        InRepair = "in_repair",
        /// Another kit took its place.
        Replaced = "replaced",
        /// Out of use for good.
        Retired = "retired",
        /// Nobody knows where it is.
        Lost = "lost",
        /// Stolen, reported to the police.
        Stolen = "stolen",
    }
}

/// Why a step was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    /// It may not follow.
    #[error("a kit that is \"{from}\" cannot become \"{to}\"; see the kit's next steps", from = from.name(), to = to.name())]
    Order {
        /// Where it is.
        from: LifeState,
        /// Where it was to go.
        to: LifeState,
    },
    /// Nobody puts together or uses what is not there.
    #[error("these parts are not registered: {}; register them first", names(.0))]
    Parts(Vec<PartKind>),
}

fn names(parts: &[PartKind]) -> String {
    let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
    names.join(", ")
}

impl Refusal for StepRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Order { .. } => "life_step",
            Self::Parts(_) => "life_parts",
        }
    }
}

impl LifeState {
    /// The states that may follow, the usual one first.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        use LifeState as S;
        match self {
            S::Received => &[S::Configured, S::InRepair, S::Retired, S::Lost, S::Stolen],
            S::Configured => &[S::Assembled, S::InRepair, S::Retired, S::Lost, S::Stolen],
            S::Assembled => &[S::Delivered, S::InRepair, S::Retired, S::Lost, S::Stolen],
            S::Delivered => &[S::InService, S::InRepair, S::Retired, S::Lost, S::Stolen],
            S::InService => &[S::InRepair, S::Replaced, S::Retired, S::Lost, S::Stolen],
            S::InRepair => &[S::InService, S::Replaced, S::Retired, S::Lost, S::Stolen],
            // Found again: it is checked like one that has just arrived.
            S::Lost | S::Stolen => &[S::Received, S::Replaced, S::Retired],
            S::Ordered | S::Replaced => &[S::Received, S::Retired],
            S::Retired => &[],
        }
    }

    /// Whether the step may be taken.
    pub fn check_step(self, to: Self) -> Result<(), StepRefusal> {
        let allowed = self.next().contains(&to);
        allowed.then_some(()).ok_or(StepRefusal::Order { from: self, to })
    }

    /// Whether a kit may come here without these kinds of parts. A kit that is put together, or in daily use, has them all.
    pub fn check_parts(self, unregistered: &[PartKind]) -> Result<(), StepRefusal> {
        if matches!(self, Self::Assembled | Self::InService) && !unregistered.is_empty() {
            return Err(StepRefusal::Parts(unregistered.to_vec()));
        }
        Ok(())
    }

    /// Whether somebody can take the kit along to a visit. One that was only delivered has yet to be taken into use.
    #[must_use]
    pub fn can_be_taken(self) -> bool {
        self == Self::InService
    }

    /// Whether the kit can be reserved for a later visit. One that is on its way or in repair can: it may be back by then.
    #[must_use]
    pub fn can_be_reserved(self) -> bool {
        !matches!(self, Self::Replaced | Self::Retired | Self::Lost | Self::Stolen)
    }

    /// Whether the kit's certificate must be refused from this state on.
    #[must_use]
    pub fn ends_enrolment(self) -> bool {
        matches!(self, Self::Retired | Self::Lost | Self::Stolen)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_way_leads_from_order_to_service() {
        let mut state = LifeState::Ordered;
        while state != LifeState::InService {
            state = state.next()[0];
        }
        assert!(
            LifeState::Ordered.check_step(LifeState::InService).is_err(),
            "no step is skipped"
        );
    }

    #[test]
    fn nothing_is_put_together_or_used_without_its_parts_and_only_what_is_in_service_is_taken() {
        let lacking = [PartKind::Stand];
        for state in LifeState::ALL {
            let demands = matches!(state, LifeState::Assembled | LifeState::InService);
            assert_eq!(state.check_parts(&lacking).is_err(), demands, "{state:?}");
            assert_eq!(state.check_parts(&[]), Ok(()));
            assert_eq!(state.can_be_taken(), *state == LifeState::InService);
            assert!(!state.can_be_taken() || state.can_be_reserved());
        }
        let refusal = LifeState::Assembled.check_parts(&lacking).unwrap_err();
        assert!(refusal.to_string().contains("stand"), "{refusal}");
    }

    proptest! {
        #[test]
        fn whatever_happens_a_kit_can_be_retired_and_then_stays_so(steps in prop::collection::vec(0_usize..8, 0..40)) {
            let mut state = LifeState::Ordered;
            for step in steps {
                let next = state.next();
                if next.is_empty() {
                    prop_assert_eq!(state, LifeState::Retired);
                    break;
                }
                prop_assert!(state == LifeState::Retired || next.contains(&LifeState::Retired));
                let to = next[step % next.len()];
                prop_assert_eq!(state.check_step(to), Ok(()));
                state = to;
            }
        }
    }
}
