//! A meeting in the calendar: how its block looks, and what the looks mean.

use maud::{Markup, html};

use super::visitor::Visitor;
use crate::{
    console::{clock, icons, texts::Texts},
    domain::visit::Booking,
    store::BookedReservation,
};

/// Hours that a block's place within its day tells apart; what is earlier or later stands at the edge.
const WORKING_HOURS: (i8, i8) = (7, 17);

/// Icon, start and word; what it needs where it needs something.
pub(super) fn block(
    visitor: &Visitor,
    meeting: &BookedReservation,
    (must_not_be_used, overdue): (bool, &[Booking]),
) -> Markup {
    let (texts, now) = (visitor.texts, visitor.now);
    let late = overdue.iter().any(|booking| booking.reservation == meeting.id);
    let coming = meeting.ends_at > now;
    let (class, icon, word) = if late {
        ("block needs", icons::WARNING, texts.t("calendar.not_fetched"))
    } else if coming && must_not_be_used {
        (
            "block stopped",
            icons::PROHIBIT,
            texts.t("readiness.must_not_be_used"),
        )
    } else if coming && meeting.starts_at <= now {
        ("block running", icons::HOUSE, texts.t("calendar.running"))
    } else {
        ("block", icons::CALENDAR_CHECK, texts.t("calendar.meeting"))
    };
    let (first, last) = WORKING_HOURS;
    let hour = clock::hour(meeting.starts_at).clamp(first, last);
    html! {
        a class={ (class) " at-" (hour) } href={ "/reservations/" (meeting.id) } { (icon) (clock::clock(meeting.starts_at)) " " (word) }
    }
}

/// What the blocks' looks mean, and what never stands on them.
pub(super) fn legend(texts: &Texts) -> Markup {
    let looks = [
        ("block", icons::CALENDAR_CHECK, texts.t("calendar.booked")),
        ("block running", icons::HOUSE, texts.t("calendar.running")),
        ("block needs", icons::WARNING, texts.t("calendar.not_fetched")),
        (
            "block stopped",
            icons::PROHIBIT,
            texts.t("readiness.must_not_be_used"),
        ),
    ];
    html! {
        div.below {
            ul.legend {
                @for (class, icon, word) in looks { li { span class=(class) { (icon) } (word) } }
            }
            p.note { (texts.t("calendar.no_names")) }
        }
    }
}
