//! What documents name exists: the tests that prove what they say, and the rooms of the code that do it.

use std::{
    ffi::OsStr,
    fs::{read_dir, read_to_string},
    path::{Path, PathBuf},
};

const SOURCES: [&str; 5] = ["fleet-server", "kit-agent", "provisioning", "hardware", "tests"];

/// Every source file by its path in the repository, with its text.
fn sources(repository: &Path) -> Vec<(PathBuf, String)> {
    let mut folders: Vec<_> = SOURCES.iter().map(|folder| repository.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == "rs") {
                let text = read_to_string(&path).unwrap();
                found.push((path.strip_prefix(repository).unwrap().to_owned(), text));
            }
        }
    }
    found
}

/// Names of tests and rooms, such as `walk::what_is_anothers…`, as they stand between backticks.
fn names(document: &str) -> Vec<&str> {
    let quoted = document.split('`').skip(1).step_by(2);
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | ':' | '…');
    quoted
        .filter(|text| text.contains("::") && text.chars().all(is_name))
        .collect()
}

/// Whether a file or a folder on the way to it is called so; a file's tests may lie beside it.
fn is_in(path: &Path, room: &str) -> bool {
    let path = path.with_extension("");
    path.iter()
        .filter_map(OsStr::to_str)
        .any(|part| part.strip_suffix("_tests").unwrap_or(part) == room)
}

#[test]
fn the_tests_and_rooms_that_documents_name_exist() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = sources(&repository);
    let exists = |named: &str| {
        let (rooms, name) = named.rsplit_once("::").unwrap();
        let room = rooms.rsplit("::").next().unwrap();
        let mut there = sources.iter().filter(|(path, _)| is_in(path, room));
        let begins = format!("fn {}", name.trim_end_matches('…'));
        match name.strip_prefix('…') {
            Some(within) => there.any(|(_, text)| text.contains(within.trim_end_matches('…'))),
            None => there.any(|(path, text)| text.contains(&begins) || is_in(path, name)),
        }
    };
    for document in [
        "threat-model.md",
        "conformance.md",
        "privacy.md",
        "architecture.md",
    ] {
        let text = read_to_string(repository.join("docs").join(document)).unwrap();
        let names = names(&text);
        assert!(names.len() > 20, "{document} names where to look");
        for name in names {
            assert!(exists(name), "{document} names {name}, which is not there");
        }
    }
}
