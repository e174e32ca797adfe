//! Which act a place on the screen stands for in the present view: the row of a list, the answer to a question. Pure; `touches`
//! asks. What the view does not offer is nothing.

use kit_screens as ui;

use super::Touch;
use crate::visit::View;
use crate::visit::event::Act;
use crate::visit::gates::{Answer, Assessment, Gate, Method, Mixed, Privacy, RelativeAnswer, Sharing};
use crate::visit::readiness::Presence;
use crate::visit::view::Screen;

/// What the room says of the one who was not expected.
pub(super) fn answer_for_person(view: &View, answer: fn(usize) -> Act) -> Option<Touch> {
    let Screen::Meeting(meeting) = &view.screen else {
        return None;
    };
    offered(view, &[answer(meeting.unexpected?)])
}

/// The first of these acts that the view offers.
pub(super) fn offered(view: &View, wanted: &[Act]) -> Option<Touch> {
    let act = wanted.iter().copied().find(|act| view.acts.contains(act));
    act.map(Touch::Act)
}

/// One more tap on a part: there, missing, there.
pub(super) fn tick(view: &View, place: i32) -> Option<Touch> {
    let (Screen::CheckOut(parts) | Screen::Return(parts)) = &view.screen else {
        return None;
    };
    let (part, presence) = *parts.get(usize::try_from(place).ok()?)?;
    let next = match presence {
        Some(Presence::Here) => Presence::Missing,
        None | Some(Presence::Missing) => Presence::Here,
    };
    offered(view, &[Act::Part(part, next)])
}

/// The question in that row.
pub(super) fn gate(view: &View, place: i32) -> Option<Gate> {
    let Screen::Gates(gates) = &view.screen else {
        return None;
    };
    gates.rows.get(usize::try_from(place).ok()?).map(|row| row.gate)
}

/// The act of one answer to one question; help where the answer asks for it.
pub(super) fn answered(view: &View, place: i32, given: ui::GateAnswer) -> Option<Touch> {
    let act = match (gate(view, place)?, given) {
        (Gate::Identity, ui::GateAnswer::Yes) => Act::Answer(Answer::Identity(Method::StaffInRoom)),
        (Gate::Identity, ui::GateAnswer::Known) => Act::Answer(Answer::Identity(Method::KnownFromBefore)),
        (Gate::Identity, ui::GateAnswer::LogIn) => Act::LogInAgain,
        (Gate::Identity, ui::GateAnswer::UseBankId) => Act::UseBankId,
        (Gate::Sharing, ui::GateAnswer::Consents) => sharing(Sharing::Consent),
        (Gate::Sharing, ui::GateAnswer::No) => sharing(Sharing::Refused),
        (Gate::Sharing, ui::GateAnswer::CannotConsent) => sharing(Sharing::CannotConsent),
        (Gate::Secrecy(index), ui::GateAnswer::AllHave | ui::GateAnswer::Yes) => {
            Act::Answer(Answer::Secrecy(index, Assessment::Made))
        }
        // The question stays open until they have.
        (Gate::Secrecy(index), ui::GateAnswer::NotYet) => {
            Act::Answer(Answer::Secrecy(index, Assessment::NotYet))
        }
        (Gate::LegalMode, ui::GateAnswer::Yes) => Act::Answer(Answer::LegalMode(Mixed::SharingLifted)),
        (Gate::LegalMode, ui::GateAnswer::No) => Act::Answer(Answer::LegalMode(Mixed::SharingOff)),
        (Gate::Relative(index), ui::GateAnswer::Yes) => {
            Act::Answer(Answer::Relative(index, RelativeAnswer::Welcome))
        }
        (Gate::Relative(index), ui::GateAnswer::No) => {
            Act::Answer(Answer::Relative(index, RelativeAnswer::NotWelcome))
        }
        (Gate::Privacy, ui::GateAnswer::Nobody) => Act::Answer(Answer::Privacy(Privacy::NobodyElse)),
        (Gate::Privacy, ui::GateAnswer::Unsure) => Act::Answer(Answer::Privacy(Privacy::SoundByTelephone)),
        (Gate::RoomSeen, ui::GateAnswer::Yes) => Act::Answer(Answer::RoomSeen),
        (_, ui::GateAnswer::Help) => Act::CallSupport,
        _ => return None,
    };
    offered(view, &[act])
}

fn sharing(sharing: Sharing) -> Act {
    Act::Answer(Answer::Sharing(sharing))
}
