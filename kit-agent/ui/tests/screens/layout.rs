//! Nothing is cut, nothing overlaps, and fingers find room: in every state, language and density.

use kit_screens::Language;

use crate::elements::{Area, Target, cards, targets, words};
use crate::stand::{DENSE, Look, PLAIN, Panel, Stand};
use crate::states::{STATES, State, state};

const PAGE: Area = Area {
    x: 0.0,
    y: 0.0,
    width: 258.4,
    height: 161.5,
};
/// Rasterising rounds to whole pixels, which are up to 0.27 mm.
const PIXEL: f32 = 0.3;
/// A line of text is taller than its letters: lines may come this close without their letters touching.
const LEADING: f32 = 4.5;

#[test]
fn everything_fits_in_swedish() {
    check_everywhere(Language::Swedish);
}

#[test]
fn everything_fits_in_english() {
    check_everywhere(Language::English);
}

#[test]
fn everything_fits_in_the_longer_language() {
    check_everywhere(Language::Pseudo);
}

/// `design`: capitals of 8.6 mm; measured in pixels on the H of "Hjälp", at both densities.
#[test]
fn capitals_needed_to_act_are_8_6_millimetres() {
    for panel in [PLAIN, DENSE] {
        let stand = Stand::new(Look {
            panel,
            ..Look::light(Language::Swedish)
        });
        state("01-ready").show(&stand.kit);
        let picture = stand.picture();
        let help = targets(&stand)
            .into_iter()
            .find(|target| target.label == "Hjälp")
            .unwrap();
        let word = words(&stand)
            .into_iter()
            .find(|words| help.area.holds(words.area, PIXEL))
            .unwrap();
        let pixels_per_mm = stand.mm() * panel.factor;
        let [left, top, right, bottom] = [word.area.x, word.area.y, word.area.right(), word.area.bottom()]
            .map(|millimetres| (millimetres * pixels_per_mm) as u32);
        // A rasterised edge counts where a quarter of its pixel is inked.
        let is_ink = |x: u32, y: u32| picture.rgb(x, y).iter().all(|&channel| channel < 200);
        // The first column with ink is the stem of the H, which is as tall as a capital.
        let stem = (left..right)
            .map(|x| (top..bottom).filter(|&y| is_ink(x, y)).count())
            .find(|&inked| inked > 0)
            .unwrap();
        let tall = stem as f32 / pixels_per_mm;
        assert!(
            (8.5..9.0).contains(&tall),
            "the H is {tall} mm tall on {}",
            panel.name
        );
    }
}

fn check_everywhere(language: Language) {
    let mut faults = Vec::new();
    for panel in [PLAIN, DENSE] {
        for state in STATES {
            check(state, panel, language, &mut faults);
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn check(state: &State, panel: Panel, language: Language, faults: &mut Vec<String>) {
    let stand = Stand::new(Look {
        panel,
        language,
        high_contrast: false,
    });
    state.show(&stand.kit);
    stand.settle();
    let mut note =
        |fault: String| faults.push(format!("{} {} {language:?}: {fault}", state.name, panel.name));

    let (targets, words, cards) = (targets(&stand), words(&stand), cards(&stand));
    for text in &words {
        for card in &cards {
            if card.overlaps(text.area, PIXEL) && !card.holds(text.area, LEADING / 2.0) {
                note(format!(
                    "text {} {:?} crosses the edge of its card {card:?}",
                    text.id, text.area
                ));
            }
        }
        if !PAGE.holds(text.area, PIXEL) {
            note(format!("text {} leaves the page: {:?}", text.id, text.area));
        }
        for target in &targets {
            if target.area.overlaps(text.area, PIXEL) && !target.area.holds(text.area, LEADING / 2.0) {
                note(format!(
                    "text {} {:?} crosses the edge of \"{}\" {:?}",
                    text.id, text.area, target.label, target.area
                ));
            }
        }
    }
    for (place, one) in words.iter().enumerate() {
        for other in &words[place + 1..] {
            if one.area.overlaps(other.area, LEADING) {
                note(format!(
                    "texts {} {:?} and {} {:?} overlap",
                    one.id, one.area, other.id, other.area
                ));
            }
        }
    }
    for (place, one) in targets.iter().enumerate() {
        if let Some(fault) = too_small(one, state.staff) {
            note(fault);
        }
        for other in &targets[place + 1..] {
            let least = if state.staff { 2.2 } else { 6.0 };
            if one.area.gap(other.area) < least - PIXEL {
                note(format!(
                    "\"{}\" and \"{}\" are closer than {least} mm",
                    one.label, other.label
                ));
            }
        }
    }
}

/// Patients' targets are 20 mm high; the staff's 15 mm, their key in the patient's top bar included.
fn too_small(target: &Target, staff: bool) -> Option<String> {
    let in_top_bar = target.area.bottom() <= 17.5;
    let least = if staff || in_top_bar { 15.0 } else { 20.0 };
    (target.area.height < least - PIXEL || target.area.width < least - PIXEL).then(|| {
        format!(
            "\"{}\" is smaller than {least} mm: {:?}",
            target.label, target.area
        )
    })
}
