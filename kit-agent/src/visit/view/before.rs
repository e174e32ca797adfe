//! Screens from the shelf to the tap.

use jiff::Timestamp;

use super::{GateRow, GateRows, KeyPad, ReadyFacts, Screen, Sentence, Tile, View};
use crate::visit::Kit;
use crate::visit::event::Act;
use crate::visit::gates::{Answer, Gate, Sharing};
use crate::visit::readiness::{NotReady, PackingList, Part, Presence};
use crate::visit::reservation::BankIdWay;
use crate::visit::state::{Panel, Preparation, State};

/// On the shelf: starting, not ready, ready, reserved.
pub(super) fn shelf(kit: &Kit, state: &State) -> View {
    let facts = ReadyFacts {
        next: kit.booked.as_ref().map(|booked| booked.starts_at),
        cleaned_at: kit.cleaned_at,
        battery_percent: kit.facts.map(|facts| facts.battery_percent),
    };
    let (sentence, mut acts) = match state {
        State::NotReady(NotReady::Clean) => (Sentence::NotReady(NotReady::Clean), vec![Act::Clean]),
        State::NotReady(reason) => (Sentence::NotReady(*reason), vec![Act::CheckAgain]),
        State::Reserved => (Sentence::NextMeeting, vec![Act::CheckOut]),
        State::Ready => (Sentence::NothingBooked, Vec::new()),
        _ => (Sentence::Starting, Vec::new()),
    };
    acts.push(Act::CallSupport);
    View::new(Screen::Ready(facts), sentence, acts)
}

/// The packing list on the way out.
pub(super) fn check_out(kit: &Kit, list: &PackingList, now: Timestamp) -> View {
    let logs_in = kit.booked.as_ref().is_some_and(|booked| booked.ways.staff_login);
    let mut acts = packing_acts(list);
    let sentence = if list.missing().into_iter().any(Part::is_essential) {
        Sentence::TakeAnotherKit
    } else if kit.booked.is_none() {
        Sentence::NoLongerBooked
    } else if kit.on_shift(now, logs_in).is_none() {
        Sentence::LogInFirst
    } else {
        if list.is_complete() {
            acts.insert(0, Act::ConfirmCheckOut);
        }
        Sentence::IsAllThere
    };
    acts.push(Act::CancelCheckOut);
    View::new(Screen::CheckOut(packing_rows(list)), sentence, acts)
}

/// One tap for each part that is not said to be so already.
pub(super) fn packing_acts(list: &PackingList) -> Vec<Act> {
    let both = [Presence::Here, Presence::Missing];
    let choices = Part::ALL
        .into_iter()
        .flat_map(|part| both.map(|presence| (part, presence)));
    choices
        .filter(|(part, presence)| list.presence(*part) != Some(*presence))
        .map(|(part, presence)| Act::Part(part, presence))
        .collect()
}

/// The parts with what was said of them.
pub(super) fn packing_rows(list: &PackingList) -> Vec<(Part, Option<Presence>)> {
    Part::ALL
        .into_iter()
        .map(|part| (part, list.presence(part)))
        .collect()
}

/// Gates are being passed.
pub(super) fn preparing(kit: &Kit, preparation: &Preparation, now: Timestamp) -> View {
    match preparation.panel {
        Panel::Patient if asks_how(kit, preparation, now) => View::new(
            Screen::Identify(match preparation.reservation.ways.bank_id {
                Some(BankIdWay::Portal { logins }) => logins,
                _ => 1,
            }),
            Sentence::HowDoYouShowWho,
            vec![Act::UseStaff, Act::UseBankId, Act::Staff, Act::CallSupport],
        ),
        Panel::Patient => View::new(
            Screen::Tile(tile_data(preparation)),
            Sentence::StaffPreparesFirst,
            vec![Act::Staff, Act::CallSupport],
        ),
        panel => staff_side(kit, preparation, panel, now),
    }
}

/// All gates passed.
pub(super) fn tile(kit: &Kit, preparation: &Preparation, now: Timestamp) -> View {
    match preparation.panel {
        Panel::Patient => patient_tile(preparation, now),
        panel => staff_side(kit, preparation, panel, now),
    }
}

/// Whether the patient is asked how to show who they are: only where there is a choice.
fn asks_how(kit: &Kit, preparation: &Preparation, now: Timestamp) -> bool {
    let ways = preparation.reservation.ways;
    let staff = ways.staff && kit.on_shift(now, ways.staff_login).is_some();
    preparation.gates.current() == Some(Gate::Identity) && staff && ways.bank_id.is_some()
}

/// The care worker's side.
fn staff_side(kit: &Kit, preparation: &Preparation, panel: Panel, now: Timestamp) -> View {
    match panel {
        Panel::Patient | Panel::KeyPad { .. } => shift_key(kit, preparation, now),
        Panel::Staff { .. } => gates(kit, preparation, now),
        Panel::ConsentText { .. } => {
            let booked = &preparation.reservation;
            View::new(
                Screen::ConsentText(booked.text_version, booked.text.clone()),
                Sentence::ReadTextAloud,
                vec![Act::Back],
            )
        }
        Panel::GiveUpQuestion { .. } => {
            let mut view = give_up_question();
            view.acts.push(Act::AskInPerson);
            view
        }
        Panel::InPersonQuestion { .. } => in_person_question(),
    }
}

/// The keypad before the tap. Where the shift has ended, no code opens it: the care worker logs in again.
fn shift_key(kit: &Kit, preparation: &Preparation, now: Timestamp) -> View {
    let mut view = key_pad(kit, now, Act::ToPatient);
    if kit
        .on_shift(now, preparation.reservation.ways.staff_login)
        .is_none()
    {
        view.sentence = Sentence::ShiftOver;
        view.acts.insert(0, Act::LogInAgain);
    }
    if let Screen::KeyPad(pad) = &mut view.screen {
        pad.patient_can_join = preparation.gates.pass().is_some();
    }
    view
}

/// Would the patient rather meet in person?
pub(super) fn in_person_question() -> View {
    View::new(
        Screen::InPersonQuestion,
        Sentence::WantInPerson,
        vec![Act::Stay, Act::PreferInPerson],
    )
}

/// Giving up removes the meeting from the kit, so one tap is not enough.
pub(super) fn give_up_question() -> View {
    View::new(
        Screen::GiveUpQuestion,
        Sentence::WantToGiveUp,
        vec![Act::Stay, Act::GiveUp],
    )
}

fn patient_tile(preparation: &Preparation, now: Timestamp) -> View {
    let tile = tile_data(preparation);
    let (sentence, mut acts) = if now < tile.opens_at {
        (Sentence::OpensAt, vec![Act::Staff])
    } else if now < tile.starts_at {
        (Sentence::ReadyToJoin, vec![Act::Join, Act::Staff])
    } else {
        (Sentence::MeetingHasBegun, vec![Act::Join, Act::Staff])
    };
    acts.push(Act::CallSupport);
    View::new(Screen::Tile(tile), sentence, acts)
}

/// The tile's data.
fn tile_data(preparation: &Preparation) -> Tile {
    let reservation = &preparation.reservation;
    Tile {
        starts_at: reservation.starts_at,
        opens_at: reservation.opens_at(),
        title: reservation.title,
    }
}

/// The keypad, with the way back.
pub(super) fn key_pad(kit: &Kit, now: Timestamp, back: Act) -> View {
    let pad = KeyPad {
        tries_left: kit.key.tries_left(),
        locked_until: kit.key.locked_until(now),
        patient_can_join: false,
        valid_until: kit.shift.as_ref().and_then(|shift| shift.until),
    };
    let sentence = if pad.locked_until.is_some() {
        Sentence::CodeLocked
    } else if pad.tries_left < crate::visit::staff_key::TRIES {
        Sentence::WrongCode
    } else {
        Sentence::TypeCode
    };
    View::new(Screen::KeyPad(pad), sentence, vec![back])
}

fn gates(kit: &Kit, preparation: &Preparation, now: Timestamp) -> View {
    let gates = &preparation.gates;
    let rows = gate_rows(kit, preparation, now);
    let choices = gates.choices().into_iter();
    // Who vouches must be on shift, and the region must allow it.
    let mut acts: Vec<_> = choices
        .filter(|answer| rows.staff_vouches || answer.gate() != Gate::Identity)
        .map(Act::Answer)
        .collect();
    if gates.current() == Some(Gate::Identity) {
        if rows.bank_id {
            acts.push(Act::UseBankId);
        }
        if !rows.staff_vouches && preparation.reservation.ways.staff {
            acts.push(Act::LogInAgain);
        }
    }
    acts.extend(
        gates
            .all()
            .into_iter()
            .filter(|gate| {
                gates
                    .answer(*gate)
                    .is_some_and(|given| given.lets_pass() || *gate == Gate::Sharing)
            })
            .map(Act::Undo),
    );
    let asks_for_consent = !matches!(
        gates.answer(Gate::Sharing),
        Some(Answer::Sharing(Sharing::Refused | Sharing::CannotConsent))
    );
    if asks_for_consent {
        acts.push(Act::ReadText);
    }
    acts.extend([Act::ToPatient, Act::AskGiveUp, Act::CallSupport]);
    View::new(Screen::Gates(rows), gate_sentence(preparation, now), acts)
}

fn gate_rows(kit: &Kit, preparation: &Preparation, now: Timestamp) -> GateRows {
    let gates = &preparation.gates;
    let ways = preparation.reservation.ways;
    let row = |gate| GateRow {
        gate,
        about: gates.about(gate),
        answer: gates.answer(gate),
        answered_at: gates.answered_at(gate),
    };
    GateRows {
        rows: gates.all().into_iter().map(row).collect(),
        current: gates.current(),
        staff_vouches: ways.staff && kit.on_shift(now, ways.staff_login).is_some(),
        bank_id: ways.bank_id.is_some(),
        text_version: preparation.reservation.text_version,
        telephone: preparation.reservation.telephone.clone(),
    }
}

fn gate_sentence(preparation: &Preparation, now: Timestamp) -> Sentence {
    if preparation.panel.warns_at().is_some_and(|at| at <= now) {
        return Sentence::PanelCloses;
    }
    match preparation.gates.answer(Gate::Sharing) {
        Some(Answer::Sharing(Sharing::Refused)) => Sentence::CannotBeHeld,
        _ if matches!(preparation.gates.current(), Some(Gate::Secrecy(_))) => Sentence::AssessSecrecyFirst,
        _ if preparation.gates.current().is_none() => Sentence::AllAnswered,
        _ => Sentence::AnswerGate,
    }
}
