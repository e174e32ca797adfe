//! How much each kit is used, and which stand idle while others are booked.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use fleet_api::{KitId, KitName};
use maud::{Markup, html};

use super::{
    address::Address,
    charts, definitions,
    layout::{self, Head, Place},
    period::{Choice, controls, month_name},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{csv_file, icons, texts::Texts},
    domain::{
        follow_up::{
            account::Report,
            measure::{Beside, Share},
            month::Month,
            utilisation::{Period, Usage, Utilised, utilised},
        },
        life_cycle::LifeState,
    },
    store::{StoreError, Tenant},
    web::{Problem, Query},
};

/// A kit's month, under the name that it had here.
struct KitMonth {
    kit: KitId,
    name: KitName,
    month: Utilised,
}

/// `GET /utilisation`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(&visitor)?;
    let month = choice.month(visitor.now);
    let kits = of_kits(&app, tenant, month).await?;
    let whole = whole(&kits);
    let head = Head {
        title: title(texts, whole, month),
        lead: lead(texts, &kits),
        acts: html! {
            (controls(&visitor, "/utilisation", tenant.id, Some(month), (&[], None)))
            a.button href={ "/utilisation.csv?municipality=" (tenant.id) "&month=" (month) } {
                (icons::DOWNLOAD) (texts.t("common.csv"))
            }
        },
    };
    let content = html! {
        section.card aria-labelledby="kits" {
            h2 #kits { (tenant.name) }
            @if kits.is_empty() { p { (texts.t("missing.nothing_to_count")) } } @else {
                (table(texts).show(&address, &kits.iter().collect::<Vec<_>>()))
                p.note { (texts.t("utilisation.note")) " " (texts.t("utilisation.holidays")) }
            }
            (definitions::beside(texts, Beside::Utilisation.name()))
        }
    };
    Ok(layout::page(&visitor, Place::Utilisation, &head, &content))
}

/// `GET /utilisation.csv`.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(&visitor)?;
    let month = choice.month(visitor.now);
    let kits = of_kits(&app, tenant, month).await?;
    let head = [
        "month", "kit", "life", "days", "weekdays", "percent", "booked", "used", "idle",
    ]
    .map(|name| texts.word("utilisation", name));
    let rows = kits.iter().map(|kit| {
        let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        [
            month.to_string(),
            kit.name.as_str().to_owned(),
            life(texts, &kit.month).to_owned(),
            number(kit.month.share.map(Share::part)),
            number(kit.month.share.map(Share::whole)),
            number(kit.month.share.map(Share::percent)),
            hours(kit.month.booked_minutes),
            hours(kit.month.used_minutes),
            if kit.month.idle {
                texts.t("utilisation.idle").to_owned()
            } else {
                String::new()
            },
        ]
    });
    let name = format!("{}-{month}", texts.t("utilisation.file"));
    Ok(csv_file::download(&name, head, rows))
}

/// The month of each kit that was here then, the least used first; kits that were never in service last.
async fn of_kits(app: &App, tenant: &Tenant, month: Month) -> Result<Vec<KitMonth>, StoreError> {
    let span = month.span();
    let mut lives = app.store.kit_lives(tenant.id, span.1).await?;
    let reports = app.store.kit_reports(tenant.id, span).await?;
    let mut usages: HashMap<KitId, Usage> = HashMap::new();
    for meeting in app.store.booked_meetings(tenant.id, span).await? {
        let usage = usages.entry(meeting.kit).or_default();
        usage.booked.push((meeting.starts_at, meeting.ends_at));
        let reports = reports.get(&meeting.reservation).map_or(&[][..], Vec::as_slice);
        usage.used.extend(in_meeting(reports));
    }
    let mut months = Vec::new();
    for (kit, name) in app.store.kit_names(tenant.id).await? {
        let mut usage = usages.remove(&kit).unwrap_or_default();
        usage.states = lives.remove(&kit).unwrap_or_default();
        if usage.was_here(month) {
            let month = utilised(&usage, month);
            months.push(KitMonth { kit, name, month });
        }
    }
    months.sort_by_key(|KitMonth { month, .. }| {
        (
            month.share.is_none(),
            month.share.map(Share::percent),
            month.booked_minutes,
        )
    });
    Ok(months)
}

/// From the first picture to the end of the meeting, where both were reported.
fn in_meeting(reports: &[(jiff::Timestamp, Report)]) -> Option<Period> {
    let joined = reports.iter().filter(|(_, report)| *report == Report::Joined);
    let ended = reports
        .iter()
        .filter(|(_, report)| matches!(report, Report::Ended | Report::BrokenOff(_)));
    let from = joined.map(|(at, _)| *at).min()?;
    let until = ended.map(|(at, _)| *at).max()?;
    (from < until).then_some((from, until))
}

/// The days of all kits together.
fn whole(kits: &[KitMonth]) -> Option<Share> {
    let shares = kits.iter().filter_map(|kit| kit.month.share);
    let (days, weekdays) = shares.fold((0, 0), |(days, weekdays), share| {
        (days + share.part(), weekdays + share.whole())
    });
    Share::of(days, weekdays)
}

fn title(texts: &Texts, whole: Option<Share>, month: Month) -> String {
    let name = month_name(texts, month);
    match whole {
        Some(share) => texts.fill(
            "utilisation.title",
            &[("percent", &share.percent().to_string()), ("month", &name)],
        ),
        None => texts.fill("utilisation.title_none", &[("month", &name)]),
    }
}

fn lead(texts: &Texts, kits: &[KitMonth]) -> String {
    let idle = kits.iter().filter(|kit| kit.month.idle).count().to_string();
    let in_service = kits
        .iter()
        .filter(|kit| kit.month.share.is_some())
        .count()
        .to_string();
    let sum = |minutes: fn(&Utilised) -> u64| hours(kits.iter().map(|kit| minutes(&kit.month)).sum());
    let values = [
        ("idle", &*idle),
        ("kits", &*in_service),
        ("booked", &*sum(|month| month.booked_minutes)),
        ("used", &*sum(|month| month.used_minutes)),
    ];
    texts.fill("utilisation.lead", &values)
}

fn table(texts: &'static Texts) -> Table<'static, KitMonth> {
    let percent = |month: &Utilised| Value::or_missing(month.share, |share| Value::number(share.percent()));
    let columns = vec![
        Column::words("kit", texts.t("utilisation.kit"), |kit: &KitMonth| {
            Value::words(kit.name.as_str())
        })
        .shown(|kit| html! { a href={ "/kits/" (kit.kit) } { (kit.name.as_str()) } }),
        Column::number("percent", texts.t("utilisation.share"), move |kit: &KitMonth| {
            percent(&kit.month)
        })
        .shown(|KitMonth { month, .. }| {
            html! {
                @if let Some(share) = month.share {
                    span.bar { (charts::share(share.percent())) (share.percent()) "\u{a0}%" }
                } @else { "–" }
            }
        })
        .aligned_left(),
        Column::number(
            "days",
            texts.t("utilisation.days_of"),
            |KitMonth { month, .. }: &KitMonth| {
                Value::or_missing(month.share, |share| Value::number(share.part()))
            },
        )
        .shown(|KitMonth { month, .. }| {
            html! {
                @if let Some(share) = month.share { (share.part()) " / " (share.whole()) } @else { "–" }
            }
        }),
        Column::number(
            "booked",
            texts.t("utilisation.booked"),
            |KitMonth { month, .. }: &KitMonth| Value::number(month.booked_minutes / 60),
        )
        .shown(|KitMonth { month, .. }| html! { (hours(month.booked_minutes)) }),
        Column::number(
            "used",
            texts.t("utilisation.used"),
            |KitMonth { month, .. }: &KitMonth| Value::number(month.used_minutes / 60),
        )
        .shown(|KitMonth { month, .. }| html! { (hours(month.used_minutes)) }),
        Column::choice(
            "use",
            texts.t("column.state"),
            move |KitMonth { month, .. }: &KitMonth| {
                let (place, words, ..) = how_used(texts, month);
                Value::Choice(place, words.into())
            },
        )
        .shown(move |KitMonth { month, .. }| {
            let (_, words, class, icon) = how_used(texts, month);
            html! { span class=(class) { (icon) (words) } }
        }),
    ];
    Table::new(texts, Label::By("kits"), columns)
}

/// How a kit is used: its place among the words, the words, their class and shape.
fn how_used(texts: &'static Texts, month: &Utilised) -> (i64, &'static str, &'static str, icons::Icon) {
    if month.idle {
        (0, texts.t("utilisation.idle"), "warning", icons::WARNING)
    } else if month.share.is_none() {
        (3, texts.t("utilisation.not_in_service"), "silent", icons::WRENCH)
    } else if month.life != Some(LifeState::InService) {
        (2, life(texts, month), "silent", icons::WRENCH)
    } else {
        (1, texts.t("utilisation.in_use"), "ready", icons::CHECK)
    }
}

/// Where the kit was in its life when the month ended.
fn life(texts: &'static Texts, month: &Utilised) -> &'static str {
    match month.life {
        Some(life) => texts.word("life", life.name()),
        None => texts.t("kit.elsewhere"),
    }
}

/// "12,5" hours.
fn hours(minutes: u64) -> String {
    let tenths = minutes / 6;
    format!("{},{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_a_meeting_has_both_ends_whatever_their_order() {
        let at = |minute: i64| jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minute);
        let reports = [
            (at(50), Report::Ended),
            (at(10), Report::Joined),
            (at(20), Report::Joined),
        ];
        assert_eq!(in_meeting(&reports), Some((at(10), at(50))));
        assert_eq!(in_meeting(&reports[1..]), None, "no end was reported");
        assert_eq!(hours(750), "12,5");
    }
}
