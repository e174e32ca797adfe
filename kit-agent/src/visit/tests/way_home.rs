//! The way back to the shelf from wherever a visit is.

use super::World;
use super::facts::good_facts;
use crate::visit::event::WipeItem;
use crate::visit::readiness::Presence;
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::State;
use crate::visit::view::Screen;
use crate::visit::{Act, Event};

impl World {
    /// Walks home with a world that helps: what a person would tap, and a wipe that succeeds.
    pub(super) fn walk_home(&mut self) {
        for _ in 0..200 {
            match self.visit.state() {
                _ if self.offers(Act::Back)
                    && matches!(self.visit.view(self.now).screen, Screen::HelpDesk { .. }) =>
                {
                    self.tap(Act::Back);
                }
                State::Ready | State::Reserved => return,
                State::Starting { .. } | State::NotReady(_) if !self.offers(Act::Clean) => {
                    self.feed(Event::Facts(good_facts()));
                }
                State::Wiping(_) => self.confirm_wipe(),
                _ => self.tap_towards_home(),
            }
        }
        panic!("no way home from {:?}", self.visit.state());
    }

    pub(super) fn confirm_wipe(&mut self) {
        for item in WipeItem::ALL {
            self.feed(Event::WipeChecked(item));
        }
    }

    fn tap_towards_home(&mut self) {
        let acts = self.visit.view(self.now).acts;
        let rank = |act: &Act| match act {
            Act::Leave
            | Act::GiveUp
            | Act::Next
            | Act::SkipRating
            | Act::Done
            | Act::WipeAgain
            | Act::PreferInPerson => 0,
            Act::SignHygiene | Act::ConfirmReturn | Act::CancelCheckOut | Act::UseStaff => 1,
            Act::End | Act::AskGiveUp | Act::Staff | Act::Cleaned(_) => 2,
            Act::Back | Act::Help => 3,
            Act::Part(_, Presence::Here) => 4,
            _ => 9,
        };
        let pad = matches!(self.visit.view(self.now).screen, Screen::KeyPad(_));
        if pad && acts.contains(&Act::ToPatient) && !acts.contains(&Act::LogInAgain) {
            self.now += crate::visit::staff_key::LOCKED_FOR;
            return self.feed(Event::KeyTyped(KeyCheck::Right));
        }
        // Where the shift has ended, the patient still has a way: to say so at the help desk's number.
        let best = if acts.contains(&Act::LogInAgain) && acts.contains(&Act::ToPatient) {
            self.tap(Act::ToPatient);
            self.tap(Act::CallSupport);
            Act::AskInPerson
        } else {
            self.best(acts, rank)
        };
        self.tap(best);
    }

    fn best(&self, acts: Vec<Act>, rank: impl Fn(&Act) -> u8) -> Act {
        acts.into_iter()
            .min_by_key(rank)
            .unwrap_or_else(|| panic!("{:?} offers nothing", self.visit.state()))
    }
}
