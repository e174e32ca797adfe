//! What both ports share: the TLS listener, bounded requests, and problems as answers.

mod guard;
mod json;
mod listener;
mod problem;

pub use guard::{REQUEST_TIME, access_log, time_limit};
pub use json::BoundedJson;
pub use listener::{Listener, PeerAddress, PeerCertificate};
pub use problem::{Problem, ProblemDetails};
