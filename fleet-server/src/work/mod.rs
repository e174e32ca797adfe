//! Background work. One file per task; each says why it exists, how often it runs and whom it tells.

pub mod retention;
pub mod server_certificate;
