//! The forms by which agreements are made, end or are withdrawn; only what can be done is offered.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::{
    console::{clock, texts::Texts},
    domain::agreement::{Agreement, Arrangement, check_end, check_withdrawal},
    store::Tenant,
};

/// All that can be done about a municipality's agreements now, side by side.
pub(super) fn change(texts: &Texts, tenant: &Tenant, agreements: &[Agreement], today: Date) -> Markup {
    html! {
        section.card.on-screen aria-labelledby="change" {
            h2 #change { (texts.t("responsibility.change")) }
            div.thirds {
                (new(texts, tenant, today))
                (end(texts, tenant, agreements, today))
                (withdraw(texts, tenant, agreements, today))
            }
        }
    }
}

/// Makes an agreement.
fn new(texts: &Texts, tenant: &Tenant, today: Date) -> Markup {
    html! {
        section aria-labelledby="new-agreement" {
            h3 #new-agreement { (texts.t("responsibility.new_agreement")) }
            form.fields method="post" action="/agreements" {
                input type="hidden" name="municipality" value=(tenant.id);
                fieldset {
                    legend { (texts.t("responsibility.kind")) }
                    @for arrangement in Arrangement::ALL {
                        label.choice {
                            input type="radio" name="arrangement" value=(arrangement.name()) required;
                            (texts.word("arrangement", arrangement.name()))
                        }
                    }
                }
                label { (texts.t("responsibility.from")) input type="date" name="from" value=(today) required; }
                label { (texts.t("responsibility.until")) input type="date" name="until"; }
                button.primary type="submit" { (texts.t("responsibility.make")) }
            }
        }
    }
}

/// Gives an agreement its last day, today or later.
fn end(texts: &Texts, tenant: &Tenant, agreements: &[Agreement], today: Date) -> Markup {
    let open = agreements
        .iter()
        .filter(|agreement| check_end(agreement, None, today).is_ok());
    let fields = html! {
        label { (texts.t("responsibility.last_day")) input type="date" name="until" min=(today) required; }
    };
    form(
        texts,
        tenant,
        ("/agreements/end", "end"),
        &open.collect::<Vec<_>>(),
        &fields,
    )
}

/// Withdraws an agreement that has not begun.
fn withdraw(texts: &Texts, tenant: &Tenant, agreements: &[Agreement], today: Date) -> Markup {
    let coming = agreements
        .iter()
        .filter(|agreement| check_withdrawal(agreement, today).is_ok());
    let coming: Vec<_> = coming.collect();
    form(
        texts,
        tenant,
        ("/agreements/withdraw", "withdraw"),
        &coming,
        &html! {},
    )
}

fn form(
    texts: &Texts,
    tenant: &Tenant,
    (path, act): (&str, &str),
    choice: &[&Agreement],
    fields: &Markup,
) -> Markup {
    let title = texts.word("agreement_act", act);
    html! {
        @if !choice.is_empty() {
            section aria-labelledby=(act) {
                h3 id=(act) { (title) }
                form.fields method="post" action=(path) {
                    input type="hidden" name="municipality" value=(tenant.id);
                    label { (texts.t("responsibility.which"))
                        select name="from" { @for agreement in choice {
                            option value=(agreement.from) {
                                (texts.word("arrangement", agreement.arrangement.name())) ", "
                                (clock::long_day(texts, agreement.from))
                            }
                        } }
                    }
                    (fields)
                    button type="submit" { (title) }
                }
            }
        }
    }
}
