//! The day that a time falls on where the kits are. Agreements begin on days, and those begin at midnight in Sweden.

use std::sync::LazyLock;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The kits' time zone.
pub static SWEDEN: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Stockholm").expect("the time zones are built in"));

/// The day that a time falls on.
#[must_use]
pub fn day(time: Timestamp) -> Date {
    time.to_zoned(SWEDEN.clone()).date()
}

/// The day's first instant.
#[must_use]
pub fn begins(day: Date) -> Timestamp {
    let midnight = day
        .to_zoned(SWEDEN.clone())
        .expect("days of this calendar have a beginning");
    midnight.timestamp()
}
