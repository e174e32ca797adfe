//! The part of the booking form that says who is expected in the meeting, and what lets the kit in.

use std::collections::HashMap;

use fleet_api::{HostPin, InvitedRole, Kinship, LegalMode, MeetingTelephone, TelephoneCode};
use maud::{Markup, html};

use crate::{
    console::texts::Texts,
    domain::identity::{
        expected::{Access, Expected, Particulars},
        personal_number::PersonalNumber,
    },
    web::Problem,
};

/// The fields, folded away: most visits need none of them. What was given stays when the form comes back, but for the PIN and
/// whose meeting it is.
pub(super) fn fields(texts: &Texts, given: &HashMap<String, String>) -> Markup {
    let now = |name: &str| given.get(name).map_or("", String::as_str);
    let tick = |kind: &str, name: &str, word: &str| tick((kind, name), word, given);
    html! {
        details.folded open[is_filled(given)] {
            summary { (texts.t("book.expected")) }
            fieldset {
                legend { (texts.t("book.relatives")) }
                @for kinship in Kinship::ALL { (tick("relative", kinship.name(), texts.word("kinship", kinship.name()))) }
            }
            fieldset {
                legend { (texts.t("book.invited")) }
                @for role in InvitedRole::ALL { (tick("invited", role.name(), texts.word("invited", role.name()))) }
            }
            label { (texts.t("book.legal_mode"))
                select name="legal_mode" {
                    @for mode in LegalMode::ALL { option value=(mode.name()) selected[now("legal_mode") == mode.name()] { (texts.word("book", mode.name())) } }
                }
            }
            label { (texts.t("book.telephone")) input type="tel" name="telephone" value=(now("telephone")) maxlength="24" autocomplete="off"; }
            label { (texts.t("book.telephone_code")) input name="telephone_code" value=(now("telephone_code")) maxlength="12" inputmode="numeric" autocomplete="off"; }
            label { (texts.t("book.host_pin")) input name="host_pin" maxlength="20" inputmode="numeric" autocomplete="off"; }
            label { (texts.t("book.invited_person"))
                input name="invited_person" maxlength="13" inputmode="numeric" autocomplete="off";
            }
            p.note { (texts.t("book.invited_person_help")) }
        }
    }
}

fn tick((kind, name): (&str, &str), word: &str, given: &HashMap<String, String>) -> Markup {
    let name = format!("{kind}_{name}");
    html! { label.choice { input type="checkbox" name=(name) value="1" checked[given.contains_key(&name)]; (word) } }
}

/// Whether somebody has answered anything but with what stands there from the start.
fn is_filled(given: &HashMap<String, String>) -> bool {
    let from_the_start = LegalMode::CareProvidersOnly.name();
    given
        .values()
        .any(|value| !value.trim().is_empty() && value != from_the_start)
}

/// Reads them. What is empty is not known.
pub(super) fn read(form: &HashMap<String, String>) -> Result<Particulars, Problem> {
    let ticked = |kind: &str, name: &str| form.contains_key(&format!("{kind}_{name}"));
    let given = |name: &str| {
        form.get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    };
    let wrong = |_| Problem::invalid("telephone", "the telephone number, code or PIN is wrong");
    let relatives = Kinship::ALL.iter().copied();
    let invited = InvitedRole::ALL.iter().copied();
    let mixed = given("legal_mode") == Some(LegalMode::Mixed.name());
    let telephone = match given("telephone") {
        None => None,
        Some(number) => Some(MeetingTelephone {
            number: number.parse().map_err(wrong)?,
            code: given("telephone_code")
                .map(TelephoneCode::parse)
                .transpose()
                .map_err(wrong)?,
        }),
    };
    let person = given("invited_person").map(PersonalNumber::parse).transpose();
    Ok(Particulars {
        expected: Expected {
            relatives: relatives
                .filter(|kinship| ticked("relative", kinship.name()))
                .collect(),
            legal_mode: if mixed {
                LegalMode::Mixed
            } else {
                LegalMode::CareProvidersOnly
            },
            invited: invited.filter(|role| ticked("invited", role.name())).collect(),
        },
        access: Access {
            telephone,
            host_pin: given("host_pin").map(HostPin::parse).transpose().map_err(wrong)?,
        },
        invited_person: person.map_err(|error| Problem::invalid("personal_number", error))?,
        origin: None,
    })
}
