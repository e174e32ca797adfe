//! Times as people in Sweden write them: "10.00", "20 november 2026". The kits are in Sweden, so their days are too.

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, DateTime},
};

use super::texts::Texts;
use crate::domain::sweden::{self, SWEDEN};

/// The day that a time falls on.
pub(super) fn day(time: Timestamp) -> Date {
    sweden::day(time)
}

/// The day's first instant.
pub(super) fn begins(day: Date) -> Timestamp {
    sweden::begins(day)
}

/// From the day's first instant to the next day's.
pub(super) fn day_of(day: Date) -> (Timestamp, Timestamp) {
    (begins(day), begins(day.saturating_add(1.day())))
}

/// The instant of a time on Swedish clocks.
pub(super) fn at(time: DateTime) -> Option<Timestamp> {
    time.to_zoned(SWEDEN.clone()).ok().map(|time| time.timestamp())
}

/// A time as a form's field wants it, "2026-11-20T10:00".
pub(super) fn field(time: Timestamp) -> String {
    here(time).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// "10.00".
pub(super) fn clock(time: Timestamp) -> String {
    here(time).strftime("%H.%M").to_string()
}

/// The hour on Swedish clocks, 0 to 23.
pub(super) fn hour(time: Timestamp) -> i8 {
    here(time).hour()
}

/// "20 november 2026", or in English "20 November 2026".
pub(super) fn long_day(texts: &Texts, day: Date) -> String {
    format!("{} {}", day_and_month(texts, day), day.year())
}

/// "Fredag 20 november", or in English "Friday 20 November".
pub(super) fn weekday_and_day(texts: &Texts, day: Date) -> String {
    let weekday = day.weekday().to_monday_one_offset().to_string();
    format!(
        "{} {}",
        texts.word("weekday_long", &weekday),
        day_and_month(texts, day)
    )
}

/// "16–22 november", or "30 november – 6 december".
pub(super) fn days(texts: &Texts, from: Date, until: Date) -> String {
    let until_day = day_and_month(texts, until);
    if from.month() == until.month() {
        format!("{}–{until_day}", from.day())
    } else {
        format!("{} – {until_day}", day_and_month(texts, from))
    }
}

/// "20 nov 2026".
pub(super) fn short_day(texts: &Texts, day: Date) -> String {
    let month = texts.word("month_short", &day.month().to_string());
    format!("{} {month} {}", day.day(), day.year())
}

fn day_and_month(texts: &Texts, day: Date) -> String {
    format!("{} {}", day.day(), texts.word("month", &day.month().to_string()))
}

/// As [`when`], within a sentence: "i dag 10.00".
pub(super) fn when_within(texts: &Texts, time: Timestamp, now: Timestamp) -> String {
    let when = when(texts, time, now);
    let mut letters = when.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters.clone()).collect()
}

/// "I dag 10.00", "I går 16.10", "12 nov 10.00", "12 nov 2025 10.00".
pub(super) fn when(texts: &Texts, time: Timestamp, now: Timestamp) -> String {
    let (then, today) = (day(time), day(now));
    let day = if then == today {
        texts.t("time.today").to_owned()
    } else if then == today.saturating_sub(1.day()) {
        texts.t("time.yesterday").to_owned()
    } else if then == today.saturating_add(1.day()) {
        texts.t("time.tomorrow").to_owned()
    } else {
        let month = texts.word("month_short", &then.month().to_string());
        let year = (then.year() != today.year()).then(|| format!(" {}", then.year()));
        format!("{} {month}{}", then.day(), year.unwrap_or_default())
    };
    format!("{day} {}", clock(time))
}

fn here(time: Timestamp) -> Zoned {
    time.to_zoned(SWEDEN.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_sweden_begins_an_hour_or_two_before_utc() {
        let winter: Date = "2026-11-20".parse().unwrap();
        assert_eq!(begins(winter).to_string(), "2026-11-19T23:00:00Z");
        let (from, until) = day_of("2026-10-25".parse().unwrap());
        assert_eq!(
            until.duration_since(from).as_hours(),
            25,
            "clocks go back that night"
        );
        assert_eq!(clock("2026-07-01T08:00:00Z".parse().unwrap()), "10.00");
    }
}
