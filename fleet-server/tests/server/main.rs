//! The fleet server from outside: real TLS, real HTTP, a real database, and for `durability` the real program.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod alert_console;
mod alert_delivery;
mod alerts;
mod authorisation;
mod backup;
mod cluster;
mod common;
mod console;
mod durability;
mod enrolment;
mod faults;
mod follow_up;
mod kits;
mod logs;
mod migrations;
mod openapi;
mod openid;
mod openid_provider;
mod patience;
mod policies;
mod presence;
mod replacement;
mod reservations;
mod retention;
mod sessions;
mod several;
mod sinks;
mod support;
mod sync;
mod tenancy;
mod visitor;
mod visits;
mod walk;
