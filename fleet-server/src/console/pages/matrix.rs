//! The responsibility table: who answers for each item under each arrangement, and which of the two is in force.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::{
    console::{icons, texts::Texts},
    domain::{
        agreement::{Agreement, Arrangement, in_force},
        responsibility::{Answer, Item, Responsible, under},
    },
};

/// Both arrangements side by side; the one in force is framed.
pub(super) fn matrix(texts: &Texts, agreements: &[Agreement], day: Date) -> Markup {
    let current = in_force(agreements, day).map(|agreement| agreement.arrangement);
    let groups: [(&str, &[Item]); 3] = [
        (texts.t("responsibility.follows"), &Item::ALL[..6]),
        (texts.t("reason.always_municipality"), &Item::ALL[6..9]),
        (texts.t("reason.always_region"), &Item::ALL[9..]),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(texts.t("responsibility.title")) {
            table.matrix {
                thead { tr {
                    th scope="col" { (texts.t("responsibility.item")) }
                    @for arrangement in Arrangement::ALL {
                        @let in_force = current == Some(*arrangement);
                        th scope="col" class=[in_force.then_some("in-force top")] {
                            @if in_force { (icons::CHECK) }
                            b { (texts.word("arrangement", arrangement.name())) }
                            br;
                            (texts.t(if in_force { "responsibility.applies" } else { "responsibility.does_not_apply" }))
                        }
                    }
                } }
                @for (group, items) in groups {
                    tbody {
                        tr.group {
                            th scope="rowgroup" { (group) }
                            @for arrangement in Arrangement::ALL {
                                td class=[(current == Some(*arrangement)).then_some("in-force")] {}
                            }
                        }
                        @for item in items {
                            tr {
                                th scope="row" { (texts.word("item", item.name())) }
                                @for arrangement in Arrangement::ALL {
                                    @let in_force = current == Some(*arrangement);
                                    td class=[in_force.then_some("in-force")] {
                                        (answer(texts, under(*item, Some(*arrangement)), in_force))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whose it is, with the reason for whoever points at it or listens.
fn answer(texts: &Texts, answer: Answer, in_force: bool) -> Markup {
    let (icon, class) = match answer.who {
        Some(Responsible::Region) => (icons::BUILDINGS, "region"),
        _ => (icons::HOUSE_LINE, "municipality"),
    };
    let who = answer.who.map_or("", |who| texts.word("responsible", who.name()));
    let why = texts.word("reason", answer.why.name());
    html! {
        span class=(if in_force { format!("chip {class}") } else { "chip plain".to_owned() }) title=(why) {
            (icon) (who)
        }
        @if in_force { span.spoken { ": " (why) } }
    }
}
