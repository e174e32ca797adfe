//! What fuzzing begins with, read once: each of these files was odd enough to be kept. It is also why this crate is built with the
//! workspace's tests, so that no change elsewhere keeps the fuzz targets from being built unnoticed.

use std::path::Path;

use strangers::{domain, meeting};

/// Reads every file of a target's corpus; at least one, or nothing was read.
fn each_of(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let files = std::fs::read_dir(&folder).unwrap().map(Result::unwrap);
    let read = files
        .map(|file| check(&std::fs::read(file.path()).unwrap()))
        .count();
    assert!(read > 0, "{} is empty", folder.display());
}

#[test]
fn odd_links_do_no_harm() {
    each_of("link", meeting::check_link);
}

#[test]
fn odd_streams_of_a_conference_do_no_harm() {
    each_of("event_stream", meeting::pexip::check_event_stream);
}

#[test]
fn odd_invitations_do_no_harm() {
    each_of("invitation", domain::check_invitation);
}

#[test]
fn odd_registers_do_no_harm() {
    each_of("register", domain::check_register);
}
