//! Room of `fleet-server`; see `docs/architecture.md`.
