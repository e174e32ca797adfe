//! How a kit is, as it sees itself: told with every sync, so that the office knows before a visit whether it can be taken
//! along.
//!
//! Everything is optional. A kit tells what it knows, and an agent older than this tells nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::closed_list;

/// A share in percent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schema(value_type = u8, minimum = 0, maximum = 100)]
pub struct Percent(u8);

/// More than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a share is at most 100 percent")]
pub struct MoreThanAll;

impl Percent {
    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Percent {
    type Error = MoreThanAll;

    fn try_from(share: u8) -> Result<Self, MoreThanAll> {
        if share <= 100 {
            Ok(Self(share))
        } else {
            Err(MoreThanAll)
        }
    }
}

impl From<Percent> for u8 {
    fn from(share: Percent) -> Self {
        share.0
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct ByteCount(pub u64);

/// How a kit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KitState {
    /// The kit's clock when it looked at itself.
    #[schema(value_type = String, format = DateTime)]
    pub looked_at: Timestamp,
    /// What each check of the self-test came to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub self_test: BTreeMap<Check, Outcome>,
    /// The tablet's battery; none = it has none, or cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<Battery>,
    /// What is free on the disk of the kit's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_free: Option<ByteCount>,
    /// What it is connected by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
}

/// A battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Battery {
    /// How full it is.
    pub percent: Percent,
    /// Whether it takes charge, or is full on mains.
    pub charging: bool,
}

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Network {
    /// What kind.
    pub kind: NetworkKind,
    /// How strong, where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Percent>,
}

closed_list! {
    /// A part of the self-test.
    Check {
        /// Sound and picture can be taken in and played.
        Media = "media",
        /// The disk has room.
        Storage = "storage",
        /// The kit has an address in a network.
        Network = "network",
    }
}

closed_list! {
    /// What a check came to.
    Outcome {
        /// It works.
        Passed = "passed",
        /// It does not.
        Failed = "failed",
    }
}

closed_list! {
    /// What a kit is connected by.
    NetworkKind {
        /// Mobile broadband.
        Mobile = "mobile",
        /// Wireless network.
        Wifi = "wifi",
        /// Cable.
        Wired = "wired",
        /// Connected, but it cannot tell by what.
        Unknown = "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_above_the_whole_is_refused_on_the_wire() {
        assert!(serde_json::from_str::<Percent>("101").is_err());
        assert_eq!(
            serde_json::from_str::<Percent>("100").map(Percent::get).ok(),
            Some(100)
        );
    }

    #[test]
    fn a_kit_that_knows_little_says_little() {
        let state = KitState {
            looked_at: Timestamp::UNIX_EPOCH,
            self_test: BTreeMap::from([(Check::Media, Outcome::Passed)]),
            battery: None,
            storage_free: None,
            network: None,
        };
        let wire = serde_json::to_string(&state).unwrap();
        assert_eq!(
            wire,
            r#"{"looked_at":"1970-01-01T00:00:00Z","self_test":{"media":"passed"}}"#
        );
        assert_eq!(serde_json::from_str::<KitState>(&wire).unwrap(), state);
    }
}
