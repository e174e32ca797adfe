//! Any bytes as a calendar invitation.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| strangers::domain::check_invitation(bytes));
