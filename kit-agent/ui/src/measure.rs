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
