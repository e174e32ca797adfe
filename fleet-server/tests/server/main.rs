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
mod contract;
mod durability;
mod enrolment;
mod faults;
mod figures;
mod follow_up;
mod kits;
mod logs;
mod migrations;
mod openapi;
mod openid;
mod openid_provider;
mod patience;
mod policies;
mod replacement;
mod reservations;
mod retention;
mod several;
mod sinks;
mod spans;
mod support;
mod sync;
mod tenancy;
mod visitor;
mod visits;
mod walk;
