//! From the visit's roles to the drawings'.

use kit_screens as ui;

use crate::visit::reservation::{EId, InvitedRole, Kinship};
use crate::visit::seat::{Known, PersonRole};

pub(super) fn person(role: PersonRole) -> ui::Role {
    match role {
        PersonRole::Patient => ui::Role::Patient,
        PersonRole::CareWorker => ui::Role::Staff,
        PersonRole::Kin(kinship) => relative(kinship),
        PersonRole::Invited(role) => invited(role),
        PersonRole::RoomTelephone => ui::Role::You,
        PersonRole::Unknown => ui::Role::Participant,
    }
}

pub(super) fn relative(kinship: Kinship) -> ui::Role {
    match kinship {
        Kinship::Daughter => ui::Role::Daughter,
        Kinship::Son => ui::Role::Son,
        Kinship::Partner => ui::Role::Partner,
        Kinship::Sibling => ui::Role::Sibling,
        Kinship::Other => ui::Role::Relative,
    }
}

pub(super) fn invited(role: InvitedRole) -> ui::Role {
    match role {
        InvitedRole::Doctor => ui::Role::Doctor,
        InvitedRole::Nurse => ui::Role::Nurse,
        InvitedRole::CareCoordinator => ui::Role::CareCoordinator,
        InvitedRole::Municipality => ui::Role::Municipality,
        InvitedRole::SocialServices => ui::Role::SocialServices,
        InvitedRole::School => ui::Role::School,
        InvitedRole::Relative => ui::Role::Relative,
        InvitedRole::Interpreter => ui::Role::Interpreter,
        InvitedRole::Other => ui::Role::Participant,
    }
}

pub(super) fn known(known: Known) -> ui::Known {
    match known {
        Known::StaffInRoom => ui::Known::StaffInRoom,
        Known::FromBefore => ui::Known::FromBefore,
        Known::Portal(EId::BankId) | Known::BankIdRegion => ui::Known::BankId,
        Known::Portal(EId::Freja) => ui::Known::Freja,
        Known::Portal(EId::Other) => ui::Known::EId,
        Known::ByPatient => ui::Known::ByPatient,
        Known::AdmittedByHost => ui::Known::ByHost,
        Known::ShiftLogin => ui::Known::ByShift,
        Known::No => ui::Known::NotSaid,
    }
}
