//! The monthly page's headline, and what stands on paper only: whose month it is, and who signs.

use maud::{Markup, html};

use super::{follow_up::Month, period::month_name, visitor::Visitor};
use crate::{
    console::{clock, texts::Texts},
    domain::responsibility::{Responsible, under},
    store::Tenant,
};

/// "83 av 90 möten blev av i oktober 2026".
pub(super) fn title(texts: &Texts, month: &Month) -> String {
    let name = month_name(texts, month.of.month);
    if month.tally.known() == 0 {
        return texts.fill("follow_up.title_none", &[("month", &name)]);
    }
    let (held, known) = (month.tally.held.to_string(), month.tally.known().to_string());
    texts.fill(
        "follow_up.title",
        &[("held", &held), ("known", &known), ("month", &name)],
    )
}

/// The commonest cause and whose it is; how much is not known.
pub(super) fn lead(texts: &Texts, month: &Month) -> String {
    let mut sentences = Vec::new();
    if let Some((cause, _)) = month.tally.causes().first() {
        let answer = under(cause.item(), month.arrangement);
        let who = match answer.who {
            Some(Responsible::Region) => texts.t("follow_up.regions_task"),
            Some(Responsible::Municipality) => texts.t("follow_up.municipalitys_task"),
            None => texts.word("reason", answer.why.name()),
        };
        let missed = month.tally.missed().to_string();
        let cause = texts.word("detail", cause.name()).to_lowercase();
        let key = if month.tally.missed() == 1 {
            "follow_up.lead_one"
        } else {
            "follow_up.lead"
        };
        sentences.push(
            texts
                .t(key)
                .replace("{missed}", &missed)
                .replace("{cause}", &cause)
                .replace("{who}", who),
        );
    } else if month.tally.known() > 0 {
        sentences.push(texts.t("follow_up.lead_all_held").to_owned());
    }
    if month.tally.in_person > 0 {
        let meetings = month.tally.in_person.to_string();
        sentences.push(texts.fill("follow_up.lead_in_person", &[("meetings", &meetings)]));
    }
    let not_reported = usize::try_from(month.tally.not_reported).unwrap_or(usize::MAX);
    if not_reported > 0 {
        sentences.push(texts.count("follow_up.lead_not_reported", not_reported, &[]));
    }
    sentences.join(" ")
}

/// Whose month it is and when the page was made; stands at the top on paper.
pub(super) fn report_top(visitor: &Visitor, month: &Month) -> Markup {
    let texts = visitor.texts;
    let mut whose: Vec<&str> = vec![visitor.own().name.as_str()];
    if month.tenant.id != visitor.own().id {
        whose.push(&month.tenant.name);
    }
    whose.extend(month.unit.as_ref().map(|unit| unit.name.as_str()));
    let made = clock::long_day(texts, clock::day(visitor.now));
    html! {
        p.report-top {
            span { (whose.join(" · ")) }
            span { (texts.fill("follow_up.made", &[("day", &made)])) }
        }
    }
}

/// Where the information owner signs, and what the page does not hold.
pub(super) fn signature(texts: &Texts, own: &Tenant, month: &Month) -> Markup {
    let owner = month
        .unit
        .as_ref()
        .and_then(|unit| unit.information_owner.as_ref());
    html! {
        div.signature {
            p { (texts.t("follow_up.signature")) @if let Some((name, position)) = owner { ": " (name) ", " (position) } }
            p { (texts.t("follow_up.date")) }
        }
        p.note.report-foot { (own.name) ". " (texts.t("follow_up.no_patients")) }
    }
}
