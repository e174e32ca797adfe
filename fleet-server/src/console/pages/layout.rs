//! The frame of every page: band, navigation, head, content.

use maud::{DOCTYPE, Markup, html};

use super::visitor::Visitor;
use crate::{
    console::{
        icons::{self, Icon},
        texts::Texts,
    },
    web::Problem,
};

/// The pages in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Kits,
    Calendar,
    Tasks,
    Hygiene,
    Training,
    FollowUp,
    Utilisation,
    Audit,
    Responsibility,
}

const NAVIGATION: [(Place, &str, &str, Icon); 10] = [
    (Place::Overview, "/", "nav.overview", icons::HOUSE),
    (Place::Kits, "/kits", "nav.kits", icons::BACKPACK),
    (Place::Calendar, "/calendar", "nav.calendar", icons::CALENDAR),
    (Place::Tasks, "/tasks", "nav.tasks", icons::TASKS),
    (Place::Hygiene, "/hygiene", "nav.hygiene", icons::SPRAY),
    (
        Place::Training,
        "/training",
        "nav.training",
        icons::GRADUATION_CAP,
    ),
    (Place::FollowUp, "/follow-up", "nav.follow_up", icons::CHART),
    (
        Place::Utilisation,
        "/utilisation",
        "nav.utilisation",
        icons::CALENDAR_CHECK,
    ),
    (Place::Audit, "/audit", "nav.audit", icons::SCROLL),
    (
        Place::Responsibility,
        "/responsibility",
        "nav.responsibility",
        icons::HANDSHAKE,
    ),
];

/// What stands at the top of a page: the answer, one sentence, and what can be done.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) acts: Markup,
}

/// A page of somebody who is logged in.
pub(super) fn page(visitor: &Visitor, place: Place, head: &Head, content: &Markup) -> Markup {
    let texts = visitor.texts;
    let body = html! {
        a.skip href="#content" { (texts.t("nav.skip_to_content")) }
        nav.side aria-label=(texts.t("nav.pages")) {
            div.tenant { (mark()) p { b { (visitor.own().name) } br; span.note { (texts.t("nav.product")) } } }
            ul {
                @for (other, path, name, icon) in NAVIGATION {
                    li { a href=(path) aria-current=[(other == place).then_some("page")] { (icon) (texts.t(name)) } }
                }
            }
            form method="post" action="/logout" { button type="submit" { (texts.t("login.log_out")) } }
        }
        main #content tabindex="-1" {
            div.head {
                div { h1 { (head.title) } @if !head.lead.is_empty() { p.lead { (head.lead) } } }
                div.acts { (head.acts) }
            }
            (content)
        }
    };
    document(texts, &head.title, &body)
}

/// A page of nobody yet.
pub(super) fn outside(texts: &Texts, content: &Markup) -> Markup {
    document(
        texts,
        texts.t("nav.product"),
        &html! { main.narrow { (content) } },
    )
}

/// Why something was not done, in the reader's language where there is a sentence for it.
pub(super) fn refusal(texts: &Texts, problem: Option<&Problem>) -> Markup {
    html! {
        @if let Some(problem) = problem {
            p.attention role="alert" { (icons::WARNING) (sentence(texts, problem)) }
        }
    }
}

/// That something was done; `key` comes from the address and is looked up, never shown.
pub(super) fn confirmation(texts: &Texts, done: Option<&str>) -> Markup {
    let sentence = done.and_then(|name| texts.get(&format!("done.{name}")));
    html! {
        @if let Some(sentence) = sentence { p.confirmation role="status" { (icons::CHECK) (sentence) } }
    }
}

fn sentence<'a>(texts: &'a Texts, problem: &'a Problem) -> &'a str {
    let code = problem.code();
    texts.get(&format!("refusal.{code}")).unwrap_or(problem.detail())
}

/// The kitchen table seen from above, the product's mark: circles only.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 48 48" aria-hidden="true" {
            circle.table cx="24" cy="24" r="11" {}
            circle.chair cx="7" cy="20" r="4" {}
            circle.chair cx="16" cy="6" r="4" {}
            circle.chair cx="32" cy="6" r="4" {}
            circle.chair cx="41" cy="20" r="4" {}
            circle.seat cx="24" cy="42" r="4.5" {}
        }
    }
}

fn document(texts: &Texts, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(texts.language()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – " (texts.t("nav.product")) }
                link rel="stylesheet" href="/assets/console.css";
                link rel="stylesheet" href="/assets/reports.css";
            }
            body { (body) }
        }
    }
}
