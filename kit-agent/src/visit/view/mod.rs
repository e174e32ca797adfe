//! What the screen shows, as keys and data: `screen` copies it into Slint and translates it.
//!
//! A pure function of the state. Screens are those of the visual direction §4. What is known of a meeting appears only
//! in screens that belong to it; the screens outside it hold nothing but a time and an approved title.

mod after;
mod before;
mod during;

use jiff::Timestamp;

use super::Kit;
use super::event::{Act, Confirmed, Trouble, WipeItem};
use super::gates::{Answer, Gate};
use super::readiness::{NotReady, Part, Presence};
use super::reservation::{Kinship, Telephone, TextVersion, Title};
use super::state::{Failure, State};
use crate::meeting::{Attendee, AttendeeId};

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
    /// §4.19.
    CheckOut(Vec<(Part, Option<Presence>)>),
    /// §4.2.
    Tile(Tile),
    /// §4.4; for now only a way back to the care worker.
    BankId,
    /// §4.5.
    KeyPad(KeyPad),
    /// §4.6.
    Gates(GateRows),
    /// §4.6, the text that is read aloud.
    ConsentText(TextVersion),
    /// Shall the visit be given up?
    GiveUpQuestion,
    /// §4.7.
    WaitingRoom(People),
    /// §4.8 to §4.11.
    Meeting(Meeting),
    /// §4.12; the number once it is time to show it.
    Reconnecting(Option<Telephone>),
    /// Help outside the meeting, and "call us": the help desk's number, which the kit knows and the visit does not.
    HelpDesk,
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
    /// §4.16, rating.
    Rating,
    /// §4.17, with the ticks of checks that have passed.
    Wipe(Vec<WipeItem>),
    /// §4.18: parts and which are done.
    Cleaning(Vec<(Part, Confirmed)>),
    /// §4.18, the reasons for not cleaning.
    SkipCleaning,
    /// §4.19, return.
    Return(Vec<(Part, Option<Presence>)>),
}

/// Facts on the ready screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadyFacts {
    /// When the next meeting begins.
    pub next: Option<Timestamp>,
    /// When hygiene was signed.
    pub cleaned_at: Option<Timestamp>,
    /// Battery, percent.
    pub battery_percent: Option<u8>,
}

/// The meeting's tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// When the meeting begins.
    pub starts_at: Timestamp,
    /// From when it can be joined.
    pub opens_at: Timestamp,
    /// Approved wording.
    pub title: Title,
}

/// The keypad for the shift's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPad {
    /// Tries left.
    pub tries_left: u8,
    /// Until when no code is taken.
    pub locked_until: Option<Timestamp>,
}

/// The gates, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateRows {
    /// Each question with its answer so far.
    pub rows: Vec<GateRow>,
    /// The question to answer now.
    pub current: Option<Gate>,
    /// The consent text's version.
    pub text_version: TextVersion,
    /// Number of the one who booked, for a meeting that cannot be held.
    pub telephone: Option<Telephone>,
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateRow {
    /// Which.
    pub gate: Gate,
    /// Whom it is about, for a relative.
    pub kinship: Option<Kinship>,
    /// The answer so far.
    pub answer: Option<Answer>,
    /// When it was given.
    pub answered_at: Option<Timestamp>,
}

/// Who is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Everybody, ourselves too.
    pub roster: Vec<Attendee>,
    /// The number, where it is time to offer it.
    pub telephone: Option<Telephone>,
}

/// The meeting screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Everybody, ourselves too.
    pub roster: Vec<Attendee>,
    /// Who speaks.
    pub speaker: Option<AttendeeId>,
    /// What the stage shows.
    pub stage: Stage,
    /// The number and code, when the sound goes by telephone.
    pub telephone: Option<Telephone>,
    /// Whether our microphone is open for the others.
    pub heard: Confirmed,
}

/// What the stage shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The meeting's picture.
    People,
    /// Slides, by whom where known.
    Slides(Option<AttendeeId>),
    /// The table: sound only.
    Table,
}

/// The sentence of a screen: a key of the translation, never text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each key is one line of the visual direction §4, quoted in the translation file"
)]
pub enum Sentence {
    Starting,
    NotReady(NotReady),
    NothingBooked,
    NextMeeting,
    IsAllThere,
    TakeAnotherKit,
    NoLongerBooked,
    LogInFirst,
    StaffPreparesFirst,
    OpensAt,
    ReadyToJoin,
    MeetingHasBegun,
    Connecting,
    BankIdNotHere,
    TypeCode,
    WrongCode,
    CodeLocked,
    AnswerGate,
    ReadTextAloud,
    WantToGiveUp,
    PanelCloses,
    CannotBeHeld,
    AssessSecrecyFirst,
    AllAnswered,
    WaitingForHost,
    FirstHere,
    WantToCall,
    InMeeting,
    SomebodySpeaks,
    SlidesShown,
    Muted,
    MutedByHost,
    Alone,
    WeakHeard,
    WeakNotConfirmed,
    SoundOnly,
    SoundByTelephone,
    CallingAgain,
    CallingTakesLonger,
    CallMeanwhile,
    WhatDoYouWant,
    HelpIsComing,
    WhatIsWrong,
    DidItHelp,
    RepairFailed,
    WantToEnd,
    CallHelpDesk,
    Failed(Failure),
    MeetingLost,
    MeetingOver,
    HowDidItFeel,
    Removing,
    NotSure,
    NothingLeft { at: Timestamp },
    CleanParts,
    WhyNotClean,
    SignCleaning,
    IsAllBack,
    PutOnCharge,
}

/// The screen of a state.
pub(super) fn of(kit: &Kit, state: &State, now: Timestamp) -> View {
    if kit.help_desk_since.is_some() {
        return View::new(Screen::HelpDesk, Sentence::CallHelpDesk, vec![Act::Back]);
    }
    match state {
        State::Starting { .. } | State::NotReady(_) | State::Ready | State::Reserved => {
            before::shelf(kit, state)
        }
        State::CheckingOut(list) => before::check_out(kit, list),
        State::Preparing(preparation) => before::preparing(kit, preparation, now),
        State::BankId(_) => View::new(
            Screen::BankId,
            Sentence::BankIdNotHere,
            vec![Act::UseStaff, Act::CallSupport],
        ),
        State::Tile(preparation, _) => before::tile(kit, preparation, now),
        State::Connecting(live) => during::connecting(kit, live, now),
        State::WaitingRoom(live) => during::waiting(kit, live, now),
        State::InMeeting(live) => during::meeting(kit, live, now),
        State::Reconnecting(live) => during::reconnecting(kit, live, now),
        State::Failed(live, failure) => during::failed(live, *failure),
        State::Lost(live) => during::lost(live),
        State::Summary(closing) => after::summary(closing),
        State::Rating(_) => after::rating(),
        State::Wiping(wiping) => after::wiping(wiping),
        State::Locked(wiping) => after::locked(wiping),
        State::Wiped { at } => after::wiped(*at),
        State::Cleaning(cleaning) => after::cleaning(cleaning),
        State::Returning(list) => after::returning(list),
        State::Returned { list, .. } => after::returned(list),
    }
}
