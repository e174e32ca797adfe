//! The care worker's screens in a meeting: who is here and what may be done about them.

use super::{Screen, Sentence, StaffPanel, Stranger, View};
use crate::visit::effect::Gateway;
use crate::visit::event::Act;
use crate::visit::live::Live;
use crate::visit::seat::SeatPlace;

/// The care worker's side of a meeting.
pub(super) fn staff_panel(live: &Live) -> View {
    let host = live.is_host();
    let seats: Vec<_> = live
        .people
        .present()
        .map(|(number, seat)| (number, seat.clone()))
        .collect();
    let relatives = live.gates.welcome();
    let mut acts = vec![Act::Back];
    if host {
        acts.extend(seats.iter().map(|(number, seat)| match seat.place {
            SeatPlace::Waiting => Act::Admit(*number),
            _ => Act::Remove(*number),
        }));
        acts.push(match live.door {
            Gateway::Open => Act::LockMeeting,
            Gateway::Closed => Act::UnlockMeeting,
        });
    }
    acts.extend(relatives.iter().map(|(index, _)| Act::Withdraw(*index)));
    acts.push(Act::AskInPerson);
    let panel = StaffPanel {
        seats,
        relatives,
        host,
        door: live.door,
        sharing_off: live.gates.is_sharing_off(),
    };
    View::new(Screen::StaffPanel(panel), Sentence::StaffSteers, acts)
}

/// Nobody here knows this person. A host removes them or locks the door; a guest asks the host to.
pub(super) fn stranger(live: &Live, number: usize) -> Option<View> {
    let seat = live.people.get(number)?.clone();
    let host = live.is_host();
    let mut acts = vec![Act::Back];
    if host {
        acts.push(Act::Remove(number));
        if live.door == Gateway::Open {
            acts.push(Act::LockMeeting);
        }
    }
    let screen = Screen::Stranger(Stranger { number, seat, host });
    Some(View::new(screen, Sentence::StrangerHere, acts))
}
