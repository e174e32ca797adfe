//! The monthly page's charts: meetings by week, how it felt, the year against its plan, travel avoided.

use fleet_api::Rating;
use maud::{Markup, html};

use super::{address::Address, charts, definitions, follow_up::Month, follow_up_figures::NBSP};
use crate::{
    console::{follow_up::Felt, texts::Texts},
    domain::follow_up::{measure::Beside, small_numbers::Shown, travel::avoided, yearly_plan::Division},
    store::Asked,
};

/// Booked and held meetings by week.
pub(super) fn weeks(texts: &'static Texts, here: &Address, month: &Month) -> Markup {
    let weeks = month.of.weeks(month.unit_id());
    let pairs: Vec<charts::Pair> = weeks
        .iter()
        .map(|(week, known, held)| {
            (
                format!("{}{NBSP}{week}", texts.t("follow_up.week")),
                *known,
                *held,
            )
        })
        .collect();
    let worst = weeks
        .iter()
        .filter(|(_, known, held)| known > held)
        .max_by_key(|(_, known, held)| known - held);
    let says = match worst {
        Some((_, known, held)) if known - held == 1 => texts.t("follow_up.weeks_say_one").to_owned(),
        Some((week, known, held)) => texts.fill(
            "follow_up.weeks_say",
            &[
                ("week", &week.to_string()),
                ("missed", &(known - held).to_string()),
            ],
        ),
        None => texts.t("follow_up.weeks_all_held").to_owned(),
    };
    let names = [texts.t("follow_up.booked"), texts.t("follow_up.came_about")];
    html! {
        section.card aria-labelledby="weeks" {
            h2 #weeks { (texts.t("follow_up.weeks")) }
            @if pairs.is_empty() { p.note { (texts.t("missing.nothing_to_count")) } } @else {
                p { (says) }
                (charts::pairs(texts, (here, "weeks"), &says, names, &pairs))
            }
        }
    }
}

/// How it felt, to those in the room and to staff, side by side.
pub(super) fn ratings(texts: &Texts, month: &Month) -> Markup {
    html! {
        section.card aria-labelledby="felt" {
            h2 #felt { (texts.t("follow_up.felt")) }
            div.felt {
                @for felt in &month.felt { div { (answers(texts, felt)) } }
            }
            p.note { (texts.t("follow_up.small_numbers")) }
        }
    }
}

fn answers(texts: &Texts, felt: &Felt) -> Markup {
    let measure = match felt.asked {
        Asked::Patient => Beside::PatientFelt,
        Asked::Staff => Beside::StaffFelt,
    };
    html! {
        h3 { (texts.word("figure", measure.name())) }
        @if let Some(answers) = felt.answers {
            table.answers { tbody { @for (rating, shown) in answers { tr {
                th scope="row" { (face(rating)) (texts.word("detail", rating.name())) }
                td.number {
                    @match shown {
                        Shown::Exactly(number) => { b { (number) } }
                        Shown::TooFew => { (texts.t("follow_up.fewer_than_five")) }
                    }
                }
            } } } }
        } @else { p.note { (texts.t("follow_up.no_answers")) } }
        (definitions::beside(texts, measure.name()))
    }
}

/// A round face whose mouth says it too.
fn face(rating: Rating) -> Markup {
    let mouth = match rating {
        Rating::Good => "M8 14c2 3 6 3 8 0",
        Rating::SoSo => "M8 15h8",
        Rating::Bad => "M8 16c2 -3 6 -3 8 0",
    };
    html! {
        svg.face viewBox="0 0 24 24" aria-hidden="true" {
            circle cx="12" cy="12" r="9" {}
            path d="M9 9.5v.01M15 9.5v.01" {}
            path d=(mouth) {}
        }
    }
}

/// Home meetings of the year against the plan.
pub(super) fn year(texts: &'static Texts, here: &Address, month: &Month) -> Markup {
    let year = &month.year;
    let first = year.months.iter().position(|(_, held)| *held > 0);
    let bars: Vec<(String, Option<u64>)> = year
        .months
        .iter()
        .enumerate()
        .map(|(at, (of, held))| {
            let name = texts.word("month", &of.first_day().month().to_string());
            let short: String = name.chars().take(3).collect();
            (short, first.is_some_and(|first| at >= first).then_some(*held))
        })
        .collect();
    let (held, so_far) = (year.held().to_string(), year.plan_so_far().to_string());
    let values = [
        ("held", &*held),
        ("plan", &*so_far),
        ("whole", &*year.plan.to_string()),
    ];
    let says = texts.fill("follow_up.year_says", &values);
    let monthly = year.plan / 12;
    let plan_name = texts.fill("follow_up.plan_line", &[("plan", &monthly.to_string())]);
    let (meetings, percent, division) = year.region_plan;
    let how = match division {
        Division::Inhabitants => texts.t("follow_up.divided_by_inhabitants"),
        Division::Equal => texts.t("follow_up.divided_equally"),
    };
    let values = [
        ("meetings", &*grouped(i64::from(meetings))),
        ("percent", &*percent.to_string()),
        ("how", how),
    ];
    let plan = texts.fill("follow_up.plan", &values);
    html! {
        section.card aria-labelledby="year" {
            h2 #year { (texts.fill("follow_up.year", &[("year", &month.of.month.first_day().year().to_string())])) }
            p { (says) }
            (charts::against_plan(texts, (here, "year"), &says, (texts.t("follow_up.home_meetings"), &plan_name), &bars, monthly))
            @if month.unit.is_some() { p.note { (texts.t("follow_up.year_whole_municipality")) } }
            @if first != Some(0) { p.note { (texts.t("follow_up.not_from_january")) } }
            p.note { (plan) }
            (definitions::beside(texts, Beside::HomeMeetings.name()))
        }
    }
}

/// Travel avoided, net, with what is assumed.
pub(super) fn travel(texts: &Texts, month: &Month) -> Markup {
    let assumed = month.settings.travel;
    html! {
        section.card aria-labelledby="travel" {
            h2 #travel { (texts.t("follow_up.travel")) }
            @match (avoided(&month.tally, assumed.as_ref()), assumed) {
                (Ok(avoided), Some(assumed)) => {
                    p.big { (grouped(avoided.km())) (NBSP) "km" }
                    p { (texts.fill("follow_up.travel_hours", &[("hours", &grouped(avoided.minutes / 60))])) }
                    dl.sum {
                        dt { (texts.fill("follow_up.travel_gross", &[
                            ("meetings", &month.tally.held.to_string()), ("travellers", &assumed.travellers.to_string()),
                            ("km", &assumed.km_each.to_string()),
                        ])) }
                        dd { (grouped(avoided.gross_km)) " km" }
                        dt { (texts.fill("follow_up.travel_kit", &[
                            ("journeys", &month.tally.journeys.to_string()), ("km", &assumed.kit_km.to_string()),
                        ])) }
                        dd { "−" (NBSP) (grouped(avoided.kit_km)) " km" }
                    }
                    p.note { (texts.t("follow_up.travel_assumed")) }
                }
                (Err(missing), _) => { p.note { (texts.word("missing", missing.name())) } }
                (Ok(_), None) => {}
            }
            p.on-screen { a href={ "/follow-up/settings?municipality=" (month.tenant.id) } { (texts.t("follow_up.to_settings")) } }
            (definitions::beside(texts, Beside::TravelKm.name()))
        }
    }
}

/// "9 960", with a minus that is one.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(NBSP);
        }
        text.push(digit);
    }
    if number < 0 { format!("−{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(9_960), "9\u{a0}960");
        assert_eq!(grouped(-1_234_567), "−1\u{a0}234\u{a0}567");
        assert_eq!(grouped(0), "0");
    }
}
