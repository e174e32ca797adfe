//! Background work. One file per task; each says why it exists, how often it runs and whom it tells.

pub mod between_servers;
pub mod retention;
pub mod server_certificate;
