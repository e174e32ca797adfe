//! Any bytes as a register of kits and parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kit_fuzz::domain::check_register(bytes));
