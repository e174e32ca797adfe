//! The fleet server: whose kit, what is booked on it, and what happened to it.
//!
//! Two ports: `device` for kits (mutual TLS), `console` for people and programs. `domain` holds the rules and knows nobody;
//! `store` is the only place with SQL; `identity` says who is asking; `work` runs by itself. `docs/architecture.md` is
//! the map.

pub mod alert_settings;
pub mod app;
pub mod audit;
pub mod console;
pub mod data_dir;
pub mod demo;
pub mod device;
pub mod domain;
pub mod identity;
pub mod metrics;
pub mod open_files;
pub mod operator;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod work;
