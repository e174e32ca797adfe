//! Any bytes on the event stream of a conference.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| strangers::meeting::pexip::check_event_stream(bytes));
