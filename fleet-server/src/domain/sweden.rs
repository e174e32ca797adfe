//! Days where the kits are: which one a time falls on, when it begins, and which ones are taken from outside. Agreements
//! begin on days, and those begin at midnight in Sweden.

use std::{ops::RangeInclusive, str::FromStr, sync::LazyLock};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;

/// The kits' time zone.
pub static SWEDEN: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Stockholm").expect("the time zones are built in"));
/// Years of which anything is asked or kept. The calendar's own ends have no neighbours to reckon with.
pub const YEARS: RangeInclusive<i16> = 2000..=2200;

/// The day that a time falls on.
#[must_use]
pub fn day(time: Timestamp) -> Date {
    time.to_zoned(SWEDEN.clone()).date()
}

/// The day's first instant. Of the calendar's last days, which have none on every clock, the nearest that there is.
#[must_use]
pub fn begins(day: Date) -> Timestamp {
    let end = if day.year() > 0 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    };
    let midnight = day.to_zoned(SWEDEN.clone());
    midnight.map_or(end, |midnight| midnight.timestamp())
}

/// A day from outside, in one of the [`YEARS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(Date);

/// Not a day that can be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day is written like 2026-11-20 and lies between 2000 and 2200")]
pub struct NotADay;

impl Day {
    /// The day.
    #[must_use]
    pub fn date(self) -> Date {
        self.0
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let day: Date = text.parse().map_err(|_| NotADay)?;
        YEARS.contains(&day.year()).then_some(Self(day)).ok_or(NotADay)
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_from_outside_have_neighbours() {
        for (text, is_day) in [
            ("2026-11-20", true),
            ("2000-01-01", true),
            ("2200-12-31", true),
            ("1999-12-31", false),
            ("9999-12-31", false),
            ("-009999-01-01", false),
            ("2026-13-01", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<Day>().is_ok(), is_day, "{text}");
            let json = format!("\"{text}\"");
            assert_eq!(serde_json::from_str::<Day>(&json).is_ok(), is_day, "{text}");
        }
    }

    #[test]
    fn every_day_begins() {
        assert_eq!(begins(Date::MAX), Timestamp::MAX);
        assert_eq!(begins(Date::MIN), Timestamp::MIN);
        let winter = begins(jiff::civil::date(2026, 11, 20));
        assert_eq!(winter.to_string(), "2026-11-19T23:00:00Z");
        assert_eq!(day(winter), jiff::civil::date(2026, 11, 20));
    }
}
