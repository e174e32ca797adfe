//! The time zones of an invitation: the offsets that the file itself writes down (`VTIMEZONE`, RFC 5545, section 3.6.5), or
//! else the zone that is meant by its name: IANA's, Microsoft's (CLDR's `windowsZones`), or cities as Outlook shows them.
//!
//! Of the rules for when an offset begins, those are read that calendars write: every year on a certain weekday of a month.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
    tz::{Offset, TimeZone},
};

use super::calendar_lines::{Component, Property, components, date_time};

/// Microsoft's names that are met in Europe and where our callers travel, and the zone that CLDR gives for each.
const MICROSOFT: [(&str, &str); 15] = [
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("Kaliningrad Standard Time", "Europe/Kaliningrad"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Eastern Standard Time", "America/New_York"),
    ("Pacific Standard Time", "America/Los_Angeles"),
];

/// The zones that a file describes.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<(String, Vec<Observance>)>);

/// An offset, and when it begins.
#[derive(Debug)]
struct Observance {
    /// What was in force before.
    from: Offset,
    to: Offset,
    /// Moments at which it begins, in the time that was in force before; the first bounds the rule.
    onsets: Vec<DateTime>,
    yearly: Option<Yearly>,
}

/// Every year on a weekday of a month.
#[derive(Debug)]
struct Yearly {
    month: i8,
    /// Which one, from the month's end where it is negative.
    nth: i8,
    weekday: Weekday,
    until: Option<DateTime>,
}

impl Zones {
    /// Reads what a file describes; a description that cannot be read is left out.
    pub(super) fn read(lines: &[String]) -> Self {
        let zones = components(lines, "VTIMEZONE");
        Self(zones.iter().filter_map(described).collect())
    }

    /// The moment of a time in a zone of that name; without a name it is Swedish time. None where the zone is unknown.
    pub(super) fn moment(&self, time: DateTime, zone: Option<&str>) -> Option<Timestamp> {
        let described = |name: &str| self.0.iter().find(|(known, _)| known == name);
        if let Some((_, observances)) = zone.and_then(described) {
            return offset(observances, time)?.to_timestamp(time).ok();
        }
        let zoned = time.to_zoned(named(zone.unwrap_or("Europe/Stockholm"))?).ok()?;
        Some(zoned.timestamp())
    }
}

fn described(zone: &Component) -> Option<(String, Vec<Observance>)> {
    let id = zone
        .properties()
        .into_iter()
        .find(|property| property.name == "TZID")?;
    let mut observances = Vec::new();
    for name in ["STANDARD", "DAYLIGHT"] {
        for observance in components(&zone.whole, name) {
            observances.push(Observance::read(&observance.properties())?);
        }
    }
    // A text, with a text's escapes; a parameter that names it has none.
    let id = id.value.trim().replace('\\', "");
    (!observances.is_empty()).then_some((id, observances))
}

impl Observance {
    fn read(properties: &[Property]) -> Option<Self> {
        let find = |name: &str| properties.iter().find(|property| property.name == name);
        let value = |name: &str| find(name).map(|property| property.value.trim());
        let mut onsets = vec![date_time(value("DTSTART")?)?];
        for dates in properties.iter().filter(|property| property.name == "RDATE") {
            for date in dates.value.split(',') {
                onsets.push(date_time(date.trim())?);
            }
        }
        Some(Self {
            from: read_offset(value("TZOFFSETFROM")?)?,
            to: read_offset(value("TZOFFSETTO")?)?,
            yearly: match value("RRULE") {
                Some(rule) => Some(Yearly::read(rule)?),
                None => None,
            },
            onsets,
        })
    }

    /// When it began last before a time.
    fn last_onset(&self, time: DateTime) -> Option<DateTime> {
        let first = self.onsets[0];
        let last_year = self.yearly.as_ref().map_or(time.year(), |yearly| {
            yearly
                .until
                .map_or(time.year(), |until| until.year().min(time.year()))
        });
        let by_rule = self.yearly.iter().flat_map(|yearly| {
            let years = [last_year, last_year.saturating_sub(1)];
            years.into_iter().filter_map(|year| {
                let onset = yearly.day(year)?.to_datetime(first.time());
                let ends = yearly.until.is_none_or(|until| {
                    self.from
                        .to_timestamp(onset)
                        .is_ok_and(|onset| onset <= utc(until))
                });
                (ends && onset >= first).then_some(onset)
            })
        });
        let onsets = self.onsets.iter().copied().chain(by_rule);
        onsets.filter(|onset| *onset <= time).max()
    }
}

fn utc(time: DateTime) -> Timestamp {
    Offset::UTC.to_timestamp(time).unwrap_or(Timestamp::MAX)
}

impl Yearly {
    /// None where the rule is of another kind.
    fn read(rule: &str) -> Option<Self> {
        let (mut month, mut day, mut until) = (None, None, None);
        for part in rule.split(';') {
            let (name, value) = part.split_once('=')?;
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" if value.eq_ignore_ascii_case("YEARLY") => {}
                "INTERVAL" if value == "1" => {}
                "WKST" => {}
                "BYMONTH" => month = Some(value.parse().ok().filter(|month| (1..=12).contains(month))?),
                "BYDAY" => day = Some(read_day(value)?),
                "UNTIL" => until = Some(date_time(value.trim_end_matches('Z'))?),
                _ => return None,
            }
        }
        let (nth, weekday) = day?;
        Some(Self {
            month: month?,
            nth,
            weekday,
            until,
        })
    }

    fn day(&self, year: i16) -> Option<Date> {
        let month = Date::new(year, self.month, 1).ok()?;
        month.nth_weekday_of_month(self.nth, self.weekday).ok()
    }
}

/// Such as `-1SU`, the last Sunday.
fn read_day(text: &str) -> Option<(i8, Weekday)> {
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match day.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let nth: i8 = nth.parse().ok()?;
    (nth != 0 && (-5..=5).contains(&nth)).then_some((nth, weekday))
}

/// `+0100`, or with seconds.
fn read_offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let whole = matches!(digits.len(), 4 | 6) && digits.bytes().all(|digit| digit.is_ascii_digit());
    let part = |at: usize| {
        digits
            .get(at..at + 2)
            .map_or(Some(0), |two| two.parse::<i32>().ok())
    };
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    let sound = whole && minutes < 60 && seconds < 60;
    let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60 + seconds));
    offset.ok().filter(|_| sound)
}

/// What is in force at a time; before all onsets, what the first of them ended.
fn offset(observances: &[Observance], time: DateTime) -> Option<Offset> {
    let latest = observances
        .iter()
        .filter_map(|observance| Some((observance.last_onset(time)?, observance.to)))
        .max_by_key(|(onset, _)| *onset);
    let before = || {
        let first = observances.iter().min_by_key(|observance| observance.onsets[0]);
        first.map(|first| first.from)
    };
    latest.map(|(_, to)| to).or_else(before)
}

/// The zone that a name means. Some calendars put something before IANA's name, and Outlook may show cities:
/// `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`.
fn named(name: &str) -> Option<TimeZone> {
    let microsoft = MICROSOFT.iter().find(|(known, _)| *known == name);
    let name = microsoft.map_or(name, |(_, zone)| zone);
    let city = name.rmatch_indices('/').nth(1).map(|(at, _)| &name[at + 1..]);
    let mut zones = [Some(name), city].into_iter().flatten();
    let known = zones.find_map(|name| TimeZone::get(name).ok());
    let shown = name.strip_prefix("(UTC").or_else(|| name.strip_prefix("(GMT"));
    known.or_else(|| {
        let (_, cities) = shown?.split_once(')')?;
        let mut cities = cities.split(',').map(|city| format!("Europe/{}", city.trim()));
        cities.find_map(|name| TimeZone::get(&name).ok())
    })
}

#[cfg(test)]
#[path = "calendar_zone_tests.rs"]
mod tests;
