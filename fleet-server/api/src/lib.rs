//! Room of `fleet-api`; see `docs/architecture.md`.
