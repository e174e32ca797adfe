//! Screens from the tap to the end of the meeting.

use jiff::Timestamp;

use super::before::{give_up_question, in_person_question, key_pad};
use super::steering::{staff_panel, stranger};
use super::{Meeting, People, PortalPage, Screen, Sentence, Stage, Tile, View};
use crate::visit::attendance::on_sofa;
use crate::visit::effect::{Gateway, OnSofa};
use crate::visit::event::{Act, Confirmed, RepairResult, Trouble};
use crate::visit::live::{Live, Overlay, REPAIRS, SoundMode};
use crate::visit::reservation::Telephone;
use crate::visit::sound_check::SoundCheck;
use crate::visit::state::{BankIdStep, Failure};
use crate::visit::{Kit, deadline};

/// On the way in.
pub(super) fn connecting(kit: &Kit, live: &Live, now: Timestamp) -> View {
    over(kit, live, now).unwrap_or_else(|| {
        if live.login_wanted {
            return login(live);
        }
        let booked = &live.reservation;
        let tile = Tile {
            starts_at: booked.starts_at,
            opens_at: booked.opens_at(),
            title: booked.title,
        };
        View::new(Screen::Tile(tile), Sentence::Connecting, vec![Act::Help])
    })
}

/// The meeting's own login: the frame around its page.
fn login(live: &Live) -> View {
    // After the portal's it is the second.
    let login = 1 + u8::from(live.portal_link.is_some());
    let page = PortalPage {
        login,
        logins: login,
        step: BankIdStep::Shown,
    };
    let acts = vec![Act::UseStaff, Act::CallSupport];
    View::new(Screen::Portal(page), Sentence::BankId(BankIdStep::Shown), acts)
}

/// Somebody must let us in.
pub(super) fn waiting(kit: &Kit, live: &Live, now: Timestamp) -> View {
    over(kit, live, now).unwrap_or_else(|| {
        let late = now >= live.reservation.starts_at + deadline::OFFERS_CALL;
        let telephone = live.reservation.telephone.clone().filter(|_| late);
        let sentence = if telephone.is_some() {
            Sentence::WantToCall
        } else if live.roster.iter().all(|person| person.is_me) {
            Sentence::FirstHere
        } else {
            Sentence::WaitingForHost
        };
        let people = People {
            roster: live.roster.clone(),
            telephone,
        };
        View::new(Screen::WaitingRoom(people), sentence, vec![Act::Help, Act::End])
    })
}

/// In the meeting.
pub(super) fn meeting(kit: &Kit, live: &Live, now: Timestamp) -> View {
    over(kit, live, now).unwrap_or_else(|| {
        let unexpected = live.people.asked();
        let data = Meeting {
            roster: live.roster.clone(),
            seats: live.people.present().map(|(_, seat)| seat.clone()).collect(),
            patient_known: on_sofa(live, OnSofa::Patient).1,
            unexpected,
            speaker: live.speaker.clone(),
            stage: stage(live),
            picture: live.picture,
            telephone: telephone_in_use(live),
            heard_by_telephone: live.heard_by_telephone,
            heard: heard(live),
        };
        let mut acts = vec![sound_act(live), Act::Help, Act::End];
        // The question about a person stands where one's own picture does otherwise.
        match (unexpected, live.picture) {
            (Some(seat), _) => acts.extend([Act::KnowPerson(seat), Act::DoNotKnowPerson(seat)]),
            (None, Gateway::Open) => acts.push(Act::PictureOff),
            (None, Gateway::Closed) => acts.push(Act::PictureOn),
        }
        if live.sound == SoundMode::Kit && live.reservation.telephone.is_some() {
            acts.push(Act::SoundByTelephone);
        }
        View::new(Screen::Meeting(data), meeting_sentence(live), acts)
    })
}

/// Calling again; never a dead end.
pub(super) fn reconnecting(kit: &Kit, live: &Live, now: Timestamp) -> View {
    over(kit, live, now).unwrap_or_else(|| {
        let calling = now.duration_since(live.since);
        let asked = matches!(live.sound, SoundMode::Telephone(_));
        let telephone = live
            .reservation
            .telephone
            .clone()
            .filter(|_| asked || calling >= deadline::SHOWS_NUMBER);
        let sentence = if telephone.is_some() {
            Sentence::CallMeanwhile
        } else if calling >= deadline::TAKES_LONGER {
            Sentence::CallingTakesLonger
        } else {
            Sentence::CallingAgain
        };
        let mut acts = vec![Act::Help];
        if live.reservation.telephone.is_some() && !asked {
            acts.insert(0, Act::CallInstead);
        }
        View::new(Screen::Reconnecting(telephone), sentence, acts)
    })
}

/// Not let in, or not reachable.
pub(super) fn failed(live: &Live, failure: Failure) -> View {
    if live.overlay == Overlay::GiveUpQuestion {
        return give_up_question();
    }
    let mut acts = vec![Act::AskGiveUp, Act::CallSupport];
    if failure.may_pass() {
        acts.insert(0, Act::JoinAgain);
    }
    View::new(
        Screen::Failed(failure, live.reservation.telephone.clone()),
        Sentence::Failed(failure),
        acts,
    )
}

/// Lost, and it can be joined again.
pub(super) fn lost(live: &Live) -> View {
    let telephone = live.reservation.telephone.clone();
    View::new(
        Screen::Lost(telephone),
        Sentence::MeetingLost,
        vec![Act::JoinAgain, Act::Next, Act::CallSupport],
    )
}

/// Whatever lies over the meeting.
fn over(kit: &Kit, live: &Live, now: Timestamp) -> Option<View> {
    let view = match live.overlay {
        Overlay::None => return None,
        Overlay::Help => View::new(
            help(live),
            Sentence::WhatDoYouWant,
            vec![
                Act::Back,
                Act::AskStaff,
                Act::SomethingWrong,
                Act::End,
                Act::Staff,
            ],
        ),
        Overlay::HelpComing => View::new(help(live), Sentence::HelpIsComing, vec![Act::Back]),
        Overlay::WhatIsWrong => View::new(Screen::WhatIsWrong, Sentence::WhatIsWrong, wrong_acts()),
        Overlay::Repair(trouble, tries) => repair(live, trouble, tries),
        Overlay::EndQuestion => View::new(
            Screen::EndQuestion,
            Sentence::WantToEnd,
            vec![Act::Stay, Act::Leave],
        ),
        Overlay::StaffKey(_) => key_pad(kit, now, Act::Back),
        Overlay::StaffPanel { .. } => staff_panel(live),
        Overlay::Stranger(number) => return stranger(live, number),
        Overlay::InPersonQuestion => in_person_question(),
        Overlay::GiveUpQuestion => give_up_question(),
    };
    Some(view)
}

fn help(live: &Live) -> Screen {
    Screen::Help {
        in_meeting: live.joined_at.is_some(),
    }
}

fn wrong_acts() -> Vec<Act> {
    let troubles = [
        Trouble::WeHearNothing,
        Trouble::TheyDoNotHearUs,
        Trouble::NoPicture,
        Trouble::Broken,
    ];
    let mut acts = troubles.map(Act::Wrong).to_vec();
    acts.extend([Act::Back, Act::CallSupport]);
    acts
}

fn repair(live: &Live, trouble: Trouble, tries: u8) -> View {
    let mut acts = vec![
        Act::Repaired(RepairResult::Helped),
        Act::Repaired(RepairResult::DidNotHelp),
        Act::Back,
    ];
    if tries <= REPAIRS {
        return View::new(Screen::Repair(trouble), Sentence::DidItHelp, acts);
    }
    acts = vec![Act::CallSupport, Act::Back];
    if live.reservation.telephone.is_some() && live.sound == SoundMode::Kit {
        acts.insert(0, Act::SoundByTelephone);
    }
    View::new(Screen::Repair(trouble), Sentence::RepairFailed, acts)
}

fn sound_act(live: &Live) -> Act {
    match live.sound {
        SoundMode::Telephone(_) => Act::SoundHere,
        SoundMode::Kit if heard(live) == Confirmed::Yes => Act::Mute,
        SoundMode::Kit => Act::Unmute,
    }
}

/// Whether the meeting may hear the room, by the patient's and the host's will.
fn heard(live: &Live) -> Confirmed {
    let open = [live.microphone, live.host_microphone]
        .iter()
        .all(|gateway| *gateway == Gateway::Open);
    if open && live.sound == SoundMode::Kit {
        Confirmed::Yes
    } else {
        Confirmed::No
    }
}

fn telephone_in_use(live: &Live) -> Option<Telephone> {
    match live.sound {
        SoundMode::Telephone(_) => live.reservation.telephone.clone(),
        SoundMode::Kit => None,
    }
}

fn stage(live: &Live) -> Stage {
    match &live.slides {
        _ if live.picture == Gateway::Closed => Stage::Table,
        Some(slides) => Stage::Slides(slides.by.clone()),
        None if live.link.is_sound_only() => Stage::Table,
        None => Stage::People,
    }
}

/// The status line: what the patient must know first comes first.
fn meeting_sentence(live: &Live) -> Sentence {
    if live.people.asked().is_some() {
        Sentence::SomebodyUnexpected
    } else if live.sound != SoundMode::Kit {
        match live.heard_by_telephone {
            Confirmed::Yes => Sentence::HeardByTelephone,
            Confirmed::No => Sentence::SoundByTelephone,
        }
    } else if live.microphone == Gateway::Closed {
        Sentence::Muted
    } else if live.host_microphone == Gateway::Closed {
        Sentence::MutedByHost
    } else if live.link.is_shown() {
        weak_sentence(live)
    } else if live.slides.is_some() {
        Sentence::SlidesShown
    } else if !live.has_company() {
        Sentence::Alone
    } else if live.speaker.is_some() {
        Sentence::SomebodySpeaks
    } else {
        match live.check {
            SoundCheck::Asking { .. } => Sentence::DoTheyHearUs,
            SoundCheck::Silent => Sentence::NobodyAnswers,
            SoundCheck::NotBegun | SoundCheck::Heard => Sentence::InMeeting,
        }
    }
}

/// "Everybody hears you" is said only when it is known.
fn weak_sentence(live: &Live) -> Sentence {
    match (live.our_sound, live.link.is_sound_only()) {
        (_, true) => Sentence::SoundOnly,
        (Confirmed::Yes, false) => Sentence::WeakHeard,
        (Confirmed::No, false) => Sentence::WeakNotConfirmed,
    }
}
