//! The kit's link to its fleet server.
//!
//! [`enrol()`] makes a tablet a known kit, once. [`FleetLink`] then keeps three promises: what [`FleetLink::record`] has
//! returned for is never lost, whatever happens to power or network; a meeting that was synced can be joined while
//! the server is away, also after a restart; and during a meeting ([`FleetLink::set_quiet`]) nothing but what cannot
//! wait uses the network.
//!
//! `policy` decides (pure), `driver` performs; `spool` and `desired` are what lies on disk, in the files of `state_dir`.

mod client;
mod desired;
mod driver;
mod enrol;
mod link;
mod logins;
mod nudge;
pub mod policy;
mod renewal;
mod round;
mod servers;
mod spool;
mod spool_format;
mod state_dir;

pub use client::ClientError;
pub use enrol::{EnrolError, EnrolOptions, enrol};
pub use fleet_api::{
    Battery, ByteCount, Check, DesiredState, EndCause, EventKind, Fault, FaultSource, IdentificationMethod,
    KitState, Network, NetworkKind, Outcome, Rating, Reservation, SpoolId,
};
pub use link::{FleetConfig, FleetLink, StartError};
pub use logins::{BankIdFrames, Logins};
pub use spool::{SpoolError, SpoolPlace};
pub use state_dir::Enrolment;
