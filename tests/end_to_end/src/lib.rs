//! Room of `end-to-end`; see `docs/architecture.md`.
