//! The audit trail: who did what, on whose behalf, when; one hash chain per tenant.
//!
//! `event` is the catalogue of what can be recorded, `chain` links the entries so that a changed or missing one is found.
//! `seal` says where a chain ends, so that a cut-off end is found. `store` appends in the same transaction as the change itself: there
//! is no change without its entry.

mod act;
mod chain;
mod event;
mod seal;

pub use act::{Act, Actor};
pub use chain::{BrokenChain, End, Entry, GENESIS, verify, verify_from};
pub use event::{AuditEvent, Described, catalogue};
pub use seal::{Seal, SealBreak};
