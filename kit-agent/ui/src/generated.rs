//! What the Slint compiler makes of `slint/kit.slint`. Documented there and in `slint/api/`.
#![expect(
    missing_docs,
    unreachable_pub,
    reason = "generated; the .slint files carry the documentation"
)]
#![expect(clippy::todo, clippy::unwrap_used, reason = "generated")]

slint::include_modules!();
