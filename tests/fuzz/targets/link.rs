//! Any bytes as a meeting link.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| strangers::meeting::check_link(bytes));
