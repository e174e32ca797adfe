//! What somebody has chosen to see of a table, as it stands in the address.

use std::{cmp::Ordering, collections::HashMap, str::FromStr};

use jiff::civil::Date;

use super::{
    super::address::Address,
    column::{Column, Kind, Value},
};
use crate::console::clock;

const SORT: &str = "sort";
const DESCENDING: &str = "descending";
const PAGE: &str = "page";
/// Before a column's name, to filter it; then its lower and upper end.
const FILTER: &str = "f-";
const FROM: &str = "-from";
const TO: &str = "-to";

/// Order, page and filters of one table.
#[derive(Debug)]
pub(super) struct View {
    table: &'static str,
    pub(super) sort: Option<&'static str>,
    pub(super) descending: bool,
    pub(super) page: usize,
    filters: HashMap<&'static str, Filter>,
}

/// What a column's value must be.
#[derive(Debug, Default)]
struct Filter {
    /// In lower case.
    words: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

impl View {
    pub(super) fn read<R>(table: &'static str, columns: &[Column<'_, R>], address: &Address) -> Self {
        let named = |name: &str| address.get(&prefixed(table, name));
        let sort = named(SORT).and_then(|wanted| {
            let known = columns.iter().filter(|column| !column.is_act());
            known.map(|column| column.name).find(|name| *name == wanted)
        });
        let filter = |column: &Column<'_, R>| {
            let of = |end: &str| named(&format!("{FILTER}{}{end}", column.name)).map(str::to_owned);
            let filter = Filter {
                words: of("").map(|words| words.to_lowercase()),
                from: of(FROM),
                to: of(TO),
            };
            (!filter.is_none()).then_some((column.name, filter))
        };
        Self {
            table,
            sort,
            descending: named(DESCENDING) == Some("true"),
            page: named(PAGE).and_then(|page| page.parse().ok()).unwrap_or(0),
            filters: columns
                .iter()
                .filter(|column| !column.is_act())
                .filter_map(filter)
                .collect(),
        }
    }

    pub(super) fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The rows that fit, in the order that was chosen. Rows without a value come last in either order.
    pub(super) fn fitting<'r, R>(&self, columns: &[Column<'_, R>], rows: &[&'r R]) -> Vec<&'r R> {
        let filters: Vec<(&Column<'_, R>, &Filter)> = columns
            .iter()
            .filter_map(|column| Some((column, self.filters.get(column.name)?)))
            .collect();
        let fits = |row: &R| {
            filters
                .iter()
                .all(|(column, filter)| filter.fits(column.kind, &(column.value)(row)))
        };
        let fitting = rows.iter().copied().filter(|row| fits(row));
        let Some(column) = columns.iter().find(|column| self.sort == Some(column.name)) else {
            return fitting.collect();
        };
        let mut sorted: Vec<(Value<'r>, &'r R)> = fitting
            .map(|row| ((column.value)(row).for_sorting(), row))
            .collect();
        sorted.sort_by(|(one, _), (other, _)| match (one, other) {
            (Value::Missing, Value::Missing) => Ordering::Equal,
            (Value::Missing, _) => Ordering::Greater,
            (_, Value::Missing) => Ordering::Less,
            _ if self.descending => one.order(other).reverse(),
            _ => one.order(other),
        });
        sorted.into_iter().map(|(_, row)| row).collect()
    }

    /// The address of this table in another order; a second time turns it round.
    pub(super) fn sorted_by(&self, address: &Address, column: &str) -> Address {
        let descending = self.sort == Some(column) && !self.descending;
        let address = address
            .with(&self.name(SORT), column)
            .without(|name| name == self.name(PAGE));
        if descending {
            address.with(&self.name(DESCENDING), "true")
        } else {
            address.without(|name| name == self.name(DESCENDING))
        }
    }

    pub(super) fn at_page(&self, address: &Address, page: usize) -> Address {
        address.with(&self.name(PAGE), &page.to_string())
    }

    /// The address without this table's filters.
    pub(super) fn cleared(&self, address: &Address) -> Address {
        address.without(|name| self.is_filter(name) || name == self.name(PAGE))
    }

    /// Whether a name in the address is of one of this table's filters.
    pub(super) fn is_filter(&self, name: &str) -> bool {
        name.starts_with(&self.name(FILTER))
    }

    /// Whether a name in the address says which page of this table is shown.
    pub(super) fn is_page(&self, name: &str) -> bool {
        name == self.name(PAGE)
    }

    /// The names of a column's fields: words, lower end, upper end.
    pub(super) fn fields(&self, column: &str) -> [String; 3] {
        ["", FROM, TO].map(|end| self.name(&format!("{FILTER}{column}{end}")))
    }

    fn name(&self, name: &str) -> String {
        prefixed(self.table, name)
    }
}

fn prefixed(table: &str, name: &str) -> String {
    if table.is_empty() {
        name.to_owned()
    } else {
        format!("{table}-{name}")
    }
}

impl Filter {
    fn is_none(&self) -> bool {
        self.words.is_none() && self.from.is_none() && self.to.is_none()
    }

    fn fits(&self, kind: Kind, value: &Value<'_>) -> bool {
        match (kind, value) {
            (Kind::Words, value) => self.words.as_ref().is_none_or(|wanted| {
                let text = value.text().unwrap_or_default();
                text.to_lowercase().contains(wanted)
            }),
            (Kind::Choice, value) => self
                .words
                .as_ref()
                .is_none_or(|wanted| value.text().unwrap_or_default().to_lowercase() == *wanted),
            (Kind::Number, Value::Number(number)) => self.is_between(number),
            (Kind::Time, Value::Time(time)) => self.is_between(&clock::day(*time)),
            (Kind::Time, Value::Day(day)) => self.is_between::<Date>(day),
            (_, _) => self.from.is_none() && self.to.is_none(),
        }
    }

    /// An end that cannot be read bounds nothing.
    fn is_between<T: FromStr + PartialOrd>(&self, value: &T) -> bool {
        let end = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<T>().ok());
        end(&self.from).is_none_or(|from| *value >= from) && end(&self.to).is_none_or(|to| *value <= to)
    }
}
