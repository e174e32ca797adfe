//! Travel avoided, net: what the participants did not travel, less what the kit itself was carried.
//!
//! Kits know nobody's address, so all distances are assumptions that the municipality states. Without them there is no
//! figure. It may be below zero, and is then shown as that.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{measure::Missing, tally::Tally};

/// Most kilometres that are accepted; longer than Sweden and back.
pub const MOST_KM: u32 = 4_000;

/// What is assumed of a meeting's journeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TravelAssumptions {
    /// Participants who would have travelled otherwise.
    #[schema(maximum = 20)]
    pub travellers: u32,
    /// Kilometres of each, there and back.
    #[schema(maximum = 4000)]
    pub km_each: u32,
    /// Kilometres that the kit is carried beyond what the care worker travels anyway, there and back.
    #[schema(maximum = 4000)]
    pub kit_km: u32,
    /// Average speed in km/h, 1 to 130.
    #[schema(minimum = 1, maximum = 130)]
    pub km_per_hour: u32,
}

impl TravelAssumptions {
    /// Whether the numbers can be meant.
    #[must_use]
    pub fn are_plausible(&self) -> bool {
        self.travellers <= 20
            && self.km_each <= MOST_KM
            && self.kit_km <= MOST_KM
            && (1..=130).contains(&self.km_per_hour)
    }
}

/// Travel avoided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avoided {
    /// What the participants did not travel, in kilometres.
    pub gross_km: i64,
    /// What kits were carried, in kilometres.
    pub kit_km: i64,
    /// Minutes on the road, net.
    pub minutes: i64,
}

impl Avoided {
    /// Kilometres, net.
    #[must_use]
    pub fn km(&self) -> i64 {
        self.gross_km - self.kit_km
    }
}

/// What was avoided, by these assumptions.
pub fn avoided(tally: &Tally, assumed: Option<&TravelAssumptions>) -> Result<Avoided, Missing> {
    let assumed = assumed
        .filter(|assumed| assumed.are_plausible())
        .ok_or(Missing::NoAssumptions)?;
    if tally.held == 0 {
        return Err(Missing::NothingToCount);
    }
    let km = |times: u64, km: u32| {
        i64::try_from(times)
            .unwrap_or(i64::MAX)
            .saturating_mul(i64::from(km))
    };
    let gross_km = km(tally.held, assumed.km_each).saturating_mul(i64::from(assumed.travellers));
    let kit_km = km(tally.journeys, assumed.kit_km);
    Ok(Avoided {
        gross_km,
        kit_km,
        minutes: (gross_km - kit_km).saturating_mul(60) / i64::from(assumed.km_per_hour),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kits_own_journey_is_taken_off() {
        let tally = Tally {
            held: 10,
            journeys: 9,
            ..Tally::default()
        };
        let mut assumed = TravelAssumptions {
            travellers: 2,
            km_each: 30,
            kit_km: 20,
            km_per_hour: 60,
        };
        let result = avoided(&tally, Some(&assumed)).unwrap();
        assert_eq!((result.gross_km, result.kit_km, result.km()), (600, 180, 420));
        assert_eq!(result.minutes, 420);
        assumed.travellers = 0;
        assert_eq!(
            avoided(&tally, Some(&assumed)).unwrap().km(),
            -180,
            "a loss is said too"
        );
        assert_eq!(avoided(&tally, None), Err(Missing::NoAssumptions));
        assumed.km_per_hour = 0;
        assert_eq!(avoided(&tally, Some(&assumed)), Err(Missing::NoAssumptions));
    }
}
