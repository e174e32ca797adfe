//! The one table: every column filters and sorts, by the address, so that it works without script, can be sent on, and
//! stays when the page is brought up to date.
//!
//! A page says what its columns are ([`Column`]); the rows come in the order that the page likes best, which holds until
//! somebody chooses another. A column that the address names and the table does not have is passed over. Several tables on
//! one page have names, by which their parts of the address are told apart.

mod column;
mod filter;
mod view;

use maud::{Markup, html};

use super::address::Address;
use crate::console::{icons, texts::Texts};
pub(super) use column::{Column, Value};
use view::View;

/// Rows on a page.
const PER_PAGE: usize = 50;
/// Shorter tables are seen at a glance; their filters are not offered, though they work.
const WORTH_FILTERING: usize = 6;

/// A table.
pub(super) struct Table<'a, R> {
    texts: &'static Texts,
    /// Before its names in the address; empty for a page's main table.
    name: &'static str,
    label: Label<'a>,
    columns: Vec<Column<'a, R>>,
    choosing: Option<Choosing<'a, R>>,
    class: Option<&'static str>,
    group: Option<Group<'a, R>>,
    /// Its filters are not offered.
    at_a_glance: bool,
}

/// What a row belongs to, in words.
type Group<'a, R> = Box<dyn for<'r> Fn(&'r R) -> &'a str + 'a>;

/// What the table is called when it is read aloud.
#[derive(Debug, Clone, Copy)]
pub(super) enum Label<'a> {
    /// As the element with that id says.
    By(&'a str),
    Words(&'a str),
}

/// Rows can be chosen for something that is done with all of them.
struct Choosing<'a, R> {
    /// The id of the form that the ticks belong to; it stands elsewhere, because forms cannot stand within each other.
    form: &'static str,
    row: Box<Named<'a, R>>,
}

/// What a row is sent as, and what it is called.
type Named<'a, R> = dyn Fn(&R) -> (String, String) + 'a;

impl<'a, R> Table<'a, R> {
    pub(super) fn new(texts: &'static Texts, label: Label<'a>, columns: Vec<Column<'a, R>>) -> Self {
        Self {
            texts,
            name: "",
            label,
            columns,
            choosing: None,
            class: None,
            group: None,
            at_a_glance: false,
        }
    }

    /// Looks otherwise than most tables.
    pub(super) fn classed(self, class: &'static str) -> Self {
        let class = Some(class);
        Self { class, ..self }
    }

    /// Rows that belong together stand below what they belong to, until somebody chooses another order.
    pub(super) fn grouped(self, group: impl for<'r> Fn(&'r R) -> &'a str + 'a) -> Self {
        let group: Option<Group<'a, R>> = Some(Box::new(group));
        Self { group, ..self }
    }

    /// Seen at a glance, however many its rows: its filters are not offered, though they work.
    pub(super) fn at_a_glance(self) -> Self {
        Self {
            at_a_glance: true,
            ..self
        }
    }

    /// Without that column, where it would say the same in each row.
    pub(super) fn without(mut self, column: &str) -> Self {
        self.columns.retain(|other| other.name != column);
        self
    }

    /// Not the page's main table.
    pub(super) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Each row can be ticked for the form with that id.
    pub(super) fn choosing(self, form: &'static str, row: impl Fn(&R) -> (String, String) + 'a) -> Self {
        let row = Box::new(row);
        Self {
            choosing: Some(Choosing { form, row }),
            ..self
        }
    }

    /// Whether the address says how this table is to be arranged.
    pub(super) fn is_arranged(&self, address: &Address) -> bool {
        let view = View::read(self.name, &self.columns, address);
        view.sort.is_some() || view.is_filtered()
    }

    /// The table with its filters and pages.
    pub(super) fn show(&self, address: &Address, rows: &[&R]) -> Markup {
        let texts = self.texts;
        let view = View::read(self.name, &self.columns, address);
        let fitting = view.fitting(&self.columns, rows);
        let page = view.page.min(fitting.len().saturating_sub(1) / PER_PAGE);
        let on_page: Vec<&R> = fitting
            .iter()
            .copied()
            .skip(page * PER_PAGE)
            .take(PER_PAGE)
            .collect();
        html! {
            @if (rows.len() >= WORTH_FILTERING && !self.at_a_glance) || view.is_filtered() {
                (filter::form(texts, &view, &self.columns, address, rows))
                @if view.is_filtered() {
                    p.note role="status" { (texts.fill("kits.shown_of_all", &[
                        ("shown", &fitting.len().to_string()), ("all", &rows.len().to_string()),
                    ])) }
                }
            }
            @if rows.is_empty() { p.note { (texts.t("table.nothing")) } }
            @else if fitting.is_empty() { (self.no_hits(&view, address)) } @else {
                div.scroll tabindex="0" role="region" aria-labelledby=[self.label.id()] aria-label=[self.label.words()] {
                    table class=[self.class] {
                        thead { tr {
                            @if self.choosing.is_some() { th.tick scope="col" { (all(texts)) } }
                            @for column in &self.columns { (Self::head(&view, column, address)) }
                        } }
                        (self.bodies(&view, &on_page))
                    }
                }
                (self.pages(&view, address, page, fitting.len()))
            }
        }
    }

    fn bodies(&self, view: &View, rows: &[&R]) -> Markup {
        let Some(group) = self.group.as_ref().filter(|_| view.sort.is_none()) else {
            return html! { tbody { @for row in rows { (self.row(row)) } } };
        };
        html! {
            @for together in rows.chunk_by(|one, next| group(one) == group(next)) {
                tbody {
                    tr.group {
                        th scope="rowgroup" { (group(together[0])) }
                        @for column in &self.columns[1..] { td class=[column.class()] {} }
                    }
                    @for row in together { (self.row(row)) }
                }
            }
        }
    }

    fn row(&self, row: &R) -> Markup {
        let chosen = self
            .choosing
            .as_ref()
            .map(|choosing| (choosing.form, (choosing.row)(row)));
        html! {
            tr id=[chosen.as_ref().map(|(form, (value, _))| format!("{form}-{value}"))] {
                @if let Some((form, (value, name))) = &chosen {
                    td.tick { input type="checkbox" name="chosen" value=(value) form=(form)
                        aria-label=(self.texts.fill("table.choose", &[("row", name)])); }
                }
                @for (at, column) in self.columns.iter().enumerate() {
                    @let class = column.class();
                    @if at == 0 { th scope="row" class=[class] { (column.cell(self.texts, row)) } }
                    @else { td class=[class] { (column.cell(self.texts, row)) } }
                }
            }
        }
    }

    fn head(view: &View, column: &Column<'a, R>, address: &Address) -> Markup {
        let sorted = view.sort == Some(column.name);
        let (order, arrow) = if view.descending {
            ("descending", icons::CARET_DOWN)
        } else {
            ("ascending", icons::CARET_UP)
        };
        let to = view.sorted_by(address, column.name);
        html! {
            th scope="col" class=[column.class()] aria-sort=[sorted.then_some(order)] {
                @if column.is_act() { span.spoken { (column.head) } } @else {
                    a href=(to) hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="morph:outerHTML" {
                        (column.heading()) @if sorted { (arrow) }
                    }
                }
            }
        }
    }

    fn no_hits(&self, view: &View, address: &Address) -> Markup {
        html! {
            div.empty {
                p { (icons::SEARCH) }
                p { b { (self.texts.t("table.no_hits")) } }
                @if view.is_filtered() { p { a.button href=(view.cleared(address)) { (self.texts.t("kits.clear")) } } }
            }
        }
    }

    fn pages(&self, view: &View, address: &Address, page: usize, rows: usize) -> Markup {
        let texts = self.texts;
        let last = rows.saturating_sub(1) / PER_PAGE;
        html! {
            @if last > 0 {
                nav.pages aria-label=(texts.t("kits.pages")) hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="morph:outerHTML" {
                    @if page > 0 { a.button href=(view.at_page(address, page - 1)) { (icons::LEFT) (texts.t("kits.previous")) } }
                    span { (page + 1) " / " (last + 1) }
                    @if page < last { a.button href=(view.at_page(address, page + 1)) { (texts.t("kits.next")) (icons::RIGHT) } }
                }
            }
        }
    }
}

/// Ticks all rows where script runs; hidden where it could do nothing.
fn all(texts: &Texts) -> Markup {
    html! {
        input type="checkbox" data-all hidden aria-label=(texts.t("table.choose_all"));
        span.spoken { (texts.t("table.chosen")) }
    }
}

impl<'a> Label<'a> {
    fn id(self) -> Option<&'a str> {
        match self {
            Self::By(id) => Some(id),
            Self::Words(_) => None,
        }
    }

    fn words(self) -> Option<&'a str> {
        match self {
            Self::By(_) => None,
            Self::Words(words) => Some(words),
        }
    }
}
