//! Where our page lies on the display, for a window of another program that must fit into it.

use std::sync::{Arc, Mutex, PoisonError};

use kit_screens::{PAGE_HEIGHT_MM, PAGE_WIDTH_MM};

/// Pixels of the display for one pixel of a web page, where a millimetre has so many: the same size on every panel.
const PAGE_PIXELS_PER_MM: f32 = 4.95;

/// A part of the display, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Zone {
    /// From the left.
    pub x: u32,
    /// From above.
    pub y: u32,
    /// To the right.
    pub width: u32,
    /// Downwards.
    pub height: u32,
    /// Pixels for one pixel of a web page.
    pub scale: f32,
}

/// The page's place, as the window last saw it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ground(Arc<Mutex<Page>>);

#[derive(Debug, Clone, Copy, Default)]
struct Page {
    left: f32,
    top: f32,
    per_mm: f32,
}

impl Ground {
    /// On the window's thread.
    #[expect(clippy::cast_precision_loss, reason = "no display is 16 million pixels wide")]
    pub(super) fn set(&self, window: &slint::Window, per_mm: f32) {
        let (size, place) = (window.size(), window.position());
        let margin = |whole: u32, page_mm: f32| (whole as f32 - page_mm * per_mm).max(0.0) / 2.0;
        let page = Page {
            left: place.x as f32 + margin(size.width, PAGE_WIDTH_MM),
            top: place.y as f32 + margin(size.height, PAGE_HEIGHT_MM),
            per_mm,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = page;
    }

    /// The whole width of the page, from `top` to `bottom` in millimetres.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a display has a few thousand pixels"
    )]
    pub(super) fn zone(&self, top: f32, bottom: f32) -> Zone {
        let page = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pixels = |at: f32| at.round().max(0.0) as u32;
        Zone {
            x: pixels(page.left),
            y: pixels(page.top + top * page.per_mm),
            width: pixels(PAGE_WIDTH_MM * page.per_mm),
            height: pixels((bottom - top) * page.per_mm),
            scale: (page.per_mm / PAGE_PIXELS_PER_MM).max(0.5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_lies_between_the_bar_and_the_row() {
        let ground = Ground::default();
        *ground.0.lock().unwrap() = Page {
            left: 0.0,
            top: 0.0,
            per_mm: 4.95,
        };
        let zone = ground.zone(20.0, 127.0);
        assert_eq!((zone.x, zone.y, zone.width, zone.height), (0, 99, 1279, 530));
        assert!((zone.scale - 1.0).abs() < 0.01);
    }
}
