//! When time alone changes the state or the screen.

use jiff::{SignedDuration, Timestamp};

use super::Kit;
use super::live::{Live, Overlay};
use super::state::{BankIdStep, Panel, Preparation, State};

/// The kit's own check must answer within this.
pub(super) const STARTING: SignedDuration = SignedDuration::from_secs(60);
/// The first contact with the meeting must be made within this.
pub(super) const CONNECTING: SignedDuration = SignedDuration::from_secs(90);
/// Calling again goes on this long.
pub(super) const RECONNECTING: SignedDuration = SignedDuration::from_mins(30);
/// A lost meeting can be joined again this long.
pub(super) const REJOIN: SignedDuration = SignedDuration::from_mins(15);
/// After the meeting, an untouched screen begins the wipe by itself.
pub(super) const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(10);
/// The wipe must be confirmed within this.
pub(super) const WIPE: SignedDuration = SignedDuration::from_secs(60);
/// The staff's side warns that it will close.
pub(super) const PANEL_WARNS: SignedDuration = SignedDuration::from_secs(45);
/// The staff's side closes.
pub(super) const PANEL_CLOSES: SignedDuration = SignedDuration::from_secs(60);
/// The help desk's number, left alone, gives way to what lies under it.
pub(super) const HELP_DESK: SignedDuration = SignedDuration::from_mins(3);
/// A care worker's login, left alone, gives way to the shelf.
pub(super) const STAFF_LOGIN: SignedDuration = SignedDuration::from_mins(10);
/// "Now you are logged in" is shown this long.
pub(super) const LOGGED_IN: SignedDuration = SignedDuration::from_secs(3);
/// A patient's login must come on within this, in each of its steps.
pub(super) const BANK_ID: SignedDuration = SignedDuration::from_mins(10);
/// "Do you want to try again?", left alone, gives way to the patient's screen.
pub(super) const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(3);
/// "Put the kit on its charger", left alone, gives way to the shelf.
pub(super) const CHARGER: SignedDuration = SignedDuration::from_secs(60);
/// Calling again: the second wording.
pub(super) const TAKES_LONGER: SignedDuration = SignedDuration::from_secs(20);
/// Calling again: the telephone number is shown.
pub(super) const SHOWS_NUMBER: SignedDuration = SignedDuration::from_secs(60);
/// In the waiting room past the meeting's time: offer to ring.
pub(super) const OFFERS_CALL: SignedDuration = SignedDuration::from_mins(10);

/// How long a step of a patient's login may take.
pub(super) fn of_bank_id(step: BankIdStep) -> SignedDuration {
    match step {
        BankIdStep::Done => LOGGED_IN,
        BankIdStep::Cancelled | BankIdStep::Failed(_) => TRY_AGAIN,
        _ => BANK_ID,
    }
}

impl Panel {
    /// When an untouched staff's side closes.
    pub(super) fn left_alone_at(self) -> Option<Timestamp> {
        match self {
            Panel::Patient => None,
            Panel::KeyPad { touched }
            | Panel::Staff { touched }
            | Panel::ConsentText { touched }
            | Panel::GiveUpQuestion { touched }
            | Panel::InPersonQuestion { touched } => Some(touched + PANEL_CLOSES),
        }
    }

    /// When an untouched staff's side warns.
    pub(super) fn warns_at(self) -> Option<Timestamp> {
        self.left_alone_at().map(|at| at - (PANEL_CLOSES - PANEL_WARNS))
    }
}

/// The next moment after `now` at which time alone changes something.
pub(super) fn next(kit: &Kit, state: &State, now: Timestamp) -> Option<Timestamp> {
    let mut moments = match state {
        State::Starting { since } => vec![*since + STARTING],
        State::LoggingIn(login) => vec![login.since + STAFF_LOGIN],
        State::BankId(login) => vec![login.since + of_bank_id(login.step)],
        State::Preparing(preparation) => panel(kit, preparation, now),
        State::Tile(preparation, _) => {
            let mut moments = panel(kit, preparation, now);
            moments.extend([
                preparation.reservation.opens_at(),
                preparation.reservation.starts_at,
            ]);
            moments
        }
        State::Connecting(live) => meeting(kit, live, now, &[live.connects_within()]),
        State::WaitingRoom(live) => {
            let mut moments = meeting(kit, live, now, &[]);
            moments.push(live.reservation.starts_at + OFFERS_CALL);
            moments
        }
        State::InMeeting(live) => meeting(kit, live, now, &[]),
        State::Reconnecting(live) => meeting(kit, live, now, &[TAKES_LONGER, SHOWS_NUMBER, RECONNECTING]),
        State::Failed(live, _) | State::Lost(live) => vec![live.since + REJOIN],
        State::Summary(closing) | State::Recap(closing) | State::Rating(closing) => {
            vec![closing.since + LEFT_ALONE]
        }
        State::Wiping(wiping) => vec![wiping.since + WIPE],
        State::Returned { since, .. } => vec![*since + CHARGER],
        _ => Vec::new(),
    };
    moments.extend(kit.help_desk_since.map(|since| since + HELP_DESK));
    moments.into_iter().filter(|at| *at > now).min()
}

fn panel(kit: &Kit, preparation: &Preparation, now: Timestamp) -> Vec<Timestamp> {
    let panel = preparation.panel;
    let shift_ends = kit.shift.as_ref().and_then(|shift| shift.until);
    [
        panel.warns_at(),
        panel.left_alone_at(),
        kit.key.locked_until(now),
        shift_ends,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn meeting(kit: &Kit, live: &Live, now: Timestamp, since: &[SignedDuration]) -> Vec<Timestamp> {
    let mut moments: Vec<_> = since.iter().map(|after| live.since + *after).collect();
    moments.extend(live.link.changes_at());
    moments.extend(live.check.gives_up_at());
    match live.overlay {
        Overlay::StaffKey(_) => moments.extend(kit.key.locked_until(now)),
        Overlay::StaffPanel { touched } => moments.push(touched + PANEL_CLOSES),
        _ => {}
    }
    moments
}
