//! Any bytes as a register of kits and parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| strangers::domain::check_register(bytes));
