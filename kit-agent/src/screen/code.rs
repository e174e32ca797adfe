//! A code to scan, drawn as pixels: black on white with its quiet zone, whatever the theme.

use kit_screens::Image;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};
use slint::{Rgb8Pixel, SharedPixelBuffer};

/// White modules around the code (ISO/IEC 18004 wants four).
const QUIET: usize = 4;
/// Pixels of one module; the drawing enlarges without smoothing.
const MODULE: usize = 8;
const BLACK: Rgb8Pixel = Rgb8Pixel { r: 0, g: 0, b: 0 };
const WHITE: Rgb8Pixel = Rgb8Pixel {
    r: 255,
    g: 255,
    b: 255,
};

/// The picture of `text` as a QR code.
pub(super) fn draw(text: &str) -> Result<Image, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    let modules = code.width();
    let side = (modules + 2 * QUIET) * MODULE;
    let pixels = u32::try_from(side).map_err(|_| QrError::DataTooLong)?;
    let mut picture = SharedPixelBuffer::<Rgb8Pixel>::new(pixels, pixels);
    for (at, pixel) in picture.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = ((at % side) / MODULE, (at / side) / MODULE);
        let inside = |place: usize| (QUIET..QUIET + modules).contains(&place);
        let dark = inside(x) && inside(y) && code[(x - QUIET, y - QUIET)] == Color::Dark;
        *pixel = if dark { BLACK } else { WHITE };
    }
    Ok(Image::from_rgb8(picture))
}
