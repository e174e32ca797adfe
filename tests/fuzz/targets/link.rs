//! Any bytes as a meeting link.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kit_fuzz::meeting::check_link(bytes));
