//! The rules of the house, pure: no I/O, no clock, no randomness, no SQL, no HTTP.
//!
//! Everything else may use this; this uses nothing but `fleet-api`'s types.

pub mod agreement;
pub mod alert;
pub mod attendance;
pub mod authorisation;
#[cfg(test)]
mod calendar_check;
pub mod calendar_file;
mod calendar_lines;
pub mod calendar_update;
mod calendar_zone;
pub(crate) mod closed_list;
pub mod fault;
pub mod follow_up;
pub mod hygiene;
pub mod identity;
#[cfg(test)]
mod inventory_check;
pub mod inventory_file;
pub mod life_cycle;
pub mod link_identity;
mod link_parts;
mod link_person;
pub mod link_policy;
pub mod neutrality;
pub mod notification;
pub mod organisation;
pub mod ownership;
pub mod part;
pub mod processing;
pub mod readiness;
pub mod refusal;
pub mod reservation;
pub mod responsibility;
pub mod role;
pub mod row_owner;
pub mod sweden;
pub mod ticket;
pub mod training;
pub mod visit;
