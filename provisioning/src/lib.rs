//! Turns a bare tablet into an enrolled kit: for now, makes the one-time code that the tablet enrols with.
//!
//! Talks to the fleet server's REST interface as an administrator. The code is a secret until it is used.

mod code;

pub use code::{CodeError, CodeOptions, IssuedCode, make_code};
