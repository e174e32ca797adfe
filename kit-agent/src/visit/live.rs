//! What belongs to a meeting from the tap to its end: sound, people, the link's quality, and what lies over it.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::deadline;
use super::effect::{Gateway, OnSofa, SoundRoute};
use super::event::{Confirmed, Reading, Staff, Trouble};
use super::gates::{Gated, Gates, Privacy};
use super::link_line::LinkLine;
use super::people::People;
use super::reservation::Reservation;
use super::seat::PersonRole;
use super::sound_check::SoundCheck;
use super::state::Preparation;
use crate::meeting::{Attendee, AttendeeId, Place, Standing};

/// From the tap to the end of the meeting.
#[derive(Debug)]
pub struct Live {
    /// The booked meeting.
    pub reservation: Reservation,
    /// Who took the kit out.
    pub staff: Staff,
    /// Proof of the gates, for joining again.
    pub gated: Gated,
    /// The answers, for what may be taken back in the meeting.
    pub gates: Gates,
    /// Where the citizens' portal led to, if it did.
    pub portal_link: Option<SecretString>,
    /// Since when in the present state.
    pub since: Timestamp,
    /// Whether the meeting wants a login of its own, whose page is shown.
    pub login_wanted: bool,
    /// First entry into the meeting itself.
    pub joined_at: Option<Timestamp>,
    /// Where the sound goes.
    pub sound: SoundMode,
    /// Our microphone, as the patient wants it.
    pub microphone: Gateway,
    /// Our microphone, as the host wants it.
    pub host_microphone: Gateway,
    /// Pictures in both directions, as the patient wants them.
    pub picture: Gateway,
    /// Whether the kit reads aloud just now.
    pub reading: Reading,
    /// Who is here.
    pub roster: Vec<Attendee>,
    /// The same people in their roles, with those who left.
    pub people: People,
    /// Who sat on the sofa and left it while the meeting went on.
    pub left_the_sofa: Vec<PersonRole>,
    /// Whether the others have answered that they hear us.
    pub check: SoundCheck,
    /// Whether the host has let the room's own telephone in: the patient is heard by it.
    pub heard_by_telephone: Confirmed,
    /// Whether the meeting was asked to ring the room's own telephone.
    pub rang: bool,
    /// Whether others can still come in, as we asked for it.
    pub door: Gateway,
    /// Most people in the meeting at the same time.
    pub most_present: usize,
    /// Who speaks.
    pub speaker: Option<AttendeeId>,
    /// Whether slides are shown, and by whom.
    pub slides: Option<Slides>,
    /// How well the link carries.
    pub link: LinkLine,
    /// Whether our sound is confirmed to arrive.
    pub our_sound: Confirmed,
    /// What lies over the meeting.
    pub overlay: Overlay,
}

/// Slides are being shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slides {
    /// By whom, where the service says so.
    pub by: Option<AttendeeId>,
}

/// Where the meeting's sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundMode {
    /// Through the kit.
    Kit,
    /// By telephone; the kit is silent.
    Telephone(TelephoneReason),
}

/// Why the sound goes by telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TelephoneReason {
    /// Somebody else might hear: only staff may undo it.
    Privacy,
    /// The sound over the network did not work.
    Trouble,
}

/// What lies over the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// Help.
    Help,
    /// Help was asked for.
    HelpComing,
    /// What is wrong?
    WhatIsWrong,
    /// A repair was tried this many times.
    Repair(Trouble, u8),
    /// Shall the meeting be left?
    EndQuestion,
    /// The shift's code.
    StaffKey(KeyFor),
    /// The care worker's side: who is here, admit, remove, lock, take back.
    StaffPanel {
        /// Last touch.
        touched: Timestamp,
    },
    /// Nobody here knows this person: what now?
    Stranger(usize),
    /// Would the patient rather meet in person?
    InPersonQuestion,
    /// Not in the meeting: shall the visit be given up?
    GiveUpQuestion,
}

/// What the shift's code opens in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFor {
    /// The sound, after a doubt about privacy.
    Sound,
    /// The care worker's side.
    Panel,
}

/// Repairs before another way is offered.
pub const REPAIRS: u8 = 2;

impl Live {
    /// A visit at the moment of the tap.
    #[must_use]
    pub fn new(preparation: Preparation, gated: Gated, now: Timestamp) -> Self {
        let sound = match gated.privacy() {
            Privacy::NobodyElse => SoundMode::Kit,
            Privacy::SoundByTelephone => SoundMode::Telephone(TelephoneReason::Privacy),
        };
        Self {
            reservation: preparation.reservation,
            staff: preparation.staff,
            gated,
            gates: preparation.gates,
            portal_link: preparation.portal_link,
            since: now,
            login_wanted: false,
            joined_at: None,
            sound,
            microphone: Gateway::Open,
            host_microphone: Gateway::Open,
            picture: Gateway::Open,
            reading: Reading::Silent,
            roster: Vec::new(),
            people: People::default(),
            left_the_sofa: Vec::new(),
            check: SoundCheck::default(),
            heard_by_telephone: Confirmed::No,
            rang: false,
            door: Gateway::Open,
            most_present: 0,
            speaker: None,
            slides: None,
            link: LinkLine::new(now),
            our_sound: Confirmed::No,
            overlay: Overlay::None,
        }
    }

    /// How long coming in may take: a person who logs in takes longer than a network.
    #[must_use]
    pub(super) fn connects_within(&self) -> SignedDuration {
        if self.login_wanted {
            deadline::BANK_ID
        } else {
            deadline::CONNECTING
        }
    }

    /// Who sits here, by role.
    #[must_use]
    pub fn on_sofa(&self) -> Vec<OnSofa> {
        let welcome = self.gates.welcome().into_iter();
        let relatives = welcome.map(|(_, kinship)| OnSofa::Relative(kinship));
        let mut sofa = vec![OnSofa::Patient];
        sofa.extend(relatives);
        sofa.push(OnSofa::Staff(self.staff.role));
        sofa
    }

    /// Whether the kit may steer the meeting.
    #[must_use]
    pub fn is_host(&self) -> bool {
        let mut me = self.roster.iter().filter(|person| person.is_me);
        me.any(|person| person.standing == Standing::Host)
    }

    /// Whether somebody else takes part.
    #[must_use]
    pub fn has_company(&self) -> bool {
        let inside = |person: &Attendee| !person.is_me && person.place == Place::InMeeting;
        self.roster.iter().any(inside)
    }

    /// Where sound may go now.
    #[must_use]
    pub fn sound_route(&self) -> SoundRoute {
        let mut route = self.sound_as_agreed();
        if self.reading == Reading::Aloud {
            route.microphone = Gateway::Closed;
        }
        route
    }

    /// Where sound may go apart from the moments in which the kit reads aloud.
    #[must_use]
    pub fn sound_as_agreed(&self) -> SoundRoute {
        match self.sound {
            SoundMode::Telephone(_) => SoundRoute::SILENT,
            SoundMode::Kit => SoundRoute {
                microphone: self.microphone,
                loudspeaker: Gateway::Open,
            },
        }
    }
}
