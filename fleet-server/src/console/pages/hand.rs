//! The forms on a kit's page by which it goes from hand to hand: sign off, check out, bring back.

use maud::{Markup, html};

use super::visitor::Visitor;
use crate::{
    console::{fleet::KitRow, icons},
    domain::hygiene::{CleanedPart, OverrideReason, Phase},
    store::CareWorker,
};

/// What can be done with the kit now.
pub(super) fn forms(visitor: &Visitor, row: &KitRow, workers: &[CareWorker]) -> Markup {
    let texts = visitor.texts;
    let action = format!("/kits/{}", row.key.kit);
    let worker = html! {
        label { (texts.t("hand.worker"))
            select name="worker" {
                @for worker in workers { option value=(worker.id) { (worker.pseudonym) " – " (worker.name) } }
            }
        }
    };
    if row.holder.is_some() {
        return html! {
            form.fields method="post" action=(action) {
                input type="hidden" name="act" value="take_back";
                (worker)
                button.primary type="submit" { (texts.t("hand.take_back")) }
            }
        };
    }
    let parts: Vec<&str> = CleanedPart::ALL
        .iter()
        .map(|part| texts.word("cleaned", part.name()))
        .collect();
    html! {
        @for phase in Phase::ALL.iter().filter(|phase| row.missing.contains(phase)) {
            form.fields method="post" action=(action) {
                p.warning { (icons::WARNING) (texts.word("hand_missing", phase.name())) }
                p.note { (texts.t("hand.sign_for")) " " (parts.join(", ")) }
                input type="hidden" name="act" value="sign";
                input type="hidden" name="phase" value=(phase.name());
                (worker)
                button type="submit" { (texts.word("hand_sign", phase.name())) }
            }
        }
        form.fields method="post" action=(action) {
            input type="hidden" name="act" value="check_out";
            (worker)
            @if !row.missing.is_empty() {
                label { (texts.t("hand.without_sign_off"))
                    select name="reason" {
                        option value="" { (texts.t("hand.no_reason")) }
                        @for reason in OverrideReason::ALL {
                            option value=(reason.name()) { (texts.word("override", reason.name())) }
                        }
                    }
                }
            }
            button.primary type="submit" { (texts.t("hand.check_out")) }
        }
    }
}
