//! The parts of the kit that read what strangers send, built alone so that fuzzing them takes seconds to build.
//!
//! The files are those of `kit-agent`, in the same places of the module tree; nothing is copied. The checks are those
//! that its tests run briefly (`link_check`, `event_check`).
#![expect(dead_code, reason = "only a part of each file is reached from here")]

pub mod media;
pub mod meeting;
