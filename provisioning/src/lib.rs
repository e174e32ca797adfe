//! Room of `kit-provision`; see `docs/architecture.md`.
