//! Contrast of every pair of colours that the screens put together, by WCAG 2's relative luminance.

use kit_screens::{ComponentHandle, KitWindow, Language, Theme};
use slint::Color;

use crate::stand::{Look, Stand};

/// Text that a patient must read.
const TEXT: f32 = 7.0;
/// Borders, focus rings and large signs.
const SIGN: f32 = 3.0;

type Token = fn(&Theme) -> Color;
type Pair = (&'static str, Token, Token, f32);

/// Foreground on background, and the least ratio.
const PAIRS: &[Pair] = &[
    ("ink on paper", |t| t.get_ink(), |t| t.get_paper(), TEXT),
    ("ink on surface", |t| t.get_ink(), |t| t.get_surface(), TEXT),
    ("ink on sand", |t| t.get_ink(), |t| t.get_sand(), TEXT),
    ("ink on soft", |t| t.get_ink(), |t| t.get_soft(), TEXT),
    ("ink on info-soft", |t| t.get_ink(), |t| t.get_info_soft(), TEXT),
    ("ink2 on paper", |t| t.get_ink2(), |t| t.get_paper(), TEXT),
    ("ink2 on surface", |t| t.get_ink2(), |t| t.get_surface(), TEXT),
    ("ink2 on sand", |t| t.get_ink2(), |t| t.get_sand(), TEXT),
    (
        "on-action on action",
        |t| t.get_on_action(),
        |t| t.get_action(),
        TEXT,
    ),
    (
        "on-action on action-pressed",
        |t| t.get_on_action(),
        |t| t.get_action_pressed(),
        TEXT,
    ),
    ("on-ok on ok", |t| t.get_on_ok(), |t| t.get_ok(), TEXT),
    ("ok on paper", |t| t.get_ok(), |t| t.get_paper(), TEXT),
    ("ok on surface", |t| t.get_ok(), |t| t.get_surface(), TEXT),
    ("ok on soft", |t| t.get_ok(), |t| t.get_soft(), TEXT),
    ("on-stop on stop", |t| t.get_on_stop(), |t| t.get_stop(), TEXT),
    (
        "on-stop on stop-pressed",
        |t| t.get_on_stop(),
        |t| t.get_stop_pressed(),
        TEXT,
    ),
    (
        "attention-ink on attention",
        |t| t.get_attention_ink(),
        |t| t.get_attention(),
        TEXT,
    ),
    ("ink on attention", |t| t.get_ink(), |t| t.get_attention(), TEXT),
    ("info on info-soft", |t| t.get_info(), |t| t.get_info_soft(), TEXT),
    ("info on sand", |t| t.get_info(), |t| t.get_sand(), TEXT),
    ("info on paper", |t| t.get_info(), |t| t.get_paper(), TEXT),
    (
        "on-staff-bar on staff-bar",
        |t| t.get_on_staff_bar(),
        |t| t.get_staff_bar(),
        TEXT,
    ),
    ("focus on paper", |t| t.get_focus(), |t| t.get_paper(), TEXT),
    ("on-clay on clay", |t| t.get_on_clay(), |t| t.get_clay(), SIGN),
    ("clay on paper", |t| t.get_clay(), |t| t.get_paper(), SIGN),
    ("line on paper", |t| t.get_line(), |t| t.get_paper(), SIGN),
    ("line on surface", |t| t.get_line(), |t| t.get_surface(), SIGN),
    ("line on sand", |t| t.get_line(), |t| t.get_sand(), SIGN),
];

#[test]
fn every_pair_can_be_read_in_both_themes() {
    for high_contrast in [false, true] {
        let stand = Stand::new(Look {
            high_contrast,
            ..Look::light(Language::Swedish)
        });
        for (name, front, back, least) in PAIRS {
            let ratio = ratio(&stand.kit, *front, *back);
            assert!(
                ratio >= *least,
                "{name}: {ratio:.2}, high contrast {high_contrast}"
            );
        }
    }
}

fn ratio(kit: &KitWindow, front: Token, back: Token) -> f32 {
    let theme = kit.global::<Theme>();
    let (one, other) = (luminance(front(&theme)), luminance(back(&theme)));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Color) -> f32 {
    let linear = |channel: u8| {
        let share = f32::from(channel) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(colour.red()) + 0.7152 * linear(colour.green()) + 0.0722 * linear(colour.blue())
}
