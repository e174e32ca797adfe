//! A month's figures as a table: one row per unit and measure, with the definition in each row, so that a row that is
//! copied elsewhere still says what it is.

use serde::Serialize;
use utoipa::ToSchema;

use fleet_api::UnitId;

use super::{Felt, MonthOf, YearOf};
use crate::{
    console::texts::Texts,
    domain::follow_up::{
        account::WhyNotHeld,
        measure::{Beside, Goal, Measure, Missing, Value},
        small_numbers::Shown,
        tally::Tally,
        travel::{TravelAssumptions, avoided},
    },
    store::Asked,
};

/// The columns; their heads stand in the texts under these names.
pub(in crate::console) const COLUMNS: [&str; 14] = [
    "month",
    "municipality",
    "unit",
    "measure",
    "detail",
    "value",
    "counted_in",
    "numerator",
    "denominator",
    "goal",
    "numerator_is",
    "denominator_is",
    "source",
    "left_out",
];

/// All that a month's table is made of.
pub(in crate::console) struct Report<'a> {
    pub(in crate::console) municipality: &'a str,
    pub(in crate::console) month: &'a MonthOf,
    pub(in crate::console) year: &'a YearOf,
    /// What may be shown of how it felt: of all, and of each unit in the month's order.
    pub(in crate::console) felt: Vec<[Felt; 2]>,
    pub(in crate::console) travel: Option<&'a TravelAssumptions>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FollowUpFigure)]
pub(in crate::console) struct Row {
    /// The unit; none = the whole municipality.
    unit: Option<UnitId>,
    /// Its name; none = the whole municipality, or meetings that nobody fetched a kit for.
    unit_name: Option<String>,
    /// What is measured.
    #[schema(value_type = String)]
    measure: &'static str,
    /// The cause or the answer that is counted, where the measure has several.
    #[schema(value_type = Option<String>)]
    detail: Option<&'static str>,
    /// None = see `missing`.
    value: Option<i64>,
    /// `percent`, `seconds`, `minutes`, `km`, `meetings` or `answers`.
    #[schema(value_type = String)]
    counted_in: &'static str,
    numerator: Option<u64>,
    denominator: Option<u64>,
    /// Why there is no value.
    missing: Option<Missing>,
    /// What the value should be.
    goal: Option<i64>,
}

impl Report<'_> {
    /// The whole municipality's figures, then each unit's.
    pub(in crate::console) fn rows(&self) -> Vec<Row> {
        let mut rows = of_tally(&self.month.tally(None), self.travel);
        rows.push(home_meetings(self.year));
        rows.extend(self.felt.first().into_iter().flat_map(felt_rows));
        for (at, unit) in self.month.units.iter().enumerate() {
            let felt = self.felt.get(at + 1).filter(|_| unit.id.is_some());
            let mut of_unit = of_tally(&unit.tally, self.travel);
            of_unit.extend(felt.into_iter().flat_map(felt_rows));
            rows.extend(of_unit.into_iter().map(|row| Row {
                unit: Some(unit.id.unwrap_or(UnitId(uuid::Uuid::nil()))),
                unit_name: unit.name.clone(),
                ..row
            }));
        }
        rows
    }

    /// The rows as cells, with each measure's definition.
    pub(in crate::console) fn cells(&self, texts: &Texts) -> Vec<[String; COLUMNS.len()]> {
        let month = self.month.month.to_string();
        let cell = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        let cells = |row: Row| {
            let unit = match (&row.unit, &row.unit_name) {
                (None, _) => texts.t("follow_up.whole_municipality").to_owned(),
                (Some(_), None) => texts.t("follow_up.no_unit").to_owned(),
                (Some(_), Some(name)) => name.clone(),
            };
            let why = |missing: Missing| texts.word("missing", missing.name()).to_owned();
            let value = row.value.map(|value| value.to_string());
            let detail = row.detail.map(|detail| texts.word("detail", detail).to_owned());
            [
                month.clone(),
                self.municipality.to_owned(),
                unit,
                texts.word("measure", row.measure).to_owned(),
                detail.unwrap_or_default(),
                value.or_else(|| row.missing.map(why)).unwrap_or_default(),
                texts.word("counted_in", row.counted_in).to_owned(),
                cell(row.numerator),
                cell(row.denominator),
                row.goal.map_or_else(String::new, |goal| goal.to_string()),
                texts.word("numerator", row.measure).to_owned(),
                texts.word("denominator", row.measure).to_owned(),
                texts.word("source", row.measure).to_owned(),
                texts.word("left_out", row.measure).to_owned(),
            ]
        };
        self.rows().into_iter().map(cells).collect()
    }
}

fn of_tally(tally: &Tally, travel: Option<&TravelAssumptions>) -> Vec<Row> {
    let mut rows: Vec<Row> = Measure::ALL
        .iter()
        .map(|measure| of_measure(*measure, tally))
        .collect();
    rows.extend(WhyNotHeld::ALL.iter().map(|cause| {
        let meetings = tally.not_held.get(cause).copied().unwrap_or(0);
        Row {
            detail: Some(cause.name()),
            denominator: Some(tally.known()),
            ..number(
                Beside::NotHeld.name(),
                "meetings",
                signed(meetings),
                Some(meetings),
            )
        }
    }));
    let in_person = tally.in_person;
    rows.push(number(
        Beside::InPerson.name(),
        "meetings",
        signed(in_person),
        Some(in_person),
    ));
    let travelled = avoided(tally, travel);
    let kilometres = travelled.map(|avoided| avoided.km());
    let minutes = travelled.map(|avoided| avoided.minutes);
    rows.push(or_missing(Beside::TravelKm.name(), "km", kilometres));
    rows.push(or_missing(Beside::TravelMinutes.name(), "minutes", minutes));
    rows
}

fn of_measure(measure: Measure, tally: &Tally) -> Row {
    let name = measure.name();
    let row = match measure.value(tally) {
        Value::Share(share) => Row {
            denominator: Some(share.whole()),
            ..number(name, "percent", signed(share.percent()), Some(share.part()))
        },
        Value::MedianSeconds { seconds, of } => Row {
            denominator: Some(of),
            ..number(name, "seconds", signed(seconds), None)
        },
        Value::Minutes { minutes, of } => Row {
            denominator: Some(of),
            ..number(name, "minutes", signed(minutes), Some(minutes))
        },
        Value::Missing(missing) => {
            let counted_in = match measure {
                Measure::TapToPicture | Measure::StartDelay => "seconds",
                Measure::LostMinutes => "minutes",
                _ => "percent",
            };
            or_missing(name, counted_in, Err(missing))
        }
    };
    let goal = measure.goal().map(|goal| match goal {
        Goal::AtLeastPercent(goal) | Goal::UnderSeconds(goal) => signed(goal),
    });
    Row { goal, ..row }
}

fn home_meetings(year: &YearOf) -> Row {
    Row {
        denominator: Some(year.plan),
        goal: Some(signed(year.plan)),
        ..number(
            Beside::HomeMeetings.name(),
            "meetings",
            signed(year.held()),
            Some(year.held()),
        )
    }
}

fn felt_rows(felt: &[Felt; 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    for Felt { asked, answers } in felt {
        let measure = match asked {
            Asked::Patient => Beside::PatientFelt.name(),
            Asked::Staff => Beside::StaffFelt.name(),
        };
        let Some(answers) = answers else {
            rows.push(or_missing(measure, "answers", Err(Missing::NothingToCount)));
            continue;
        };
        rows.extend(answers.iter().map(|(rating, shown)| {
            let value = match shown {
                Shown::Exactly(answers) => Ok(signed(*answers)),
                Shown::TooFew => Err(Missing::TooFew),
            };
            Row {
                detail: Some(rating.name()),
                ..or_missing(measure, "answers", value)
            }
        }));
    }
    rows
}

fn or_missing(measure: &'static str, counted_in: &'static str, value: Result<i64, Missing>) -> Row {
    Row {
        value: value.ok(),
        missing: value.err(),
        ..number(measure, counted_in, 0, None)
    }
}

fn number(measure: &'static str, counted_in: &'static str, value: i64, numerator: Option<u64>) -> Row {
    Row {
        unit: None,
        unit_name: None,
        measure,
        detail: None,
        value: Some(value),
        counted_in,
        numerator,
        denominator: None,
        missing: None,
        goal: None,
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
