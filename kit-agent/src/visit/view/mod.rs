//! What the screen shows, as keys and data: `screen` copies it into Slint and translates it.
//!
//! A pure function of the state. Screens are those of the visual direction §4. What is known of a meeting appears only
//! in screens that belong to it; the screens outside it hold nothing but a time and an approved title.

mod after;
mod before;
mod data;
mod during;
mod logins;
mod sentence;
mod steering;

use jiff::Timestamp;

use super::Kit;
use super::event::{Act, Trouble, WipeItem};
use super::readiness::{Part, Presence};
use super::reservation::{AdoptedText, Telephone, TextVersion};
use super::seat::PersonRole;
use super::state::{BankIdStep, Failure, LoginTime, State};

pub use data::{
    CleaningPage, GateRow, GateRows, KeyPad, LoginPage, Meeting, People, PortalPage, ReadyFacts, StaffPanel,
    Stage, Stranger, Tile,
};
pub use sentence::Sentence;

/// One screen: what it is, what it says, what can be done, the primary act first.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Which screen, with its data.
    pub screen: Screen,
    /// Its one sentence.
    pub sentence: Sentence,
    /// What can be tapped now, the primary act first.
    pub acts: Vec<Act>,
}

impl View {
    pub(super) fn new(screen: Screen, sentence: Sentence, acts: Vec<Act>) -> Self {
        Self {
            screen,
            sentence,
            acts,
        }
    }
}

/// Which screen of the visual direction §4, with all that it shows besides its sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// §4.1, starting, not ready or ready.
    Ready(ReadyFacts),
    /// The care worker's login for the shift; the code to scan is not the visit's.
    StaffLogin(LoginPage),
    /// The shift's code is chosen, on the keypad of §4.5.
    ChooseCode,
    /// §4.19.
    CheckOut(Vec<(Part, Option<Presence>)>),
    /// §4.3, with how many logins `BankID` takes.
    Identify(u8),
    /// §4.2.
    Tile(Tile),
    /// §4.4, the region's own login; the code to scan is not the visit's.
    BankId(BankIdStep, LoginTime),
    /// §4.4, the citizens' portal in the throw-away browser, with our own frame around it.
    Portal(PortalPage),
    /// §4.5.
    KeyPad(KeyPad),
    /// §4.6.
    Gates(GateRows),
    /// §4.6, the text that is read aloud; none where the built-in one is in force.
    ConsentText(TextVersion, Option<AdoptedText>),
    /// Would the patient rather meet in person?
    InPersonQuestion,
    /// Shall the visit be given up?
    GiveUpQuestion,
    /// §4.7.
    WaitingRoom(People),
    /// §4.8 to §4.11.
    Meeting(Meeting),
    /// The care worker's side of a meeting.
    StaffPanel(StaffPanel),
    /// Nobody here knows this person.
    Stranger(Stranger),
    /// §4.12; the number once it is time to show it.
    Reconnecting(Option<Telephone>),
    /// Help outside the meeting, and "call us": the help desk's number, which the kit knows and the visit does not.
    HelpDesk {
        /// Whether "I would rather meet in person" is offered.
        in_person: bool,
    },
    /// §4.13; its sentence tells whether help was asked for.
    Help {
        /// Whether there is a meeting to go back to, or only the way into it.
        in_meeting: bool,
    },
    /// §4.14.
    WhatIsWrong,
    /// §4.14, one repair.
    Repair(Trouble),
    /// §4.15.
    EndQuestion,
    /// Not let in, with the number to ring.
    Failed(Failure, Option<Telephone>),
    /// §4.16, lost.
    Lost(Option<Telephone>),
    /// §4.16.
    Summary {
        /// Most people at the same time.
        most_present: usize,
        /// Minutes in the meeting.
        minutes: i64,
    },
    /// What was decided, who does what; and who was here, by role.
    Recap(Vec<PersonRole>),
    /// §4.16, rating.
    Rating,
    /// §4.17, with the ticks of checks that have passed.
    Wipe(Vec<WipeItem>),
    /// §4.18: parts and which are done.
    Cleaning(CleaningPage),
    /// §4.18, the reasons for not cleaning.
    SkipCleaning,
    /// §4.19, return.
    Return(Vec<(Part, Option<Presence>)>),
}

/// The screen of a state.
pub(super) fn of(kit: &Kit, state: &State, now: Timestamp) -> View {
    if kit.help_desk_since.is_some() {
        return help_desk(state);
    }
    match state {
        State::Starting { .. } | State::NotReady(_) | State::Ready | State::Reserved => {
            before::shelf(kit, state)
        }
        State::LoggingIn(login) => logins::logging_in(login),
        State::CheckingOut(list) => before::check_out(kit, list, now),
        State::Preparing(preparation) => before::preparing(kit, preparation, now),
        State::BankId(login) => logins::bank_id(login),
        State::Tile(preparation, _) => before::tile(kit, preparation, now),
        State::Connecting(live) => during::connecting(kit, live, now),
        State::WaitingRoom(live) => during::waiting(kit, live, now),
        State::InMeeting(live) => during::meeting(kit, live, now),
        State::Reconnecting(live) => during::reconnecting(kit, live, now),
        State::Failed(live, failure) => during::failed(live, *failure),
        State::Lost(live) => during::lost(live),
        State::Summary(closing) => after::summary(closing),
        State::Recap(closing) => after::recap(closing),
        State::Rating(_) => after::rating(),
        State::Wiping(wiping) => after::wiping(wiping),
        State::Locked(wiping) => after::locked(wiping),
        State::Wiped { at } => after::wiped(*at),
        State::Cleaning(cleaning) => after::cleaning(cleaning),
        State::Returning(list) => after::returning(list),
        State::Returned { list, .. } => after::returned(list),
    }
}

/// The help desk's number, over whatever is shown. Before the meeting the patient may also say so here, who would rather
/// meet in person.
fn help_desk(state: &State) -> View {
    let in_person = matches!(state, State::Preparing(_) | State::Tile(..));
    let mut acts = vec![Act::Back];
    if in_person {
        acts.push(Act::AskInPerson);
    }
    View::new(Screen::HelpDesk { in_person }, Sentence::CallHelpDesk, acts)
}
