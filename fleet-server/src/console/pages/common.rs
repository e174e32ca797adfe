//! Small things that several pages show alike: states and tasks with shape, word and colour together, so that none of
//! them is needed alone.

use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{table::Value, visitor::Visitor};
use crate::{
    audit::Actor,
    console::{fleet::KitRow, icons, texts::Texts},
    domain::{
        readiness::Readiness,
        responsibility::{Answer, Responsible},
        role::Role,
    },
};

/// Whose form it is, in its address.
#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    pub(super) municipality: TenantId,
}

/// Chooses one of the organisations within reach, in a form that a page is asked for by; the only one is not asked for.
pub(super) fn organisation_field(visitor: &Visitor, label: &str, chosen: TenantId) -> Markup {
    html! {
        @if visitor.sees_several() {
            label { span { (label) }
                select name="municipality" {
                    @for other in &visitor.reach { option value=(other.id) selected[other.id == chosen] { (other.name) } }
                }
            }
        } @else { input type="hidden" name="municipality" value=(chosen); }
    }
}

/// The value, or a dash that is read aloud as "missing".
pub(super) fn or_missing(texts: &Texts, value: Option<impl maud::Render>) -> Markup {
    html! {
        @if let Some(value) = value { (value) } @else {
            span aria-hidden="true" { "–" } span.spoken { (texts.t("common.missing")) }
        }
    }
}

/// The shape and class of a state.
pub(super) fn shape(state: Readiness) -> (icons::Icon, &'static str) {
    match state {
        Readiness::Ready => (icons::CHECK, "ready"),
        Readiness::OnVisit => (icons::HOUSE, "visiting"),
        Readiness::NeedsSomething => (icons::WARNING, "warning"),
        Readiness::MustNotBeUsed => (icons::PROHIBIT, "stopped"),
        Readiness::Silent => (icons::DASHED, "silent"),
        Readiness::InService => (icons::WRENCH, "silent"),
    }
}

/// A state with its cause under it.
pub(super) fn state(texts: &Texts, row: &KitRow) -> Markup {
    let (icon, class) = shape(row.readiness);
    html! {
        span class=(class) { (icon) (texts.word("readiness", row.readiness.name())) }
        @if let Some(cause) = cause(texts, row) { br; span.note { (cause) } }
    }
}

/// The cause in words; for a kit out of service, where it is in its life; for a faulty one, what is wrong.
pub(super) fn cause<'a>(texts: &'a Texts, row: &KitRow) -> Option<&'a str> {
    use crate::domain::readiness::Cause;
    row.cause.map(|cause| match cause {
        Cause::Life => texts.word("life", row.kit.life.name()),
        Cause::Fault => match row.tickets.first() {
            Some(worst) => texts.word("fault", worst.ticket.fault.name()),
            None => texts.word("cause", cause.name()),
        },
        other => texts.word("cause", other.name()),
    })
}

/// Whose task it is, with the sentence of why for whoever points at it or listens.
pub(super) fn task(texts: &Texts, municipality: &str, answer: Option<Answer>) -> Markup {
    let Some(answer) = answer else {
        return or_missing(texts, None::<&str>);
    };
    let why = texts.word("reason", answer.why.name());
    html! {
        @match answer.who {
            Some(Responsible::Region) => {
                span.chip.region title=(why) { (icons::BUILDINGS) (texts.t("responsible.region")) }
            }
            Some(Responsible::Municipality) => {
                span.chip.municipality title=(why) { (icons::HOUSE_LINE) (municipality) }
            }
            None => { span.chip.nobody title=(why) { (icons::WARNING) (texts.t("reason.nobody")) } }
        }
        span.spoken { ": " (why) }
    }
}

/// Whether that is for the visitor's own organisation to do, in that municipality.
fn is_own(visitor: &Visitor, tenant: TenantId, answer: Answer) -> bool {
    match answer.who {
        Some(Responsible::Region) => visitor.own().region.is_none(),
        Some(Responsible::Municipality) => visitor.own().id == tenant,
        None => false,
    }
}

/// Whose task it is; the reader's own stands out.
pub(super) fn whose(
    visitor: &Visitor,
    tenant: TenantId,
    municipality: &str,
    answer: Option<Answer>,
) -> Markup {
    let own = answer.filter(|answer| is_own(visitor, tenant, *answer));
    html! {
        @if let Some(answer) = own {
            @let why = visitor.texts.word("reason", answer.why.name());
            span.chip.mine title=(why) { (icons::HAND) (visitor.texts.t("tasks.yours")) }
            span.spoken { ": " (why) }
        } @else { (task(visitor.texts, municipality, answer)) }
    }
}

/// The same as a column's value.
pub(super) fn whose_value<'a>(
    visitor: &Visitor,
    tenant: TenantId,
    municipality: &'a str,
    answer: Option<Answer>,
) -> Value<'a> {
    if answer.is_some_and(|answer| is_own(visitor, tenant, answer)) {
        return Value::words(visitor.texts.t("tasks.yours"));
    }
    answered(visitor.texts, municipality, answer)
}

/// Whose task it is as a column's value: by name.
fn answered<'a>(texts: &'static Texts, municipality: &'a str, answer: Option<Answer>) -> Value<'a> {
    Value::or_missing(answer, |answer| match answer.who {
        Some(Responsible::Region) => Value::words(texts.t("responsible.region")),
        Some(Responsible::Municipality) => Value::words(municipality),
        None => Value::words(texts.t("reason.nobody")),
    })
}

/// The same, where the municipality's name is not the row's.
pub(super) fn named(texts: &'static Texts, answer: Answer, municipality: &str) -> Value<'static> {
    match answered(texts, municipality, Some(answer)) {
        Value::Words(words) => Value::words(words.into_owned()),
        _ => Value::Missing,
    }
}

/// Who did something, as the trail has them, by what they are and not by who: that is only for those who may see people.
pub(super) fn by_kind<'t>(texts: &'t Texts, actor: &str) -> &'t str {
    let kind = Actor::kind(actor);
    match Role::named(kind) {
        Some(role) => texts.word("role", role.name()),
        None => texts.word("actor", kind),
    }
}
