//! The care worker's screens in a meeting, and who was here at its end.

use kit_screens as ui;

use super::page::Page;
use super::{roles, rows};
use crate::visit::effect::Gateway;
use crate::visit::event::Act;
use crate::visit::seat::{Known, PersonRole, Seat, SeatPlace, Welcome};
use crate::visit::view::{StaffPanel, Stranger, View};

impl Page<'_> {
    /// Who is here and what may be done.
    pub(super) fn staff_panel(&self, shown: &StaffPanel) -> ui::Screen {
        let panel = self.global::<ui::StaffPanel>();
        let acts = panel_acts(shown);
        let all = acts.iter().map(|row| match row {
            Row::Seat(number, seat) => ui::PanelRow {
                person: self.seated_person(seat),
                waiting: seat.place == SeatPlace::Waiting,
                act: self.panel_act(*number),
            },
            Row::Relative(_, kinship) => ui::PanelRow {
                person: ui::Person {
                    role: roles::relative(*kinship),
                    presence: ui::Presence::Here,
                    known: roles::known(Known::ByPatient),
                    ..ui::Person::default()
                },
                waiting: false,
                act: ui::PanelAct::Withdraw,
            },
        });
        rows::write(&panel.get_rows(), all.collect(), |all| panel.set_rows(all));
        panel.set_host(shown.host);
        panel.set_locked(shown.door == Gateway::Closed);
        panel.set_sharing_off(shown.sharing_off);
        ui::Screen::StaffPanel
    }

    fn panel_act(&self, number: usize) -> ui::PanelAct {
        if self.offers(Act::Admit(number)) {
            ui::PanelAct::Admit
        } else if self.offers(Act::Remove(number)) {
            ui::PanelAct::Remove
        } else {
            ui::PanelAct::None
        }
    }

    /// Nobody here knows this person.
    pub(super) fn stranger(&self, shown: &Stranger) -> ui::Screen {
        let stranger = self.global::<ui::Stranger>();
        stranger.set_person(self.seated_person(&shown.seat));
        stranger.set_host(shown.host);
        stranger.set_can_lock(self.offers(Act::LockMeeting));
        ui::Screen::Stranger
    }

    /// Who was here, and the questions to ask one another.
    pub(super) fn recap(&self, were_here: &[PersonRole]) -> ui::Screen {
        let recap = self.global::<ui::Recap>();
        let people = were_here.iter().map(|role| ui::Person {
            role: roles::person(*role),
            ..ui::Person::default()
        });
        rows::write(&recap.get_people(), people.collect(), |people| {
            recap.set_people(people);
        });
        ui::Screen::Recap
    }

    /// Somebody of the meeting's list in their role.
    pub(super) fn seated_person(&self, seat: &Seat) -> ui::Person {
        let name = if self.around.names_allowed {
            seat.name().expose()
        } else {
            ""
        };
        ui::Person {
            role: roles::person(seat.role),
            name: name.into(),
            presence: ui::Presence::Here,
            known: roles::known(seat.known),
            by_phone: seat.role == PersonRole::RoomTelephone,
            ..ui::Person::default()
        }
    }
}

/// One row of the care worker's panel.
enum Row<'a> {
    Seat(usize, &'a Seat),
    Relative(usize, crate::visit::reservation::Kinship),
}

/// The rows in order of need: who waits, who is not known, relatives, the others.
fn panel_acts(shown: &StaffPanel) -> Vec<Row<'_>> {
    let mut all: Vec<_> = shown
        .seats
        .iter()
        .map(|(number, seat)| Row::Seat(*number, seat))
        .collect();
    all.extend(
        shown
            .relatives
            .iter()
            .map(|(index, kinship)| Row::Relative(*index, *kinship)),
    );
    all.sort_by_key(|row| match row {
        Row::Seat(_, seat) if seat.place == SeatPlace::Waiting => 0,
        Row::Seat(_, seat) if seat.welcome != Welcome::Expected => 1,
        Row::Relative(..) => 2,
        Row::Seat(..) => 3,
    });
    all
}

/// The act of one row's button.
pub(super) fn panel_act(view: &View, shown: &StaffPanel, place: usize) -> Option<Act> {
    let rows = panel_acts(shown);
    let acts = match rows.get(place)? {
        Row::Seat(number, _) => [Act::Admit(*number), Act::Remove(*number)],
        Row::Relative(index, _) => [Act::Withdraw(*index); 2],
    };
    acts.into_iter().find(|act| view.acts.contains(act))
}
