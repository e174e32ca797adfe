//! Today's meetings on the first page: which kit, and whether it is able to its meeting, is at it, or has been.

use std::collections::HashMap;

use fleet_api::KitId;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{common::shape, visitor::Visitor};
use crate::{
    console::{clock, fleet::KitRow, icons, texts::Texts},
    domain::{authorisation::Resource, readiness::Readiness},
    store::BookedReservation,
};

/// Most meetings in the list.
const MOST_TODAY: usize = 9;

/// Today's meetings: those that are not over first, then what was.
pub(super) fn todays(visitor: &Visitor, rows: &[KitRow], meetings: &[BookedReservation]) -> Markup {
    let (texts, now) = (visitor.texts, visitor.now);
    let known: HashMap<KitId, &KitRow> = rows.iter().map(|row| (row.key.kit, row)).collect();
    let (over, coming): (Vec<_>, Vec<_>) = meetings.iter().partition(|meeting| meeting.ends_at <= now);
    let more = meetings.len().saturating_sub(MOST_TODAY);
    html! {
        @if meetings.is_empty() { p { (texts.t("overview.no_meetings")) } }
        ul.today {
            @for meeting in coming.into_iter().chain(over).take(MOST_TODAY) {
                @let row = known.get(&meeting.kit).copied();
                li {
                    b { (clock::clock(meeting.starts_at)) }
                    @if let Some(row) = row { a href={ "/kits/" (row.key.kit) } { (row.kit.name.as_str()) } } @else { span {} }
                    (how_it_goes(texts, meeting, row, now))
                    @if let Some(row) = row { span.note { (row.municipality) } }
                }
            }
        }
        @if more > 0 { p.note { (texts.count("overview.more_meetings", more, &[])) } }
        @if visitor.may_see(Resource::Bookings) { p { a href="/calendar" { (texts.t("overview.whole_week")) } } }
    }
}

/// Whether a meeting's kit is able to it, is at it, or has been.
fn how_it_goes(texts: &Texts, meeting: &BookedReservation, row: Option<&KitRow>, now: Timestamp) -> Markup {
    let over = meeting.ends_at <= now;
    html! {
        @if meeting.wiped {
            span.ready { (icons::CHECK) (texts.t("overview.receipt_given")) }
        } @else if over {
            span { (texts.fill("overview.is_over", &[("clock", &clock::clock(meeting.ends_at))])) }
        } @else if let Some(row) = row {
            @let (icon, class) = shape(row.readiness);
            @let running = meeting.starts_at <= now && row.readiness == Readiness::OnVisit;
            span class=(class) {
                (icon)
                @if running { (texts.t("calendar.running")) } @else { (texts.word("readiness", row.readiness.name())) }
            }
        } @else { span {} }
    }
}
