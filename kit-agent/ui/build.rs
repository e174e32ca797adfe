//! Compiles the screens with their translations bundled.
//!
//! Beside Swedish it bundles a pseudo-language made from the Swedish: every text 40 % longer, for the overflow tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, io};

/// How much longer than Swedish another language may be, in percent.
const LONGER_PERCENT: usize = 40;

fn main() {
    let swedish = Path::new("lang/sv/LC_MESSAGES/kit-screens.po");
    println!("cargo::rerun-if-changed={}", swedish.display());
    let bundled = bundle_languages(&fs::read_to_string(swedish).expect("the Swedish texts are in the crate"));
    let written = fs::metadata(swedish).and_then(|texts| texts.modified());
    written
        .and_then(|written| date_back(&bundled, written))
        .expect("OUT_DIR can be written");
    let config = slint_build::CompilerConfiguration::new()
        .with_bundled_translations(bundled)
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        .with_debug_info(env::var("PROFILE").is_ok_and(|profile| profile == "debug"));
    slint_build::compile_with_config("slint/kit.slint", config).expect("the screens compile");
}

/// Writes `sv` and `pseudo` where the compiler looks for them, and returns that folder.
fn bundle_languages(swedish: &str) -> PathBuf {
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("lang");
    let pseudo: Vec<String> = swedish.lines().map(lengthen_line).collect();
    for (language, texts) in [("sv", swedish), ("pseudo", &pseudo.join("\n"))] {
        let path = folder.join(language).join("LC_MESSAGES");
        fs::create_dir_all(&path).expect("OUT_DIR can be written");
        fs::write(path.join("kit-screens.po"), texts).expect("OUT_DIR can be written");
    }
    folder
}

/// Makes it as old as what it was made from. Slint's compiler has Cargo watch the folder, which else would always seem to have
/// changed since the screens were compiled.
fn date_back(path: &Path, written: SystemTime) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            date_back(&entry?.path(), written)?;
        }
    }
    File::open(path)?.set_modified(written)
}

/// Lengthens the text of a `msgstr` line; leaves every other line of the catalogue as it is.
fn lengthen_line(line: &str) -> String {
    match line.split_once(" \"") {
        Some((key, text)) if key.starts_with("msgstr") && text.len() > 1 => {
            format!("{key} \"{}\"", lengthen(&text[..text.len() - 1]))
        }
        _ => line.to_owned(),
    }
}

/// Doubles vowels from the left, again and again, until the text is long enough. Placeholders have no vowels to double.
fn lengthen(text: &str) -> String {
    let mut letters: Vec<String> = text.chars().map(String::from).collect();
    let missing = (letters.len() * LONGER_PERCENT).div_ceil(100);
    let is_vowel = |letter: &String| "aeiouyåäöAEIOUYÅÄÖ".contains(letter.as_str());
    let vowels: Vec<usize> = (0..letters.len())
        .filter(|&place| is_vowel(&letters[place]))
        .collect();
    for &place in vowels.iter().cycle().take(missing) {
        let vowel = letters[place]
            .chars()
            .last()
            .expect("no letter is empty")
            .to_lowercase()
            .to_string();
        letters[place].push_str(&vowel);
    }
    letters.concat()
}
