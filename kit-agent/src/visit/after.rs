//! After the meeting: thanks, rating, wipe with receipt, hygiene, return.

use super::cleaning::{AfterCleaning, Cleaning, Occasion};
use super::deadline;
use super::effect::{Effect, Recorded, VisitMark};
use super::event::{Act, Confirmed, Event, WipeItem};
use super::readiness::PackingList;
use super::state::{Closing, State, Wiping};
use super::turn::Turn;

impl Turn<'_> {
    /// Answers events in the states after the meeting.
    pub(super) fn after(&mut self, state: State, event: &Event) -> State {
        match state {
            State::Summary(closing) => match event {
                Event::Tapped(Act::Next) => {
                    let (id, staff) = (closing.reservation.clone(), closing.staff.clone());
                    self.record(Some(&id), Some(&staff), Recorded::SummaryShown);
                    State::Recap(Closing {
                        since: self.now,
                        ..closing
                    })
                }
                _ => self.unless_left_alone(closing, event, State::Summary),
            },
            State::Recap(closing) => match event {
                Event::Tapped(Act::Next) => State::Rating(Closing {
                    since: self.now,
                    ..closing
                }),
                _ => self.unless_left_alone(closing, event, State::Recap),
            },
            State::Rating(closing) => self.rating(closing, event),
            State::Wiping(wiping) => self.wiping(wiping, event),
            State::Locked(wiping) => match event {
                Event::Tapped(Act::WipeAgain) => self.wipe(wiping.reservation),
                _ => State::Locked(wiping),
            },
            State::Wiped { at } => match event {
                Event::Tapped(Act::Done) => self.clean(AfterCleaning::Return),
                _ => State::Wiped { at },
            },
            State::Cleaning(cleaning) => self.cleaning(cleaning, event),
            State::Returning(list) => self.returning(list, event),
            State::Returned { list, since } => self.returned(list, since, event),
            other => other,
        }
    }

    fn rating(&mut self, closing: Closing, event: &Event) -> State {
        match event {
            Event::Tapped(Act::Rate(rating)) => {
                // No reservation and no staff: the answer is stored without a name.
                self.record(None, None, Recorded::Rated(*rating));
                self.wipe(Some(closing.reservation))
            }
            Event::Tapped(Act::SkipRating) => self.wipe(Some(closing.reservation)),
            _ => self.unless_left_alone(closing, event, State::Rating),
        }
    }

    /// Nobody touches the screen any more: remove everything rather than wait for a tap.
    fn unless_left_alone(&mut self, closing: Closing, event: &Event, stay: fn(Closing) -> State) -> State {
        if matches!(event, Event::TimePassed) && self.now >= closing.since + deadline::LEFT_ALONE {
            return self.wipe(Some(closing.reservation));
        }
        stay(closing)
    }

    fn wiping(&mut self, mut wiping: Wiping, event: &Event) -> State {
        match event {
            Event::WipeChecked(item) if !wiping.checked.contains(item) => wiping.checked.push(*item),
            Event::WipeFailed => return self.lock(wiping),
            Event::TimePassed if self.now >= wiping.since + deadline::WIPE => return self.lock(wiping),
            _ => {}
        }
        if WipeItem::ALL.iter().all(|item| wiping.checked.contains(item)) {
            self.record_wipe(wiping, Confirmed::Yes);
            self.mark(VisitMark::Clean, None);
            return State::Wiped { at: self.now };
        }
        State::Wiping(wiping)
    }

    /// Not confirmed: the mark stays, so that a restart wipes again.
    fn lock(&mut self, wiping: Wiping) -> State {
        self.record_wipe(wiping.clone(), Confirmed::No);
        State::Locked(wiping)
    }

    fn record_wipe(&mut self, wiping: Wiping, confirmed: Confirmed) {
        let what = Recorded::Wiped {
            confirmed,
            items: wiping.checked,
        };
        self.record(wiping.reservation.as_ref(), None, what);
    }

    fn cleaning(&mut self, mut cleaning: Cleaning, event: &Event) -> State {
        match event {
            Event::Tapped(Act::Cleaned(part)) => cleaning.cleaned.push(*part),
            Event::Tapped(Act::SignHygiene) => {
                self.kit.cleaned_at = Some(self.now);
                let version = cleaning.checklist.as_ref().map(|checklist| checklist.version);
                let signed = Recorded::HygieneSigned(Occasion::AfterVisit, version);
                return self.cleaned(&cleaning, signed);
            }
            Event::Tapped(Act::SkipCleaning) => cleaning.skipping = true,
            // Unsigned: the kit is not ready, and says so until somebody has cleaned it.
            Event::Tapped(Act::SkipBecause(reason)) => {
                self.kit.cleaned_at = None;
                return self.cleaned(&cleaning, Recorded::HygieneSkipped(*reason));
            }
            Event::Tapped(Act::Back) if cleaning.skipping => cleaning.skipping = false,
            Event::Tapped(Act::Back) => return self.kit.on_the_shelf(),
            _ => {}
        }
        State::Cleaning(cleaning)
    }

    /// Cleaned and signed, or skipped with its reason.
    fn cleaned(&mut self, cleaning: &Cleaning, what: Recorded) -> State {
        let staff = self.kit.shift.as_ref().map(|shift| shift.staff.clone());
        match cleaning.then {
            AfterCleaning::Return => {
                let visit = self.kit.finished.clone();
                self.record(visit.as_ref(), staff.as_ref(), what);
                State::Returning(PackingList::default())
            }
            AfterCleaning::Shelf => {
                self.record(None, staff.as_ref(), what);
                self.kit.on_the_shelf()
            }
        }
    }

    fn returning(&mut self, mut list: PackingList, event: &Event) -> State {
        match event {
            Event::Tapped(Act::Part(part, presence)) => list.note(*part, *presence),
            Event::Tapped(Act::ConfirmReturn) => {
                let staff = self.kit.shift.take().map(|shift| shift.staff);
                self.record(
                    None,
                    staff.as_ref(),
                    Recorded::Returned {
                        missing: list.missing(),
                    },
                );
                self.effects.push(Effect::EndShift);
                return State::Returned {
                    list,
                    since: self.now,
                };
            }
            _ => {}
        }
        State::Returning(list)
    }

    /// Nobody need confirm that the charger is in: the kit sees it, and asks again on the shelf.
    fn returned(&mut self, list: PackingList, since: jiff::Timestamp, event: &Event) -> State {
        let left_alone = matches!(event, Event::TimePassed) && self.now >= since + deadline::CHARGER;
        if left_alone || matches!(event, Event::Tapped(Act::Done)) {
            self.effects.push(Effect::CheckKit);
            return State::Starting { since: self.now };
        }
        State::Returned { list, since }
    }
}
