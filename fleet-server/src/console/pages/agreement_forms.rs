//! The forms by which agreements end or are withdrawn; only those that can be are offered.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::{
    console::{clock, texts::Texts},
    domain::agreement::{Agreement, check_end, check_withdrawal},
    store::Tenant,
};

/// Gives an agreement its last day, today or later; an empty day means until further notice.
pub(super) fn end(texts: &Texts, tenant: &Tenant, agreements: &[Agreement], today: Date) -> Markup {
    let open = agreements
        .iter()
        .filter(|agreement| check_end(agreement, None, today).is_ok());
    let fields = html! {
        label { (texts.t("responsibility.until")) input type="date" name="until" min=(today); }
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
pub(super) fn withdraw(texts: &Texts, tenant: &Tenant, agreements: &[Agreement], today: Date) -> Markup {
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
            section.card aria-labelledby=(act) {
                h2 id=(act) { (title) }
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
                    button type="submit" { (texts.t("common.save")) }
                }
            }
        }
    }
}
