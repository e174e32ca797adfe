//! The tablet's hardware behind small, plain functions and traits: one room for each kind.
//!
//! `power` reads the battery. Modem, audio, camera and thermal come with the hardware order. Knows nothing of visits.

pub mod power;
