//! Screens from the waiting room to the end of the meeting.

use kit_screens as ui;

use super::page::Page;
use super::{roles, rows, words};
use crate::meeting::{Attendee, AttendeeId, Means, Place};
use crate::visit::effect::Gateway;
use crate::visit::event::{Act, Confirmed};
use crate::visit::reservation::Telephone;
use crate::visit::seat::{Known, Seat, Welcome};
use crate::visit::view::{Meeting, People, Sentence, Stage};

impl Page<'_> {
    /// §4.7.
    pub(super) fn waiting_room(&self, people: &People) -> ui::Screen {
        let waiting = self.global::<ui::Waiting>();
        if let Some(telephone) = &people.telephone {
            self.phone(telephone);
        }
        let others = people.roster.iter().filter(|person| !person.is_me);
        let guests = others.map(|person| self.person(person, None, None)).collect();
        rows::write(&waiting.get_guests(), guests, |guests| waiting.set_guests(guests));
        waiting.set_state(match self.view.sentence {
            Sentence::WantToCall => ui::WaitingState::Late,
            Sentence::WaitingForHost if !people.roster.is_empty() => ui::WaitingState::HostMissing,
            // A locked room tells nobody who is in it: an empty list says nothing about who is first.
            Sentence::FirstHere if !people.roster.is_empty() => ui::WaitingState::FirstHere,
            _ => ui::WaitingState::Lobby,
        });
        ui::Screen::WaitingRoom
    }

    /// §4.8 to §4.11.
    pub(super) fn meeting(&self, shown: &Meeting) -> ui::Screen {
        let meeting = self.global::<ui::Meeting>();
        let people = self.seated(shown);
        rows::write(&meeting.get_people(), people, |people| meeting.set_people(people));
        let slides = matches!(shown.stage, Stage::Slides(_));
        meeting.set_slides_shown(slides);
        if !slides {
            meeting.set_swapped(false);
        }
        let table = shown.stage == Stage::Table;
        meeting.set_sound_only(table);
        let chosen = shown.picture == Gateway::Closed;
        meeting.set_picture_off(chosen);
        let around = self.around;
        meeting.set_can_turn_picture(!around.camera_missing && !around.held_in_browser);
        meeting.set_camera_off(table || self.around.camera_missing);
        self.ask_for_person(shown);
        meeting.set_can_phone(self.offers(Act::SoundByTelephone));
        self.global::<ui::Phone>()
            .set_heard(shown.heard_by_telephone == Confirmed::Yes);
        meeting.set_muted(shown.heard == Confirmed::No);
        meeting.set_status(status(self.view.sentence));
        meeting.set_status_person(self.told_of(shown));
        match &shown.telephone {
            Some(telephone) => {
                self.phone(telephone);
                ui::Screen::SoundByPhone
            }
            // By telephone without a number: the picture stays and the line says what is known.
            None => ui::Screen::InMeeting,
        }
    }

    /// Somebody came whom nobody expected.
    fn ask_for_person(&self, shown: &Meeting) {
        let meeting = self.global::<ui::Meeting>();
        let asked = |seat: &&Seat| seat.welcome == Welcome::Asked;
        match shown.seats.iter().find(asked) {
            Some(seat) if shown.unexpected.is_some() => {
                meeting.set_new_person(self.seated_person(seat));
                meeting.set_asks(true);
            }
            _ => meeting.set_asks(false),
        }
    }

    /// §4.12.
    pub(super) fn calling_again(&self, telephone: Option<&Telephone>) -> ui::Screen {
        if let Some(telephone) = telephone {
            self.phone(telephone);
        }
        let calling = self.global::<ui::CallingAgain>();
        calling.set_can_call(self.view.acts.contains(&Act::CallInstead));
        calling.set_state(match self.view.sentence {
            Sentence::CallMeanwhile => ui::CallingState::ShowNumber,
            Sentence::CallingTakesLonger => ui::CallingState::TakesLonger,
            _ => ui::CallingState::AtOnce,
        });
        ui::Screen::CallingAgain
    }

    /// §4.15. The view does not say who is left, so nothing is said of it.
    pub(super) fn end_question(&self) -> ui::Screen {
        let question = self.global::<ui::EndQuestion>();
        question.set_asks(ui::EndAsks::Meeting);
        question.set_others_remain(false);
        ui::Screen::EndQuestion
    }

    /// Nobody who was here stays in the window.
    pub(super) fn forget_people(&self) {
        let waiting = self.global::<ui::Waiting>();
        waiting.set_guests(ui::ModelRc::default());
        let meeting = self.global::<ui::Meeting>();
        meeting.set_people(ui::ModelRc::default());
        meeting.set_status_person(ui::Person::default());
        meeting.set_new_person(ui::Person::default());
        meeting.set_asks(false);
        self.global::<ui::StaffPanel>().set_rows(ui::ModelRc::default());
        self.global::<ui::Stranger>().set_person(ui::Person::default());
        self.global::<ui::Recap>().set_people(ui::ModelRc::default());
        self.global::<ui::Gates>().set_rows(ui::ModelRc::default());
        self.forget_codes();
        let phone = self.global::<ui::Phone>();
        phone.set_number("".into());
        phone.set_code("".into());
    }

    fn phone(&self, telephone: &Telephone) {
        let phone = self.global::<ui::Phone>();
        phone.set_number(words::number(telephone).into());
        phone.set_code(words::code(telephone).into());
    }

    /// Who takes part, the speaker first.
    fn seated(&self, shown: &Meeting) -> Vec<ui::Person> {
        let inside = shown
            .roster
            .iter()
            .filter(|person| person.place == Place::InMeeting);
        let mut people: Vec<_> = inside
            .map(|person| self.person(person, shown.speaker.as_ref(), Some(shown)))
            .collect();
        people.sort_by_key(|person| !person.speaking);
        people
    }

    /// Of whom the status line tells; "somebody" where that is not known.
    fn told_of(&self, shown: &Meeting) -> ui::Person {
        let id = match &shown.stage {
            Stage::Slides(by) => by.as_ref(),
            _ => shown.speaker.as_ref(),
        };
        let person = shown.roster.iter().find(|person| Some(&person.id) == id);
        person.map_or_else(ui::Person::default, |person| {
            self.person(person, shown.speaker.as_ref(), Some(shown))
        })
    }

    fn person(&self, person: &Attendee, speaker: Option<&AttendeeId>, shown: Option<&Meeting>) -> ui::Person {
        let named = self.around.names_allowed && !person.is_me;
        let seat = shown.and_then(|shown| shown.seats.iter().find(|seat| seat.who == person.id));
        let patient = shown.map_or(Known::No, |shown| shown.patient_known);
        let (role, known) = match seat {
            _ if person.is_me => (ui::Role::You, patient),
            Some(seat) => (roles::person(seat.role), seat.known),
            None => (ui::Role::Participant, Known::No),
        };
        ui::Person {
            role,
            known: roles::known(known),
            name: if named { person.name.expose() } else { "" }.into(),
            presence: ui::Presence::Here,
            speaking: speaker == Some(&person.id),
            by_phone: person.by == Means::Telephone,
        }
    }
}

fn status(sentence: Sentence) -> ui::StatusLine {
    match sentence {
        Sentence::SomebodySpeaks => ui::StatusLine::Speaking,
        Sentence::SlidesShown => ui::StatusLine::Slides,
        Sentence::SomebodyUnexpected => ui::StatusLine::SomebodyNew,
        Sentence::DoTheyHearUs => ui::StatusLine::DoTheyHear,
        Sentence::NobodyAnswers => ui::StatusLine::NobodyAnswers,
        Sentence::Muted | Sentence::SoundByTelephone | Sentence::HeardByTelephone => ui::StatusLine::Muted,
        Sentence::MutedByHost => ui::StatusLine::MutedByHost,
        Sentence::Alone => ui::StatusLine::Alone,
        Sentence::WeakHeard => ui::StatusLine::WeakNetworkHeard,
        Sentence::WeakNotConfirmed | Sentence::SoundOnly => ui::StatusLine::WeakNetwork,
        _ => ui::StatusLine::InMeeting,
    }
}
