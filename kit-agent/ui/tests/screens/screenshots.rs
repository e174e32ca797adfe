//! A picture of every state in every look.

use std::path::{Path, PathBuf};
use std::{env, fs};

use kit_screens::Language;

use crate::stand::{DENSE, Look, PLAIN, Picture, Stand};
use crate::states::STATES;

#[test]
fn pictures_in_swedish() {
    draw_all("sv", Language::Swedish);
}

#[test]
fn pictures_in_english() {
    draw_all("en", Language::English);
}

#[test]
fn pictures_in_the_longer_language() {
    draw_all("pseudo", Language::Pseudo);
}

fn draw_all(tag: &str, language: Language) {
    let for_readme = env::var_os("SCREENSHOTS_FOR_README").is_some();
    for panel in [PLAIN, DENSE] {
        for high_contrast in [false, true] {
            let theme = if high_contrast { "contrast" } else { "light" };
            let folder = screenshots_dir().join(format!("{tag}-{theme}-{}", panel.name));
            fs::create_dir_all(&folder).unwrap();
            for state in STATES {
                let stand = Stand::new(Look {
                    panel,
                    language,
                    high_contrast,
                });
                state.show(&stand.kit);
                let picture = stand.picture();
                assert!(
                    !is_blank(&picture),
                    "{} draws nothing in {tag} {theme}",
                    state.name
                );
                save(&picture, &folder.join(format!("{}.png", state.name)));
                if for_readme && folder.ends_with("sv-light-1280x800") {
                    save(&picture, &readme_dir().join(format!("{}.png", state.name)));
                }
            }
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

fn save(picture: &Picture, path: &Path) {
    let file = fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&picture.bytes())
        .unwrap();
}
