//! From pixels to millimetres: the screens are laid out on a page of 12 inches, in real millimetres.

/// Width of the page that every screen is drawn on.
pub const PAGE_WIDTH_MM: f32 = 258.4;
/// Height of the page that every screen is drawn on.
pub const PAGE_HEIGHT_MM: f32 = 161.5;

/// Logical pixels per millimetre with which the page fills a window of this size (logical pixels), for `Theme::mm`.
///
/// For a 12-inch panel this is the panel's real density: 4.95 for 1280×800 and 3.72 for 1920×1200 at factor 2. Where the
/// hardware profile knows the density, use its number instead; the page is then centred.
#[must_use]
pub fn millimetre(width: f32, height: f32) -> f32 {
    (width / PAGE_WIDTH_MM).min(height / PAGE_HEIGHT_MM)
}

/// Width of the far side's picture in the meeting; its height is 9/16 of it (visual direction, zones of part A).
const STAGE_WIDTH_MM: f32 = 190.4;

/// Width and height of the far side's picture, in the unit of `per_mm`: pixels for pixels per millimetre.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a screen has a few thousand pixels"
)]
pub fn stage(per_mm: f32) -> (u32, u32) {
    let width = STAGE_WIDTH_MM * per_mm;
    (width.round() as u32, (width * 9.0 / 16.0).round() as u32)
}
