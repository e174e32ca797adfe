//! Any bytes as a calendar invitation.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kit_fuzz::domain::check_invitation(bytes));
