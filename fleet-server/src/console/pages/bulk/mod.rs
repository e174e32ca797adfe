//! Something done with several things at once: ticked in a table, named once more on a page of its own before it is done,
//! and accounted for one by one afterwards.
//!
//! What is not within reach does not exist: then nothing is done at all. Of what is, each is done by itself through `acts`,
//! by its own rule and with its own entry in the audit trail; one that is refused leaves the others done.

pub(super) mod alerts;
pub(super) mod kits;
pub(super) mod tickets;

use maud::{Markup, html};
use url::form_urlencoded;

use super::{
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{console::icons, web::Problem};

/// The ids of the forms that ticks belong to.
pub(super) const KITS: &str = "bulk-kits";
pub(super) const TICKETS: &str = "bulk-tickets";
pub(super) const ALERTS: &str = "bulk-alerts";

/// Most things at once.
const MOST: usize = 200;

/// A form with ticks, as it was sent.
#[derive(Debug)]
pub(super) struct Sent(Vec<(String, String)>);

impl Sent {
    /// Reads a body or a query.
    pub(super) fn read(form: &str) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let sent = Self(pairs);
        if sent.chosen().count() > MOST {
            return Err(Problem::invalid("form", "choose at most 200 at a time"));
        }
        Ok(sent)
    }

    pub(super) fn chosen(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(name, _)| name == "chosen")
            .map(|(_, value)| value.as_str())
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it comes from the page that named everything.
    fn is_confirmed(&self) -> bool {
        self.get("confirmed") == Some("true")
    }
}

/// One of the things that were ticked.
#[derive(Debug)]
struct Thing {
    id: String,
    name: String,
    municipality: String,
    /// Why it cannot be done with this one; known before it is tried.
    refusal: Option<Problem>,
}

/// What is to be done with all of them.
struct Plan<'a> {
    place: Place,
    /// Where the form is sent, and where the list is.
    action: &'a str,
    back: &'a str,
    /// "Läget blir På service".
    what: String,
    /// The fields that say so.
    fields: Vec<(&'a str, String)>,
}

impl Plan<'_> {
    /// Names what will happen and to what it does not apply.
    fn ask(&self, visitor: &Visitor, things: &[Thing]) -> Markup {
        let texts = visitor.texts;
        let (refused, fitting): (Vec<&Thing>, Vec<&Thing>) =
            things.iter().partition(|thing| thing.refusal.is_some());
        let head = self.head(visitor, "bulk.ask", fitting.len());
        let content = html! {
            @if fitting.is_empty() {
                section.card { p.attention role="status" { (icons::WARNING)
                    (texts.t(if things.is_empty() { "bulk.nothing_chosen" } else { "bulk.nothing_fits" })) } }
            } @else {
                section.card aria-labelledby="fitting" {
                    h2 #fitting { (texts.t("bulk.applies")) }
                    ul.parts { @for thing in &fitting { li { div { b { (thing.name) } br; span.note { (thing.municipality) } } } } }
                }
            }
            @if !refused.is_empty() {
                section.card aria-labelledby="refused" {
                    h2 #refused { (texts.t("bulk.does_not_apply")) }
                    ul.parts { @for thing in &refused { li { (line(visitor, thing, thing.refusal.as_ref())) } } }
                }
            }
            form.choose method="post" action=(self.action) {
                @for thing in &fitting { input type="hidden" name="chosen" value=(thing.id); }
                @for (name, value) in &self.fields { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="confirmed" value="true";
                @if !fitting.is_empty() {
                    button.primary type="submit" { (texts.fill("bulk.do_it", &[("number", &fitting.len().to_string())])) }
                }
                a.button href=(self.back) { (texts.t("bulk.back")) }
            }
        };
        layout::page(visitor, self.place, &head, &content)
    }

    /// Says of each what became of it.
    fn account(&self, visitor: &Visitor, done: &[(Thing, Result<(), Problem>)]) -> Markup {
        let texts = visitor.texts;
        let succeeded = done.iter().filter(|(_, result)| result.is_ok()).count();
        let head = self.head(visitor, "bulk.done", succeeded);
        let content = html! {
            section.card aria-label=(head.title) {
                ul.parts {
                    @for (thing, result) in done { li { (line(visitor, thing, result.as_ref().err())) } }
                }
            }
            p { a.button href=(self.back) { (texts.t("bulk.to_the_list")) } }
        };
        layout::page(visitor, self.place, &head, &content)
    }

    fn head(&self, visitor: &Visitor, key: &str, number: usize) -> Head {
        Head {
            title: self.what.clone(),
            lead: visitor.texts.fill(key, &[("number", &number.to_string())]),
            acts: html! {},
        }
    }
}

/// What became of one of them, or why nothing can.
fn line(visitor: &Visitor, thing: &Thing, refusal: Option<&Problem>) -> Markup {
    let texts = visitor.texts;
    html! {
        div { b { (thing.name) } br; span.note { (thing.municipality) } }
        @match refusal {
            Some(problem) => span.warning { (icons::WARNING) (layout::sentence(texts, problem)) },
            None => span.ready { (icons::CHECK) (texts.t("bulk.one_done")) },
        }
    }
}
