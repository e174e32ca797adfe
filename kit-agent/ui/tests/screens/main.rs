//! The kit's screens, drawn without a display: pictures of every state, and what must hold in each of them.
//!
//! Pictures go to `SCREENSHOTS_DIR` (default: `screenshots` in the build's temporary folder). With
//! `SCREENSHOTS_FOR_README=1` the light Swedish ones at 1280×800 also replace those in `docs/screenshots`; with
//! `SCREENSHOTS_ONLY=07-gates` only states whose name begins so are drawn.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that calls them"
)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of a screen are few"
)]

mod contrast;
mod elements;
mod facts;
mod facts_in_meeting;
mod facts_of_kit;
mod keyboard;
mod layout;
mod pictures;
mod reading;
mod screenshots;
mod stand;
mod states;
mod touch;
mod words;
