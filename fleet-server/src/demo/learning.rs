//! Who is trained and has read the routine; what the municipality assumes of journeys. Some lack something, as in life.

use anyhow::Result;
use fleet_api::TenantId;
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use super::dice::Dice;
use crate::{
    audit::{Act, Actor},
    domain::{
        follow_up::{settings::Settings, travel::TravelAssumptions},
        training::{Topic, Training},
    },
    store::Store,
};

/// How many days ago each version of the routine began.
const VERSIONS: [(&str, i64); 2] = [
    ("Rutin för digitala vårdmöten", 500),
    ("Rutin för digitala vårdmöten, med hygien", 45),
];

/// Adds them for a municipality.
pub(super) async fn add(
    store: &Store,
    tenant: TenantId,
    inhabitants: u32,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<()> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let ago = |days: i64| Act::by(Actor::Operator, now - SignedDuration::from_hours(24 * days));
    let settings = Settings {
        inhabitants: Some(inhabitants),
        travel: Some(TravelAssumptions {
            travellers: 2,
            km_each: 30 + 10 * u32::try_from(dice.below(5))?,
            kit_km: 12,
            km_per_hour: 60,
        }),
        ..Settings::default()
    };
    store.set_follow_up_settings(tenant, &settings, &ago(500)).await?;
    for (title, days) in VERSIONS {
        let from = today - days.days();
        store
            .adopt_routine(tenant, title, (from, from + 1.year()), &ago(days))
            .await?;
    }
    for worker in store.care_workers(tenant).await? {
        for topic in Topic::ALL {
            let trained = if *topic == Topic::WhenItFails { 55 } else { 93 };
            if dice.percent(trained) {
                let days = if dice.percent(6) {
                    740
                } else {
                    20 + i64::try_from(dice.below(600))?
                };
                let on = today - days.days();
                let new = Training {
                    topic: *topic,
                    on,
                    valid_until: on + 2.years(),
                };
                store
                    .record_training(tenant, worker.id, &new, &ago(days.min(490)))
                    .await?;
            }
        }
        for (version, percent) in [(1, 97), (2, 82)] {
            if dice.percent(percent) {
                let days = if version == 1 {
                    400
                } else {
                    1 + i64::try_from(dice.below(40))?
                };
                store
                    .acknowledge_routine(tenant, worker.id, version, &ago(days))
                    .await?;
            }
        }
    }
    Ok(())
}
