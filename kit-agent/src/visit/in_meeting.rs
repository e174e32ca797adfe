//! What the buttons do while the meeting goes on.

use super::effect::{Effect, Gateway, OnSofa, Recorded};
use super::event::{Act, Confirmed, RepairResult};
use super::gates::{Answer, RelativeAnswer};
use super::live::{KeyFor, Live, Overlay, SoundMode, TelephoneReason};
use super::seat::Welcome;
use super::staff_key::KeyCheck;
use super::turn::Turn;
use crate::meeting::AttendeeId;

impl Turn<'_> {
    /// Performs a button that keeps the meeting going. The view has already said that it is offered.
    pub(super) fn tapped(&mut self, live: &mut Live, act: Act) {
        match act {
            Act::Mute => live.microphone = Gateway::Closed,
            Act::Unmute => self.unmute(live),
            Act::PictureOff => live.picture = Gateway::Closed,
            Act::PictureOn => live.picture = Gateway::Open,
            Act::SoundByTelephone | Act::CallInstead => self.by_telephone(live),
            Act::SoundHere => self.sound_here(live),
            Act::Help => live.overlay = Overlay::Help,
            Act::Back | Act::Stay => live.overlay = Overlay::None,
            Act::End => live.overlay = Overlay::EndQuestion,
            Act::SomethingWrong => live.overlay = Overlay::WhatIsWrong,
            Act::AskStaff => {
                live.overlay = Overlay::HelpComing;
                self.effects.push(Effect::AskForHelp);
            }
            Act::Wrong(trouble) => {
                live.overlay = Overlay::Repair(trouble, 1);
                self.effects
                    .extend([Effect::Report(trouble), Effect::Repair(trouble)]);
            }
            Act::Repaired(result) => self.repaired(live, result),
            Act::Staff => live.overlay = Overlay::StaffKey(KeyFor::Panel),
            Act::AskInPerson => live.overlay = Overlay::InPersonQuestion,
            other => self.steered(live, other),
        }
    }

    /// What the room says of people, and what the care worker does about them.
    fn steered(&mut self, live: &mut Live, act: Act) {
        match act {
            Act::KnowPerson(seat) => live.people.answer(seat, Welcome::Expected),
            Act::DoNotKnowPerson(seat) => {
                live.people.answer(seat, Welcome::Refused);
                live.overlay = Overlay::Stranger(seat);
            }
            Act::Admit(seat) => self.at(live, seat, Effect::Admit),
            Act::Remove(seat) => {
                self.at(live, seat, Effect::Remove);
                if matches!(live.overlay, Overlay::Stranger(_)) {
                    live.overlay = Overlay::None;
                }
            }
            Act::LockMeeting => self.lock_door(live, Gateway::Closed),
            Act::UnlockMeeting => self.lock_door(live, Gateway::Open),
            Act::Withdraw(index) => self.withdraw(live, index),
            _ => {}
        }
        if let Overlay::StaffPanel { touched } = &mut live.overlay {
            *touched = self.now;
        }
    }

    fn at(&mut self, live: &Live, seat: usize, effect: fn(AttendeeId) -> Effect) {
        if let Some(seat) = live.people.get(seat) {
            self.effects.push(effect(seat.who.clone()));
        }
    }

    fn lock_door(&mut self, live: &mut Live, door: Gateway) {
        live.door = door;
        self.effects.push(Effect::Lock(door));
    }

    /// The patient has changed their mind about a relative. The others see at once who sits here.
    fn withdraw(&mut self, live: &mut Live, index: usize) {
        let answer = Answer::Relative(index, RelativeAnswer::Withdrawn);
        let welcome = live.gates.welcome();
        if let Some((_, kinship)) = welcome.into_iter().find(|(number, _)| *number == index) {
            self.leaves_the_sofa(live, OnSofa::Relative(kinship));
        }
        live.gates.note(answer, self.now);
        let about = live.gates.about(answer.gate());
        let version = live.reservation.text_version;
        self.write_down(live, Recorded::Answered(answer, version, about));
        self.effects.push(Effect::ShowAs(live.on_sofa()));
    }

    /// The shift's code, typed over a meeting. A right one opens what it was asked for.
    pub(super) fn key_typed(&mut self, live: &mut Live, check: KeyCheck) {
        let Overlay::StaffKey(key_for) = live.overlay else {
            return;
        };
        if !self.kit.key.try_open(self.now, check) {
            return;
        }
        live.overlay = match key_for {
            KeyFor::Panel => Overlay::StaffPanel { touched: self.now },
            KeyFor::Sound => {
                self.sound_in_kit(live);
                Overlay::None
            }
        };
    }

    fn by_telephone(&mut self, live: &mut Live) {
        live.overlay = Overlay::None;
        if live.sound == SoundMode::Kit {
            live.sound = SoundMode::Telephone(TelephoneReason::Trouble);
            live.heard_by_telephone = Confirmed::No;
            self.write_down(live, Recorded::ByTelephone(Gateway::Open));
            live.rang = false;
            self.ring_the_room(live);
        }
    }

    /// A host may ask the meeting to ring the room's own telephone; once each time the sound goes by it.
    pub(super) fn ring_the_room(&mut self, live: &mut Live) {
        if live.sound != SoundMode::Kit && live.is_host() && !live.rang {
            live.rang = true;
            self.effects.push(Effect::RingTheRoom);
        }
    }

    /// Where privacy was the reason, only the shift's code opens the sound again.
    fn sound_here(&mut self, live: &mut Live) {
        match live.sound {
            SoundMode::Telephone(TelephoneReason::Privacy) => {
                live.overlay = Overlay::StaffKey(KeyFor::Sound);
            }
            _ => self.sound_in_kit(live),
        }
    }

    fn sound_in_kit(&mut self, live: &mut Live) {
        if live.sound != SoundMode::Kit {
            live.sound = SoundMode::Kit;
            self.write_down(live, Recorded::ByTelephone(Gateway::Closed));
        }
    }

    fn unmute(&mut self, live: &mut Live) {
        live.microphone = Gateway::Open;
        if live.host_microphone == Gateway::Closed {
            self.effects.push(Effect::AskToUnmute);
        }
    }

    fn repaired(&mut self, live: &mut Live, result: RepairResult) {
        live.overlay = match (live.overlay, result) {
            (Overlay::Repair(trouble, tries), RepairResult::DidNotHelp) => {
                self.effects.push(Effect::Repair(trouble));
                Overlay::Repair(trouble, tries.saturating_add(1))
            }
            _ => Overlay::None,
        };
    }
}
