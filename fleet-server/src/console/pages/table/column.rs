//! A column: what a row's value is, by which it is filtered and sorted, and how it is shown.

use std::{borrow::Cow, cmp::Ordering};

use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};

use super::super::common::or_missing;
use crate::console::{clock, texts::Texts};

/// A row's value in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console::pages) enum Value<'r> {
    /// There is none; it comes last in either order.
    Missing,
    /// Found by a part of it, whatever the letters' case.
    Words(Cow<'r, str>),
    /// One of few, with its place among them.
    Choice(i64, Cow<'r, str>),
    Number(i64),
    Time(Timestamp),
    Day(Date),
}

impl<'r> Value<'r> {
    pub(in crate::console::pages) fn words(words: impl Into<Cow<'r, str>>) -> Self {
        Self::Words(words.into())
    }

    /// The value, or that there is none.
    pub(in crate::console::pages) fn or_missing<T>(value: Option<T>, of: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Missing, of)
    }

    /// A count or a share, whatever its type.
    pub(in crate::console::pages) fn number(number: impl TryInto<i64>) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }

    /// The words that are shown and filtered by, where there are any.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Words(words) | Self::Choice(_, words) => Some(words),
            _ => None,
        }
    }

    /// As it is sorted by: whatever the letters' case, and å, ä and ö in that order after z.
    pub(super) fn for_sorting(self) -> Self {
        match self {
            Self::Words(words) => {
                let letters = words.chars().flat_map(char::to_lowercase);
                let letters = letters.map(|letter| match letter {
                    'å' => '{',
                    'ä' => '|',
                    'ö' => '}',
                    other => other,
                });
                Self::Words(letters.collect::<String>().into())
            }
            other => other,
        }
    }

    /// Ascending, of values made for sorting. Values of one column are of one kind.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Words(one), Self::Words(other)) => one.cmp(other),
            (Self::Choice(one, _), Self::Choice(other, _)) | (Self::Number(one), Self::Number(other)) => {
                one.cmp(other)
            }
            (Self::Time(one), Self::Time(other)) => one.cmp(other),
            (Self::Day(one), Self::Day(other)) => one.cmp(other),
            _ => Ordering::Equal,
        }
    }
}

/// How a column is filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By a part of the words.
    Words,
    /// By one of those that occur.
    Choice,
    /// From and to.
    Number,
    /// From a day to a day.
    Time,
    /// Not at all: it holds buttons.
    Act,
}

type Show<'a, R> = Box<dyn Fn(&R) -> Markup + 'a>;

/// A column of a table of `R`.
pub(in crate::console::pages) struct Column<'a, R> {
    /// As it stands in the address.
    pub(super) name: &'static str,
    pub(super) head: Cow<'a, str>,
    pub(super) kind: Kind,
    pub(super) value: Box<dyn for<'r> Fn(&'r R) -> Value<'r> + 'a>,
    shown: Option<Show<'a, R>>,
    heading: Option<Markup>,
    mark: Option<&'static str>,
    aligned_right: bool,
}

impl<'a, R> Column<'a, R> {
    fn new(
        kind: Kind,
        name: &'static str,
        head: impl Into<Cow<'a, str>>,
        value: impl for<'r> Fn(&'r R) -> Value<'r> + 'a,
    ) -> Self {
        Self {
            name,
            head: head.into(),
            kind,
            value: Box::new(value),
            shown: None,
            heading: None,
            mark: None,
            aligned_right: kind == Kind::Number,
        }
    }

    /// A column of free words.
    pub(in crate::console::pages) fn words(
        name: &'static str,
        head: impl Into<Cow<'a, str>>,
        value: impl for<'r> Fn(&'r R) -> Value<'r> + 'a,
    ) -> Self {
        Self::new(Kind::Words, name, head, value)
    }

    /// A column whose values are few.
    pub(in crate::console::pages) fn choice(
        name: &'static str,
        head: impl Into<Cow<'a, str>>,
        value: impl for<'r> Fn(&'r R) -> Value<'r> + 'a,
    ) -> Self {
        Self::new(Kind::Choice, name, head, value)
    }

    /// A column of numbers, aligned right.
    pub(in crate::console::pages) fn number(
        name: &'static str,
        head: impl Into<Cow<'a, str>>,
        value: impl for<'r> Fn(&'r R) -> Value<'r> + 'a,
    ) -> Self {
        Self::new(Kind::Number, name, head, value)
    }

    /// A column of times or days.
    pub(in crate::console::pages) fn time(
        name: &'static str,
        head: impl Into<Cow<'a, str>>,
        value: impl for<'r> Fn(&'r R) -> Value<'r> + 'a,
    ) -> Self {
        Self::new(Kind::Time, name, head, value)
    }

    /// A column of buttons, whose head is only read aloud.
    pub(in crate::console::pages) fn act(
        head: impl Into<Cow<'a, str>>,
        shown: impl Fn(&R) -> Markup + 'a,
    ) -> Self {
        Self::new(Kind::Act, "", head, |_| Value::Missing).shown(shown)
    }

    /// Shown otherwise than by its plain value.
    pub(in crate::console::pages) fn shown(self, shown: impl Fn(&R) -> Markup + 'a) -> Self {
        Self {
            shown: Some(Box::new(shown)),
            ..self
        }
    }

    /// Headed by more than its name.
    pub(in crate::console::pages) fn headed(self, heading: Markup) -> Self {
        let heading = Some(heading);
        Self { heading, ..self }
    }

    /// All its cells have this class, where there is one.
    pub(in crate::console::pages) fn marked(self, mark: Option<&'static str>) -> Self {
        Self { mark, ..self }
    }

    /// A number that is shown as words.
    pub(in crate::console::pages) fn aligned_left(self) -> Self {
        Self {
            aligned_right: false,
            ..self
        }
    }

    /// The class of its cells, where they need one.
    pub(super) fn class(&self) -> Option<&'static str> {
        match self.kind {
            _ if self.mark.is_some() => self.mark,
            Kind::Time => Some("when"),
            _ => self.aligned_right.then_some("number"),
        }
    }

    pub(super) fn heading(&self) -> Markup {
        self.heading.clone().unwrap_or_else(|| html! { (self.head) })
    }

    pub(super) fn is_act(&self) -> bool {
        self.kind == Kind::Act
    }

    pub(super) fn cell(&self, texts: &Texts, row: &R) -> Markup {
        if let Some(shown) = &self.shown {
            return shown(row);
        }
        match (self.value)(row) {
            Value::Number(number) => html! { (number) },
            Value::Day(day) => html! { (clock::short_day(texts, day)) },
            Value::Time(time) => html! { (time) },
            value => or_missing(texts, value.text()),
        }
    }
}
