//! The tablet's program: one visit from "redo" to "inget sparas".
//!
//! `visit` decides (pure), everything else performs: `meeting` joins, `media` carries sound and picture, `fleet` keeps
//! the link to the server, `screen` shows. `docs/architecture.md` is the map.

pub mod cli;
pub mod fleet;
pub mod kit;
pub mod media;
pub mod meeting;
pub mod screen;
pub mod visit;
mod whole_file;
