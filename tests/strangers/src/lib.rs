//! The parts of the kit and of the fleet server that read what strangers send, built alone so that fuzzing them takes seconds
//! to build (`tests/fuzz`). Its own test reads what fuzzing begins with, so it is built whenever tests are.
//!
//! The files are those of `kit-agent` and `fleet-server`, in the same places of the module tree; nothing is copied. The checks
//! are those that their tests run briefly (`link_check`, `event_check`, `calendar_check`, `inventory_check`).
#![expect(dead_code, reason = "only a part of each file is reached from here")]

pub mod domain;
pub mod media;
pub mod meeting;
