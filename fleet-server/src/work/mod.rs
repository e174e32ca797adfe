//! Background work. One file per task; each says why it exists, how often it runs and whom it tells.

pub mod alerts;
pub mod between_servers;
pub mod deliveries;
mod elsewhere;
pub mod heartbeat;
mod mail;
pub mod outlets;
pub mod presence;
pub mod retention;
pub mod server_certificate;
pub mod settings;
mod webhook;

pub(crate) use outlets::client_config;
pub(crate) use webhook::check_url;
