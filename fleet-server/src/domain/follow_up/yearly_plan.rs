//! The year's plan: of about 2,500 care plannings a year in the county, some 80 % could be held at home (R3). The routine
//! says so for the county; how it is divided between municipalities is a setting.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::closed_list::closed_list;

/// Most care plannings a year that are accepted.
pub const MOST_MEETINGS: u32 = 1_000_000;

closed_list! {
    /// How the plan is divided.
    Division {
        /// By inhabitants.
        Inhabitants = "inhabitants",
        /// The same for each municipality.
        Equal = "equal",
    }
}

/// A region's plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct YearlyPlan {
    /// Care plannings a year.
    #[schema(maximum = 1_000_000)]
    pub meetings: u32,
    /// How many of a hundred could be held at home.
    #[schema(maximum = 100)]
    pub home_percent: u32,
    /// How it is divided.
    pub division: Division,
}

impl Default for YearlyPlan {
    /// The routine's own figures.
    fn default() -> Self {
        Self {
            meetings: 2_500,
            home_percent: 80,
            division: Division::Inhabitants,
        }
    }
}

impl YearlyPlan {
    /// Whether the numbers can be meant.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        self.meetings <= MOST_MEETINGS && self.home_percent <= 100
    }

    /// Home meetings a year in the whole region.
    #[must_use]
    pub fn home_meetings(&self) -> u64 {
        u64::from(self.meetings) * u64::from(self.home_percent) / 100
    }

    /// How it is really divided: by inhabitants only where those of every municipality are known.
    #[must_use]
    pub fn division_used(&self, inhabitants: &[Option<u32>]) -> Division {
        let known = inhabitants
            .iter()
            .all(|number| number.is_some_and(|number| number > 0));
        if known { self.division } else { Division::Equal }
    }

    /// Each municipality's part; together they are the whole.
    #[must_use]
    pub fn divided(&self, inhabitants: &[Option<u32>]) -> Vec<u64> {
        let weights: Vec<u64> = match self.division_used(inhabitants) {
            Division::Inhabitants => inhabitants
                .iter()
                .map(|number| u64::from(number.unwrap_or(0)))
                .collect(),
            Division::Equal => vec![1; inhabitants.len()],
        };
        by_weight(self.home_meetings(), &weights)
    }
}

/// Divides by weight; what is left over by rounding goes to the largest remainders, the first of equals first.
fn by_weight(whole: u64, weights: &[u64]) -> Vec<u64> {
    let total: u64 = weights.iter().sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<u64> = weights.iter().map(|weight| whole * weight / total).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(whole * weights[*at] % total));
    let mut left = whole - parts.iter().sum::<u64>();
    for at in by_remainder {
        if left == 0 {
            break;
        }
        parts[at] += 1;
        left -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_routines_own_figure() {
        let plan = YearlyPlan::default();
        assert_eq!(plan.home_meetings(), 2_000);
        assert_eq!(plan.divided(&[Some(3_000), Some(1_000)]), [1_500, 500]);
        let unknown = [Some(3_000), None, Some(1_000)];
        assert_eq!(plan.division_used(&unknown), Division::Equal);
        assert_eq!(plan.divided(&unknown), [667, 667, 666]);
        assert!(plan.divided(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(
            meetings in 0_u32..MOST_MEETINGS, home_percent in 0_u32..=100,
            inhabitants in prop::collection::vec(1_u32..3_000_000, 1..30),
        ) {
            let plan = YearlyPlan { meetings, home_percent, division: Division::Inhabitants };
            let inhabitants: Vec<Option<u32>> = inhabitants.into_iter().map(Some).collect();
            prop_assert_eq!(plan.divided(&inhabitants).iter().sum::<u64>(), plan.home_meetings());
        }
    }
}
