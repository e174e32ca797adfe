//! A kit's life, from order to retirement (R50), and which step may follow which.

use super::{closed_list::closed_list, refusal::Refusal};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kit that is \"{from}\" cannot become \"{to}\"; see the kit's next steps", from = from.name(), to = to.name())]
pub struct StepRefusal {
    /// Where it is.
    pub from: LifeState,
    /// Where it was to go.
    pub to: LifeState,
}

impl Refusal for StepRefusal {
    fn code(&self) -> &'static str {
        "life_step"
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
        allowed.then_some(()).ok_or(StepRefusal { from: self, to })
    }

    /// Whether the kit can be reserved for a later visit. One that is on its way to its municipality can.
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
