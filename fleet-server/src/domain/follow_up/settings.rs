//! What an organisation has said about its follow-up. What nobody has said is none, so that figures that need it are
//! missing instead of guessed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{travel::TravelAssumptions, yearly_plan::YearlyPlan};
use crate::domain::{closed_list::closed_list, training::Topic};

closed_list! {
    /// What happens when somebody who lacks training takes a kit.
    Untrained {
        /// They are told before; it is recorded.
        Warn = "warn",
        /// They do not get it.
        Stop = "stop",
    }
}

/// The settings of a region or a municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = FollowUpSettings)]
pub struct Settings {
    /// The region's plan for the year; a municipality has its region's.
    pub plan: YearlyPlan,
    /// The municipality's inhabitants, by which the plan is divided.
    pub inhabitants: Option<u32>,
    /// What is assumed of journeys.
    pub travel: Option<TravelAssumptions>,
    /// What a care worker must be trained in.
    pub required: BTreeSet<Topic>,
    /// What happens without it.
    pub untrained: Untrained,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            plan: YearlyPlan::default(),
            inhabitants: None,
            travel: None,
            required: BTreeSet::from([Topic::KitUse, Topic::Hygiene, Topic::IdentityAndConsent]),
            untrained: Untrained::Warn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_an_older_version_are_read_with_what_is_new_left_as_it_was() {
        let read: Settings = serde_json::from_str(r#"{"inhabitants":9000}"#).unwrap();
        let expected = Settings {
            inhabitants: Some(9000),
            ..Settings::default()
        };
        assert_eq!(read, expected);
    }
}
