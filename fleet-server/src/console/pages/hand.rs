//! The forms on a kit's page by which it goes from hand to hand: sign off, check out, bring back.

use fleet_api::Rating;
use maud::{Markup, html};

use super::{checklist, visitor::Visitor};
use crate::{
    console::{acts::Learner, fleet::KitRow, icons},
    domain::hygiene::{Checklist, OverrideReason, Phase},
};

/// What can be done with the kit now.
pub(super) fn forms(
    visitor: &Visitor,
    row: &KitRow,
    learners: &[Learner],
    checklist: Option<&Checklist>,
) -> Markup {
    let texts = visitor.texts;
    let action = format!("/kits/{}", row.key.kit);
    let worker = html! {
        label { (texts.t("hand.worker"))
            select name="worker" {
                @for learner in learners {
                    option value=(learner.worker.id) {
                        (learner.worker.pseudonym) " – " (learner.worker.name)
                        @if !learner.lacks.is_empty() { " (" (texts.t("training.lacks")) ")" }
                    }
                }
            }
        }
    };
    if row.holder.is_some() {
        return html! {
            form.fields method="post" action=(action) {
                input type="hidden" name="act" value="take_back";
                (worker)
                label { (texts.t("hand.felt"))
                    select name="rating" {
                        option value="" { (texts.t("hand.no_reason")) }
                        @for rating in Rating::ALL { option value=(rating.name()) { (texts.word("detail", rating.name())) } }
                    }
                }
                p.note { (texts.t("hand.felt_note")) }
                button.primary type="submit" { (texts.t("hand.take_back")) }
            }
        };
    }
    html! {
        @for phase in Phase::ALL.iter().filter(|phase| row.missing.contains(phase)) {
            form.fields method="post" action=(action) {
                p.warning { (icons::WARNING) (texts.word("hand_missing", phase.name())) }
                @if let Some(checklist) = checklist {
                    p.note { (texts.fill("hand.sign_for", &[("version", &checklist.version.to_string())])) }
                    (checklist::steps(texts, checklist))
                    input type="hidden" name="version" value=(checklist.version);
                } @else { p.note { (texts.t("refusal.hygiene_no_checklist")) } }
                input type="hidden" name="act" value="sign";
                input type="hidden" name="phase" value=(phase.name());
                (worker)
                button type="submit" { (texts.word("hand_sign", phase.name())) }
            }
        }
        @if row.kit.life.can_be_taken() { (check_out(visitor, row, &action, (&worker, learners))) }
        @else { p.note { (texts.t("hand.not_in_service")) } }
    }
}

fn check_out(
    visitor: &Visitor,
    row: &KitRow,
    action: &str,
    (worker, learners): (&Markup, &[Learner]),
) -> Markup {
    let texts = visitor.texts;
    let lacking: Vec<&str> = learners
        .iter()
        .filter(|learner| !learner.lacks.is_empty())
        .map(|learner| learner.worker.pseudonym.as_str())
        .collect();
    html! {
        form.fields method="post" action=(action) {
            input type="hidden" name="act" value="check_out";
            @if !lacking.is_empty() {
                p.warning { (icons::WARNING) (texts.fill("hand.lacking", &[("workers", &lacking.join(", "))])) }
                p.note { a href={ "/training?municipality=" (row.key.tenant) } { (texts.t("hand.to_training")) } }
            }
            (worker)
            @if !row.missing.is_empty() {
                label { (texts.t("hand.without_sign_off"))
                    select name="reason" {
                        option value="" { (texts.t("hand.no_reason")) }
                        @for reason in OverrideReason::GIVEN_BY_PEOPLE {
                            option value=(reason.name()) { (texts.word("override", reason.name())) }
                        }
                    }
                }
            }
            button.primary type="submit" { (texts.t("hand.check_out")) }
        }
    }
}
