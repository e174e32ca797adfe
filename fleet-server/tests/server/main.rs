//! The fleet server from outside: real TLS, real HTTP, a real database, and for `durability` the real program.

mod common;
mod console;
mod durability;
mod enrolment;
mod logs;
mod openapi;
mod reservations;
mod retention;
mod sync;
