//! What both ports share: the TLS listener, bounded requests, and problems as answers.

mod answer;
mod guard;
mod handshake;
mod json;
mod listener;
mod observe;
mod path;
mod patience;
mod places;
mod problem;
mod query;
mod unread;

pub use guard::{REQUEST_TIME, catch_panic, log_panics, time_limit, within_time};
pub use json::{BoundedJson, read_whole};
pub use listener::{Limits, Listener, PeerAddress, PeerCertificate};
pub use observe::observe;
pub use path::Path;
pub use problem::{Problem, ProblemDetails};
pub use query::Query;
