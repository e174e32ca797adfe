//! A picture of every state: in Swedish in every look, in English in the plain one. That nothing overflows in any language and
//! look is `layout`'s matter, which needs no picture.

use std::path::{Path, PathBuf};
use std::{env, fs};

use kit_screens::Language;

use crate::stand::{DENSE, Look, PLAIN, Picture, Stand};
use crate::states::STATES;

/// The states that the README shows.
const README: &[&str] = &[
    "01-ready",
    "02-meeting-today",
    "04-identify",
    "05-bank-id",
    "06-staff-key",
    "07-gates",
    "08-waiting-room",
    "08-waiting-room-guests",
    "09-in-meeting",
    "10-muted",
    "11-slides",
    "12-weak-network",
    "13-sound-only",
    "14-sound-by-phone",
    "15-calling-again",
    "16-help",
    "17-what-is-wrong",
    "18-end-question",
    "19-ended",
    "20-rating",
    "21-wiped",
    "22-cleaning",
    "23-check-out",
    "25-failure-refused",
];

#[test]
fn pictures_in_swedish() {
    for panel in [PLAIN, DENSE] {
        for high_contrast in [false, true] {
            draw_all(
                "sv",
                Look {
                    panel,
                    language: Language::Swedish,
                    high_contrast,
                },
            );
        }
    }
}

#[test]
fn pictures_in_english() {
    draw_all(
        "en",
        Look {
            panel: PLAIN,
            language: Language::English,
            high_contrast: false,
        },
    );
}

fn draw_all(tag: &str, look: Look) {
    let for_readme = env::var_os("SCREENSHOTS_FOR_README").is_some();
    let theme = if look.high_contrast { "contrast" } else { "light" };
    let folder = screenshots_dir().join(format!("{tag}-{theme}-{}", look.panel.name));
    fs::create_dir_all(&folder).unwrap();
    let only = env::var("SCREENSHOTS_ONLY").unwrap_or_default();
    for state in STATES.iter().filter(|state| state.name.starts_with(&only)) {
        let stand = Stand::new(look);
        state.show(&stand.kit);
        let picture = stand.picture();
        assert!(
            !is_blank(&picture),
            "{} draws nothing in {tag} {theme}",
            state.name
        );
        let name = format!("{}.png", state.name);
        save(&picture, &folder.join(&name), png::Compression::Fastest);
        if for_readme && folder.ends_with("sv-light-1280x800") && README.contains(&state.name) {
            save(&picture, &readme_dir().join(name), png::Compression::High);
        }
    }
}

fn screenshots_dir() -> PathBuf {
    env::var_os("SCREENSHOTS_DIR").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots"),
        PathBuf::from,
    )
}

fn readme_dir() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/screenshots");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn is_blank(picture: &Picture) -> bool {
    let first = picture.rgb(0, picture.height / 2);
    (0..picture.width)
        .step_by(3)
        .all(|x| (0..picture.height).step_by(3).all(|y| picture.rgb(x, y) == first))
}

fn save(picture: &Picture, path: &Path, compression: png::Compression) {
    let file = fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(compression);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(picture.bytes())
        .unwrap();
}
