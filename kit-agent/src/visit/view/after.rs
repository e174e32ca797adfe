//! Screens after the meeting.

use jiff::Timestamp;

use super::before::{packing_acts, packing_rows};
use super::data::CleaningPage;
use super::{Screen, Sentence, View};
use crate::visit::cleaning::{AfterCleaning, Cleaning};
use crate::visit::event::{Act, Confirmed, Rating, SkipReason, WipeItem};
use crate::visit::readiness::{PackingList, Part};
use crate::visit::state::{Closing, Wiping};

/// Thanks, and where the plan will be found.
pub(super) fn summary(closing: &Closing) -> View {
    let screen = Screen::Summary {
        most_present: closing.most_present,
        minutes: closing.minutes,
    };
    View::new(screen, Sentence::MeetingOver, vec![Act::Next, Act::CallSupport])
}

/// What was decided, who does what, who calls you; and who was here. Nothing of the answers is kept.
pub(super) fn recap(closing: &Closing) -> View {
    View::new(
        Screen::Recap(closing.were_here.clone()),
        Sentence::WhatWasDecided,
        vec![Act::Next, Act::CallSupport],
    )
}

/// How did it feel?
pub(super) fn rating() -> View {
    let acts = [Rating::Good, Rating::SoSo, Rating::Bad].map(Act::Rate);
    View::new(
        Screen::Rating,
        Sentence::HowDidItFeel,
        [&acts[..], &[Act::SkipRating, Act::CallSupport]].concat(),
    )
}

/// Everything is being removed. Ends by itself.
pub(super) fn wiping(wiping: &Wiping) -> View {
    View::new(
        Screen::Wipe(wiping.checked.clone()),
        Sentence::Removing,
        vec![Act::CallSupport],
    )
}

/// Not confirmed.
pub(super) fn locked(wiping: &Wiping) -> View {
    View::new(
        Screen::Wipe(wiping.checked.clone()),
        Sentence::NotSure,
        vec![Act::WipeAgain, Act::CallSupport],
    )
}

/// Nothing is left.
pub(super) fn wiped(at: Timestamp) -> View {
    View::new(
        Screen::Wipe(WipeItem::ALL.to_vec()),
        Sentence::NothingLeft { at },
        vec![Act::Done, Act::CallSupport],
    )
}

/// Part by part.
pub(super) fn cleaning(cleaning: &Cleaning) -> View {
    if cleaning.skipping {
        let reasons = SkipReason::ALL.map(Act::SkipBecause);
        let acts = [&reasons[..], &[Act::Back]].concat();
        return View::new(Screen::SkipCleaning, Sentence::WhyNotClean, acts);
    }
    let is_done = |part: &Part| cleaning.cleaned.contains(part);
    let mut acts: Vec<_> = Part::ALL
        .into_iter()
        .filter(|part| !is_done(part))
        .map(Act::Cleaned)
        .collect();
    let mut sentence = Sentence::CleanParts;
    if acts.is_empty() {
        acts.push(Act::SignHygiene);
        sentence = Sentence::SignCleaning;
    } else {
        acts.push(Act::SkipCleaning);
    }
    if cleaning.then == AfterCleaning::Shelf {
        acts.push(Act::Back);
    }
    let checklist = cleaning.checklist.as_ref();
    let how_to = cleaning.current().and_then(|part| checklist?.how_to(part));
    let row = |part| {
        (
            part,
            if is_done(&part) {
                Confirmed::Yes
            } else {
                Confirmed::No
            },
        )
    };
    View::new(
        Screen::Cleaning(CleaningPage {
            parts: Part::ALL.into_iter().map(row).collect(),
            version: checklist.map(|checklist| checklist.version),
            how_to: how_to.cloned(),
        }),
        sentence,
        acts,
    )
}

/// The same list on the way back.
pub(super) fn returning(list: &PackingList) -> View {
    let mut acts = packing_acts(list);
    if list.is_complete() {
        acts.insert(0, Act::ConfirmReturn);
    }
    View::new(Screen::Return(packing_rows(list)), Sentence::IsAllBack, acts)
}

/// All that is left is the charger.
pub(super) fn returned(list: &PackingList) -> View {
    View::new(
        Screen::Return(packing_rows(list)),
        Sentence::PutOnCharge,
        vec![Act::Done],
    )
}
