//! Room of `kit-hardware`; see `docs/architecture.md`.
