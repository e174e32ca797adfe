//! Room of `lab`; see `docs/architecture.md`.
