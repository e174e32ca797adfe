//! What the buttons do while the meeting goes on, and who is in it.

use super::effect::{Effect, Gateway};
use super::event::{Act, RepairResult};
use super::live::{Live, Overlay, Slides, SoundMode, TelephoneReason};
use super::turn::Turn;
use crate::meeting::{MeetingEvent, Place};

impl Turn<'_> {
    /// Performs a button that keeps the meeting going. The view has already said that it is offered.
    pub(super) fn tapped(&mut self, live: &mut Live, act: Act) {
        match act {
            Act::Mute => live.microphone = Gateway::Closed,
            Act::Unmute => self.unmute(live),
            Act::SoundByTelephone | Act::CallInstead => by_telephone(live),
            Act::SoundHere => sound_here(live),
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
            _ => {}
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

fn by_telephone(live: &mut Live) {
    live.overlay = Overlay::None;
    if live.sound == SoundMode::Kit {
        live.sound = SoundMode::Telephone(TelephoneReason::Trouble);
    }
}

/// Where privacy was the reason, only the shift's code opens the sound again.
fn sound_here(live: &mut Live) {
    match live.sound {
        SoundMode::Telephone(TelephoneReason::Privacy) => live.overlay = Overlay::StaffKey,
        _ => live.sound = SoundMode::Kit,
    }
}

/// Notes who is here, who speaks and who shows something.
pub(super) fn note_people(live: &mut Live, news: MeetingEvent) {
    match news {
        MeetingEvent::Roster(roster) => {
            let present = roster
                .iter()
                .filter(|person| person.place == Place::InMeeting)
                .count();
            live.most_present = live.most_present.max(present);
            live.roster = roster;
        }
        MeetingEvent::Speaker(speaker) => live.speaker = speaker,
        MeetingEvent::SlidesStarted { by } => live.slides = Some(Slides { by }),
        MeetingEvent::SlidesStopped => live.slides = None,
        MeetingEvent::MutedByHost => live.host_microphone = Gateway::Closed,
        MeetingEvent::UnmutedByHost => live.host_microphone = Gateway::Open,
        _ => {}
    }
}
