//! Room of `kit-screens`; see `docs/architecture.md`.
