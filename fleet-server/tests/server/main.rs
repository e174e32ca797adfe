//! The fleet server from outside: real TLS, real HTTP, a real database, and for `durability` the real program.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod backup;
mod cluster;
mod common;
mod console;
mod durability;
mod enrolment;
mod kits;
mod logs;
mod migrations;
mod openapi;
mod patience;
mod policies;
mod reservations;
mod retention;
mod several;
mod sync;
mod tenancy;
mod visitor;
mod visits;
