//! Stand-ins for what is outside the kit: a conference node in the manner of Pexip Infinity and the mobile link to it,
//! BankID in the manner of its RP API, and the phone of a person who reads QR codes from a screen.
//!
//! Tests use them in-process; the program `lab` runs the same by itself. Nothing here is ever a dependency of a shipped
//! program, and nothing here proves what the real systems tolerate.

pub mod bank_id;
mod clock;
mod cookies;
pub mod http;
pub mod jose;
pub mod link;
pub mod node;
pub mod openid;
pub mod people;
pub mod phone;
mod plain_page;
pub mod portal;
mod relying_party;
mod serving;
pub mod tls;

pub use clock::Clock;
