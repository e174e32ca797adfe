//! What holds in every state: a way on, no visit left behind without its wipe, no sound outside a meeting.

use super::World;
use crate::visit::Act;
use crate::visit::effect::{Gateway, SoundRoute};
use crate::visit::live::SoundMode;
use crate::visit::state::{StaffLogin, State};
use crate::visit::view::Screen;

impl World {
    /// What holds in every state.
    pub(super) fn check(&self) {
        let state = self.visit.state();
        let view = self.visit.view(self.now);
        let waits = self.visit.next_deadline(self.now).is_some() || matches!(state, State::Ready);
        let leads_on = view.acts.iter().any(|act| *act != Act::CallSupport);
        assert!(leads_on || waits, "dead end: {state:?}");
        let under_way = |login: &StaffLogin| login.back_to.is_some();
        let left_behind = matches!(state, State::LoggingIn(login) if !under_way(login))
            || matches!(
                state,
                State::Starting { .. }
                    | State::NotReady(_)
                    | State::Ready
                    | State::Reserved
                    | State::CheckingOut(_)
                    | State::Wiped { .. }
                    | State::Cleaning(_)
                    | State::Returning(_)
                    | State::Returned { .. }
            );
        assert!(
            !(left_behind && self.account.wipe_owed),
            "the wipe was skipped: {state:?}"
        );
        self.check_sound(state);
        assert!(
            !self.account.login_open || matches!(state, State::BankId(_)),
            "a login goes on behind {state:?}"
        );
        let shows_the_visit = matches!(
            view.screen,
            Screen::Gates(_)
                | Screen::ConsentText(..)
                | Screen::GiveUpQuestion
                | Screen::InPersonQuestion
                | Screen::Identify(_)
                | Screen::BankId(..)
                | Screen::Portal(_)
                | Screen::StaffPanel(_)
                | Screen::Stranger(_)
                | Screen::WaitingRoom(_)
                | Screen::Meeting(_)
                | Screen::Reconnecting(_)
                | Screen::Failed(..)
                | Screen::Lost(_)
        );
        let after = matches!(
            state,
            State::Wiping(_) | State::Locked(_) | State::Rating(_) | State::Summary(_) | State::Recap(_)
        );
        assert!(
            !(shows_the_visit && (left_behind || after)),
            "the visit shows outside itself: {view:?}"
        );
    }

    fn check_sound(&self, state: &State) {
        let sound = self.account.sound.unwrap_or(SoundRoute::SILENT);
        match state {
            State::Connecting(live)
            | State::WaitingRoom(live)
            | State::InMeeting(live)
            | State::Reconnecting(live) => {
                assert_eq!(sound, live.sound_route());
                let picture = self.account.picture.unwrap_or(Gateway::Open);
                assert_eq!(
                    picture, live.picture,
                    "our picture goes another way than was asked for"
                );
                if live.sound != SoundMode::Kit {
                    assert_eq!(
                        sound,
                        SoundRoute::SILENT,
                        "sound by telephone, and the kit is not silent"
                    );
                }
            }
            _ => assert_eq!(sound, SoundRoute::SILENT, "sound outside a meeting"),
        }
    }
}
