//! The frame of every page: band, navigation, head, content.

use maud::{DOCTYPE, Markup, html};

use super::{assets, contrast, live, visitor::Visitor};
use crate::{
    console::{
        clock,
        icons::{self, Icon},
        texts::Texts,
    },
    domain::authorisation::Resource,
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
    Identification,
    Settings,
    Attendance,
    Audit,
    Responsibility,
    Organisation,
    Support,
    People,
}

impl Place {
    /// What the page shows; who may not see that does not see its name either.
    fn shows(self) -> Resource {
        match self {
            Self::Overview | Self::Kits => Resource::Kits,
            Self::Calendar => Resource::Bookings,
            Self::Tasks => Resource::Tickets,
            Self::Hygiene => Resource::Hygiene,
            Self::Training => Resource::Training,
            Self::FollowUp | Self::Utilisation => Resource::FollowUp,
            Self::Identification => Resource::Identification,
            Self::Settings => Resource::HelpDesk,
            Self::Attendance => Resource::Attendance,
            Self::Audit => Resource::AuditTrail,
            Self::Responsibility => Resource::Agreements,
            Self::Organisation => Resource::Organisation,
            Self::Support => Resource::SupportAccess,
            Self::People => Resource::People,
        }
    }
}

/// A page's place, address, name and picture.
type Entry = (Place, &'static str, &'static str, Icon);

/// The pages in the order of how often they are needed: every day, every month, seldom.
const NAVIGATION: [&[Entry]; 3] = [
    &[
        (Place::Overview, "/", "nav.overview", icons::HOUSE),
        (Place::Kits, "/kits", "nav.kits", icons::BACKPACK),
        (Place::Calendar, "/calendar", "nav.calendar", icons::CALENDAR),
        (Place::Tasks, "/tasks", "nav.tasks", icons::TASKS),
        (Place::Hygiene, "/hygiene", "nav.hygiene", icons::SPRAY),
    ],
    &[
        (Place::FollowUp, "/follow-up", "nav.follow_up", icons::CHART),
        (
            Place::Utilisation,
            "/utilisation",
            "nav.utilisation",
            icons::CALENDAR_CHECK,
        ),
        (
            Place::Training,
            "/training",
            "nav.training",
            icons::GRADUATION_CAP,
        ),
        (Place::Attendance, "/attendance", "nav.attendance", icons::ROSTER),
        (Place::Audit, "/audit", "nav.audit", icons::SCROLL),
    ],
    &[
        (
            Place::Responsibility,
            "/responsibility",
            "nav.responsibility",
            icons::HANDSHAKE,
        ),
        (
            Place::Organisation,
            "/organisation",
            "nav.organisation",
            icons::TREE,
        ),
        (Place::People, "/people", "nav.people", icons::PEOPLE),
        (
            Place::Identification,
            "/identification",
            "nav.identification",
            icons::IDENTITY,
        ),
        (Place::Settings, "/settings", "nav.settings", icons::GEAR),
        (Place::Support, "/support", "nav.support", icons::WRENCH),
    ],
];

/// What stands at the top of a page: the answer, one sentence, and what can be done.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) acts: Markup,
}

/// A page of somebody who is logged in.
pub(super) fn page(visitor: &Visitor, place: Place, head: &Head, content: &Markup) -> Markup {
    framed(visitor, place, head, content, &html! {})
}

/// A page that keeps itself up to date where script runs. Not for the answer to a form: that would be fetched away.
pub(super) fn live_page(visitor: &Visitor, place: Place, head: &Head, content: &Markup) -> Markup {
    let listener = html! { @if live::may_watch(visitor) { (live::listener(visitor.texts)) } };
    framed(visitor, place, head, content, &listener)
}

fn framed(visitor: &Visitor, place: Place, head: &Head, content: &Markup, listener: &Markup) -> Markup {
    let texts = visitor.texts;
    let body = html! {
        a.skip href="#content" { (texts.t("nav.skip_to_content")) }
        nav.side aria-label=(texts.t("nav.pages")) {
            div.tenant { (mark()) p { b { (visitor.own().name) } br; span.note { (texts.t("nav.product")) } } }
            div.places { @for group in NAVIGATION { (entries(visitor, place, group)) } }
            ul.choices { li { (contrast::link(texts, visitor.contrast)) } }
            div.user {
                p.note { (icons::USER) span { (texts.word("role", visitor.administrator.role.name())) } }
                form method="post" action="/logout" { button type="submit" { (icons::LEAVE) (texts.t("login.log_out")) } }
            }
        }
        main #content tabindex="-1" {
            (watched(visitor))
            div.head {
                div { h1 { (head.title) } @if !head.lead.is_empty() { p.lead { (head.lead) } } }
                div.acts { (head.acts) }
            }
            (content)
        }
        (listener)
    };
    document(texts, (&head.title, visitor.contrast), None, &body)
}

/// Pages of the navigation that belong together, as far as the visitor may see them.
fn entries(visitor: &Visitor, here: Place, group: &[Entry]) -> Markup {
    let mut seen = group
        .iter()
        .filter(|(place, ..)| visitor.may_see(place.shows()))
        .peekable();
    html! {
        @if seen.peek().is_some() {
            ul { @for (place, path, name, icon) in seen {
                li { a href=(path) aria-current=[(*place == here).then_some("page")] {
                    (icon) (visitor.texts.t(name))
                    @if *place == Place::Tasks { (my_tasks(visitor)) }
                } }
            } }
        }
    }
}

/// How many tasks are the reader's own.
fn my_tasks(visitor: &Visitor) -> Markup {
    html! {
        span #my-tasks {
            @if visitor.tasks > 0 {
                b.count { span aria-hidden="true" { (visitor.tasks) }
                    span.spoken { (visitor.texts.count("nav.my_tasks", visitor.tasks, &[])) } }
            }
        }
    }
}

/// That the region's support may look at this municipality now.
fn watched(visitor: &Visitor) -> Markup {
    html! {
        @if let Some(until) = visitor.support_until {
            p.attention role="status" {
                (icons::WRENCH)
                (visitor.texts.fill("support.open", &[("until", &clock::when_within(visitor.texts, until, visitor.now))]))
                @if visitor.may_see(Resource::SupportAccess) { " " a href="/support" { (visitor.texts.t("nav.support")) } }
            }
        }
    }
}

/// A page of nobody yet.
pub(super) fn outside(texts: &Texts, content: &Markup) -> Markup {
    narrow(texts, None, content)
}

/// A page that leads on by itself. A redirect would not do: after coming back from another site a browser sends our cookie
/// only with what one of our own pages asks for, and what a form leads to may not be another site.
pub(super) fn onward(texts: &Texts, to: &str, sentence: &str) -> Markup {
    let content = html! {
        h1 { (sentence) }
        p { a.button.primary href=(to) { (texts.t("login.onward")) } }
    };
    narrow(texts, Some(to), &content)
}

fn narrow(texts: &Texts, onward: Option<&str>, content: &Markup) -> Markup {
    let body = html! { main.narrow { (content) } };
    document(texts, (texts.t("nav.product"), false), onward, &body)
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

/// Why something was refused, in the reader's language where there is a sentence for it.
pub(super) fn sentence<'a>(texts: &'a Texts, problem: &'a Problem) -> &'a str {
    let code = problem.code();
    texts.get(&format!("refusal.{code}")).unwrap_or(problem.detail())
}

/// The kitchen table seen from above, the product's mark: circles only.
pub(super) fn mark() -> Markup {
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

fn document(texts: &Texts, (title, contrast): (&str, bool), onward: Option<&str>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(texts.language()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(to) = onward { meta http-equiv="refresh" content={ "0; url=" (to) }; }
                title { (title) " – " (texts.t("nav.product")) }
                (assets::head(contrast))
            }
            body hx-ext="morph" { (body) }
        }
    }
}
