//! A calendar month in Sweden, as it stands in addresses and files: "2026-10".

use jiff::{Timestamp, ToSpan, civil::Date};

use crate::domain::sweden::{self, YEARS, begins};

/// A month, known by its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

/// Not a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a month is written like 2026-10")]
pub struct NotAMonth;

impl Month {
    /// The month that a day belongs to.
    #[must_use]
    pub fn of_day(day: Date) -> Self {
        Self(day.first_of_month())
    }

    /// The month that a time belongs to on Swedish clocks.
    #[must_use]
    pub fn of(time: Timestamp) -> Self {
        Self::of_day(sweden::day(time))
    }

    /// So many months later, or earlier where it is negative.
    #[must_use]
    pub fn after(self, months: i32) -> Self {
        Self(self.0.saturating_add(months.months()))
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.0
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let next = self.after(1).0;
        self.0.series(1.day()).take_while(move |day| *day < next)
    }

    /// The year's first month.
    #[must_use]
    pub fn january(self) -> Self {
        Self(self.0.first_of_year())
    }

    /// From its first instant to the next month's.
    #[must_use]
    pub fn span(self) -> (Timestamp, Timestamp) {
        (begins(self.0), begins(self.after(1).0))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m"))
    }
}

impl std::str::FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let day: Date = format!("{text}-01").parse().map_err(|_| NotAMonth)?;
        let month = Self::of_day(day);
        (text.len() == 7 && YEARS.contains(&day.year()))
            .then_some(month)
            .ok_or(NotAMonth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_sweden() {
        let october: Month = "2026-10".parse().unwrap();
        let (from, until) = october.span();
        assert_eq!(from.to_string(), "2026-09-30T22:00:00Z");
        assert_eq!(until.to_string(), "2026-10-31T23:00:00Z");
        assert_eq!(Month::of(from), october);
        assert_eq!(Month::of(until).to_string(), "2026-11");
        assert_eq!(october.days().count(), 31);
        for wrong in ["2026-13", "2026-1", "", "2026-10-01", "9999-12", "-999-10"] {
            assert_eq!(wrong.parse::<Month>(), Err(NotAMonth), "{wrong}");
        }
    }
}
