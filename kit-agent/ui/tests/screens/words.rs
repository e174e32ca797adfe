//! The texts themselves: all translated, none left over, and plain (klarspråk).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_text_has_its_swedish_and_no_swedish_is_left_over() {
    let shown: BTreeSet<String> = slint_files(&crate_dir().join("slint"))
        .iter()
        .flat_map(texts_in)
        .collect();
    let translated: BTreeSet<String> = catalogue("msgid").into_iter().collect();
    assert_eq!(
        shown.difference(&translated).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not translated"
    );
    assert_eq!(
        translated.difference(&shown).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not shown any more"
    );
}

#[test]
fn swedish_is_plain() {
    for text in catalogue("msgstr") {
        assert!(!text.contains('!'), "no exclamation marks: {text}");
        for sentence in text.split_inclusive(['.', '?']) {
            assert!(
                sentence.split_whitespace().count() <= 12,
                "more than 12 words: {sentence}"
            );
        }
        let lower = text.to_lowercase();
        for word in [
            "session",
            "server",
            "klicka",
            "logga ut",
            "fel 4",
            "tyvärr",
            "vänligen",
            "surfplatta",
            "enhet",
            "uppkoppling",
        ] {
            assert!(
                !lower.contains(word),
                "\"{word}\" is not a word of this product: {text}"
            );
        }
    }
}

/// The texts of one kind in the Swedish catalogue, its header excepted.
fn catalogue(kind: &str) -> Vec<String> {
    let path = crate_dir().join("lang/sv/LC_MESSAGES/kit-screens.po");
    let quoted = |line: &str| {
        line.split_once(" \"")
            .and_then(|(_, text)| text.strip_suffix('"'))
            .map(str::to_owned)
    };
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with(kind) && !line.starts_with("msgid_plural"))
        .filter_map(quoted)
        .filter(|text| !text.is_empty())
        .collect()
}

/// The originals of `@tr("…")` in one file.
fn texts_in(path: &PathBuf) -> Vec<String> {
    let source = fs::read_to_string(path).unwrap();
    source
        .split("@tr(")
        .skip(1)
        .map(|rest| {
            rest.trim_start()
                .strip_prefix('"')
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn slint_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files.extend(slint_files(&entry.path()));
        } else if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "slint")
        {
            files.push(entry.path());
        }
    }
    files
}

fn crate_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
