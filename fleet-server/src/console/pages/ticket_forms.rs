//! The forms of a ticket's page; what they send is `ticket::Change`.

use maud::{Markup, html};

use super::{common::state, visitor::Visitor};
use crate::{
    console::{fleet::KitRow, texts::Texts, tickets::TicketRow},
    domain::ticket::{Resolution, TicketState},
    store::Person,
};

/// Seen, or begun.
pub(super) fn steps(visitor: &Visitor, row: &TicketRow) -> Markup {
    let texts = visitor.texts;
    html! {
        @for to in row.ticket.state.next() {
            @if matches!(*to, TicketState::Acknowledged | TicketState::InWork) {
                form.fields method="post" action={ "/tasks/" (row.ticket.id) } {
                    input type="hidden" name="act" value="step";
                    input type="hidden" name="to" value=(to.name());
                    button type="submit" { (texts.word("ticket_act", to.name())) }
                }
            }
        }
    }
}

/// Which kit takes the broken one's place.
pub(super) fn replacement(visitor: &Visitor, row: &TicketRow, spares: &[KitRow]) -> Markup {
    let texts = visitor.texts;
    html! {
        p.note { (texts.t("ticket_page.replace_note")) }
        @if spares.is_empty() { p { (texts.t("ticket_page.no_spares")) } } @else {
            form.fields method="post" action={ "/tasks/" (row.ticket.id) } {
                input type="hidden" name="act" value="replace";
                fieldset {
                    legend { (texts.t("ticket_page.spare")) }
                    @for (at, kit) in spares.iter().enumerate() {
                        label.choice {
                            input type="radio" name="spare" value=(kit.key.kit) required checked[at == 0];
                            span {
                                (kit.kit.name.as_str()) " " (state(texts, kit))
                                @if kit.key.tenant != row.tenant {
                                    br; span.note { (texts.t("ticket_page.from_region")) }
                                }
                            }
                        }
                    }
                }
                button.primary type="submit" { (texts.t("ticket_page.replace")) }
            }
        }
    }
}

/// What it came to.
pub(super) fn closing(visitor: &Visitor, row: &TicketRow) -> Markup {
    let texts = visitor.texts;
    html! {
        form.fields method="post" action={ "/tasks/" (row.ticket.id) } {
            input type="hidden" name="act" value="close";
            label { (texts.t("ticket_page.resolution"))
                select name="resolution" {
                    @for resolution in Resolution::ALL {
                        option value=(resolution.name()) { (texts.word("resolution", resolution.name())) }
                    }
                }
            }
            button type="submit" { (texts.t("ticket_page.close")) }
        }
    }
}

/// Who sees to it.
pub(super) fn assignee(texts: &Texts, row: &TicketRow, people: &[Person]) -> Markup {
    html! {
        form.fields method="post" action={ "/tasks/" (row.ticket.id) } {
            input type="hidden" name="act" value="assign";
            label { (texts.t("ticket_page.assignee"))
                select name="person" {
                    option value="" { (texts.t("ticket_page.nobody")) }
                    @for person in people {
                        option value=(person.id) selected[row.ticket.assignee == Some(person.id)] { (person.name) }
                    }
                }
            }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}
