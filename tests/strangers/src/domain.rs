//! As in `fleet-server`: the rules that read files.

#[path = "../../../fleet-server/src/domain/agreement.rs"]
mod agreement;
#[path = "../../../fleet-server/src/domain/calendar_check.rs"]
mod calendar_check;
#[path = "../../../fleet-server/src/domain/calendar_file.rs"]
mod calendar_file;
#[path = "../../../fleet-server/src/domain/calendar_lines.rs"]
mod calendar_lines;
#[path = "../../../fleet-server/src/domain/calendar_update.rs"]
mod calendar_update;
#[path = "../../../fleet-server/src/domain/calendar_zone.rs"]
mod calendar_zone;
#[path = "../../../fleet-server/src/domain/closed_list.rs"]
mod closed_list;
#[path = "../../../fleet-server/src/domain/inventory_check.rs"]
mod inventory_check;
#[path = "../../../fleet-server/src/domain/inventory_file.rs"]
mod inventory_file;
#[path = "../../../fleet-server/src/domain/link_parts.rs"]
mod link_parts;
#[path = "../../../fleet-server/src/domain/link_person.rs"]
mod link_person;
#[path = "../../../fleet-server/src/domain/link_policy.rs"]
mod link_policy;
#[path = "../../../fleet-server/src/domain/organisation.rs"]
mod organisation;
#[path = "../../../fleet-server/src/domain/part.rs"]
mod part;
#[path = "../../../fleet-server/src/domain/refusal.rs"]
mod refusal;
#[path = "../../../fleet-server/src/domain/responsibility.rs"]
mod responsibility;
#[path = "../../../fleet-server/src/domain/row_owner.rs"]
mod row_owner;
#[path = "../../../fleet-server/src/domain/sweden.rs"]
mod sweden;

/// Any bytes as an invitation.
pub fn check_invitation(bytes: &[u8]) {
    calendar_check::check(bytes);
}

/// Any bytes as a register.
pub fn check_register(bytes: &[u8]) {
    inventory_check::check(bytes);
}
